import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import type { Learned } from '../forecast/load/learn.ts'
import { type FitMemory, fitMemory, fits } from '../forecast/load/memory.ts'
import type { LoadModel } from '../forecast/load/model.ts'
import type { LoadCalendar } from '../forecast/load/types.ts'

/** Counted up with every change of what a fitted model consists of: a file of another version is not read. */
const VERSION = 2
/**
 *   version · crc of all that follows │ bytes of the rest · days · slots │ the rest, to a multiple of four │ columns
 *   u32       u32                     │ u32                 u32    u32   │ as v8 serialises it             │ f32 each
 */
const HEAD = 20
const CHECKED_FROM = 8
/** No model is larger; what is, is none. */
const MOST_BYTES = 8 * 2 ** 20
/** The buffer grows by so many bytes at a time. */
const STEP = 65_536

/** A fitted model, and what it was fitted to. */
export interface KeptModel {
  model: LoadModel
  /** The start of the load's history, epoch ms. */
  historyStart: number
}

interface Rest {
  model: Omit<LoadModel, 'calendar' | 'learned'>
  learned: Omit<Learned, 'memory'> | null
  historyStart: number
}

/**
 * Fitted models in files, some 1.5 MB each with two years of days: of the square factor only its lower half is used, and
 * four-byte numbers are enough. A model that was read lives in the one room of this reader: the next one read takes it.
 *
 * This thread waits for the disk itself: the log's fdatasync needs the process's few threads for files. A file is written
 * over in place: a new one instead of it would have to be on the disk with the next fdatasync of the log. What was cut
 * short is told by its checksum.
 */
export function modelFiles(directory: string, calendar: LoadCalendar) {
  let room: FitMemory | null = null
  let buffer: Buffer = Buffer.alloc(0)
  const pathOf = (id: string): string => join(directory, `${id}.model`)

  function roomOf(days: number, slots: number): FitMemory {
    room = room !== null && fits(room, days, slots) ? room : fitMemory(days, slots)
    return room
  }

  function bufferOf(size: number): Buffer {
    if (buffer.length < size) buffer = Buffer.from(new ArrayBuffer(Math.ceil(size / STEP) * STEP))
    return buffer.subarray(0, size)
  }

  /** null: no such file, none that can be read, or of a size that no model has. */
  function bytesOf(path: string): Buffer | null {
    try {
      return withFile(path, constants.O_RDONLY, file => {
        const { size } = fstatSync(file)
        if (size < HEAD || size > MOST_BYTES) return null
        const bytes = bufferOf(size)
        return readSync(file, bytes, 0, size, 0) === size ? bytes : null
      })
    } catch {
      return null
    }
  }

  return {
    /** null when there is none that can be used, whatever the reason: then it is fitted. */
    read(id: string): KeptModel | null {
      const bytes = bytesOf(pathOf(id))
      if (bytes === null || bytes.readUInt32LE(0) !== VERSION) return null
      if (bytes.readUInt32LE(4) !== crc32(bytes.subarray(CHECKED_FROM))) return null
      const [length, days, slots] = [8, 12, 16].map(at => bytes.readUInt32LE(at)) as [number, number, number]
      const { model, learned, historyStart } = deserialize(bytes.subarray(HEAD, HEAD + length)) as Rest
      if (learned === null) return { model: { ...model, calendar, learned: null }, historyStart }
      const memory = roomOf(days, slots)
      takeColumns(memory, days, columnsIn(bytes, HEAD + length, days, slots))
      const again: Learned = { ...learned, memory }
      memory.owner = again
      return { model: { ...model, calendar, learned: again }, historyStart }
    },
    /** Without its calendar, which is the same for all. Throws when it cannot be written. */
    write(id: string, { model, historyStart }: KeptModel): void {
      const { calendar: _, learned, ...plain } = model
      const rest = serialize({
        model: plain,
        learned: learned === null ? null : withoutRoom(learned),
        historyStart
      } satisfies Rest)
      const [days, slots] = learned === null ? [0, 0] : [learned.table.count, learned.slots]
      const length = Math.ceil(rest.length / 4) * 4
      const size = HEAD + length + 4 * numbersOf(days, slots)
      const bytes = bufferOf(size)
      bytes.fill(0, HEAD + rest.length, HEAD + length)
      rest.copy(bytes, HEAD)
      for (const [i, value] of [length, days, slots].entries()) bytes.writeUInt32LE(value, 8 + 4 * i)
      if (learned !== null) putColumns(learned.memory, days, columnsIn(bytes, HEAD + length, days, slots))
      bytes.writeUInt32LE(VERSION, 0)
      bytes.writeUInt32LE(crc32(bytes.subarray(CHECKED_FROM)), 4)
      withFile(pathOf(id), constants.O_WRONLY | constants.O_CREAT, file => {
        try {
          for (let at = 0; at < size; ) at += writeSync(file, bytes, at, size - at, at)
          ftruncateSync(file, size)
        } catch (error) {
          // Half of one is of no use, least of all on a full disk.
          ftruncateSync(file, 0)
          throw error
        }
      })
    }
  }
}

/** The lower half of the factor, row after row; then the innovations and the errors of all days. */
interface Columns {
  lower: Float32Array
  innovations: Float32Array
  errors: Float32Array
}

const lowerOf = (days: number): number => (days * (days + 1)) / 2
const numbersOf = (days: number, slots: number): number => lowerOf(days) + 2 * days * slots

/** In the machine's own order of bytes: it is this machine's cache. */
function columnsIn(bytes: Buffer, from: number, days: number, slots: number): Columns {
  const all = new Float32Array(bytes.buffer, bytes.byteOffset + from, numbersOf(days, slots))
  const [lower, each] = [lowerOf(days), days * slots]
  return {
    lower: all.subarray(0, lower),
    innovations: all.subarray(lower, lower + each),
    errors: all.subarray(lower + each)
  }
}

function takeColumns({ factor, stride, innovations, errors }: FitMemory, days: number, from: Columns): void {
  innovations.set(from.innovations)
  errors.set(from.errors)
  for (let row = 0, at = 0; row < days; at += ++row)
    factor.set(from.lower.subarray(at, at + row + 1), row * stride)
}

function putColumns({ factor, stride, innovations, errors }: FitMemory, days: number, to: Columns): void {
  to.innovations.set(innovations.subarray(0, to.innovations.length))
  to.errors.set(errors.subarray(0, to.errors.length))
  for (let row = 0, at = 0; row < days; at += ++row)
    to.lower.set(factor.subarray(row * stride, row * stride + row + 1), at)
}

function withFile<T>(path: string, flags: number, work: (file: number) => T): T {
  const file = openSync(path, flags)
  try {
    return work(file)
  } finally {
    closeSync(file)
  }
}

function withoutRoom({ memory: _, ...learned }: Learned): Omit<Learned, 'memory'> {
  return learned
}
