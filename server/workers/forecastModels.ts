import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import { readIfThere, replaceCache } from '../forecast/history/historyFile.ts'
import type { Learned } from '../forecast/load/learn.ts'
import { type FitMemory, fitMemory, fits } from '../forecast/load/memory.ts'
import type { LoadModel } from '../forecast/load/model.ts'
import type { LoadCalendar } from '../forecast/load/types.ts'

/** Counted up with every change of what a fitted model consists of: a file of another version is not read. */
const VERSION = 1
const HEAD = 8

/** A fitted model, and what it was fitted to. */
export interface KeptModel {
  model: LoadModel
  /** The start of the load's history, epoch ms. */
  historyStart: number
}

/** The large columns of a model: of the square factor only its lower half is used. Four-byte numbers are enough. */
interface PackedRoom {
  days: number
  slots: number
  factor: Float32Array
  innovations: Float32Array
  errors: Float32Array
}

interface Packed {
  model: Omit<LoadModel, 'calendar' | 'learned'>
  learned: Omit<Learned, 'memory'> | null
  room: PackedRoom | null
  historyStart: number
}

/**
 * Fitted models in files, some 1.5 MB each with two years of days. A model that was read lives in the one room of this
 * reader: the next one read takes it.
 */
export function modelFiles(directory: string, calendar: LoadCalendar) {
  let room: FitMemory | null = null
  const pathOf = (id: string): string => join(directory, `${id}.model`)

  function roomOf(packed: PackedRoom): FitMemory {
    const { days, slots } = packed
    const memory = room !== null && fits(room, days, slots) ? room : fitMemory(days, slots)
    room = memory
    memory.innovations.set(packed.innovations)
    memory.errors.set(packed.errors)
    for (let row = 0, from = 0; row < days; from += ++row)
      memory.factor.set(packed.factor.subarray(from, from + row + 1), row * memory.stride)
    return memory
  }

  return {
    /** null when there is none that can be used: then it is fitted. Rejects when the folder cannot be read. */
    async read(id: string): Promise<KeptModel | null> {
      const bytes = await readIfThere(pathOf(id))
      if (bytes === null || bytes.length < HEAD || bytes.readUInt32LE(0) !== VERSION) return null
      if (bytes.readUInt32LE(4) !== crc32(bytes.subarray(HEAD))) return null
      const packed = deserialize(bytes.subarray(HEAD)) as Packed
      if (packed.learned === null || packed.room === null)
        return { model: { ...packed.model, calendar, learned: null }, historyStart: packed.historyStart }
      const memory = roomOf(packed.room)
      const learned: Learned = { ...packed.learned, memory }
      memory.owner = learned
      return { model: { ...packed.model, calendar, learned }, historyStart: packed.historyStart }
    },
    /** Without its calendar, which is the same for all. */
    async write(id: string, { model, historyStart }: KeptModel): Promise<void> {
      const { calendar: _, learned, ...rest } = model
      const packed: Packed = {
        model: rest,
        learned: learned === null ? null : withoutRoom(learned),
        room: learned === null ? null : packRoom(learned.memory, learned.table.count),
        historyStart
      }
      const body = serialize(packed)
      const head = Buffer.alloc(HEAD)
      head.writeUInt32LE(VERSION, 0)
      head.writeUInt32LE(crc32(body), 4)
      await replaceCache(pathOf(id), [head, body])
    }
  }
}

function withoutRoom({ memory: _, ...learned }: Learned): Omit<Learned, 'memory'> {
  return learned
}

function packRoom({ factor, stride, slots, innovations, errors }: FitMemory, days: number): PackedRoom {
  const lower = new Float32Array((days * (days + 1)) / 2)
  for (let row = 0, to = 0; row < days; to += ++row)
    lower.set(factor.subarray(row * stride, row * stride + row + 1), to)
  const known = (column: Float64Array) => Float32Array.from(column.subarray(0, days * slots))
  return { days, slots, factor: lower, innovations: known(innovations), errors: known(errors) }
}
