import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { threadId } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import { type History, lengthOf } from './history.ts'

const MAGIC = 0x484c_4731
const VERSION = 1
const COMPOSITION_BYTES = 32
/**
 *   magic · version · crc of all that follows │ start · read until │ columns · half-hours │ composition │ columns
 *   u32     u32       u32 (and 4 free)        │ f64     f64        │ u32       u32        │ 32 bytes    │ f32 each
 */
const HEAD = 16
const BODY = HEAD + 16 + 8 + COMPOSITION_BYTES

/** The file's bytes, little-endian. */
export function encodeHistory(history: History): Buffer {
  const length = lengthOf(history)
  const bytes = Buffer.alloc(BODY + history.columns.length * length * 4)
  bytes.writeDoubleLE(history.startMs, HEAD)
  bytes.writeDoubleLE(history.readUntil, HEAD + 8)
  bytes.writeUInt32LE(history.columns.length, HEAD + 16)
  bytes.writeUInt32LE(length, HEAD + 20)
  bytes.write(history.composition, HEAD + 24, COMPOSITION_BYTES, 'latin1')
  history.columns.forEach((column, c) => {
    Buffer.from(column.buffer, column.byteOffset, column.byteLength).copy(bytes, BODY + c * length * 4)
  })
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(VERSION, 4)
  bytes.writeUInt32LE(crc32(bytes.subarray(HEAD)), 8)
  return bytes
}

/** null for bytes of another version, cut short or damaged: then the history is built again. */
export function decodeHistory(bytes: Buffer): History | null {
  if (bytes.length < BODY || bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== VERSION) return null
  if (bytes.readUInt32LE(8) !== crc32(bytes.subarray(HEAD))) return null
  const count = bytes.readUInt32LE(HEAD + 16)
  const length = bytes.readUInt32LE(HEAD + 20)
  if (bytes.length !== BODY + count * length * 4) return null
  const columns = Array.from({ length: count }, (_, c) => {
    const from = BODY + c * length * 4
    // A copy: four-byte numbers must begin at a multiple of four.
    return new Float32Array(new Uint8Array(bytes.subarray(from, from + length * 4)).buffer)
  })
  return {
    startMs: bytes.readDoubleLE(HEAD),
    readUntil: bytes.readDoubleLE(HEAD + 8),
    composition: bytes.toString('latin1', HEAD + 24, HEAD + 24 + COMPOSITION_BYTES).replace(/\0+$/, ''),
    columns
  }
}

/** null when there is none that can be used. Rejects when the folder cannot be read. */
export async function readHistory(path: string, columns: number): Promise<History | null> {
  const bytes = await readIfThere(path)
  const history = bytes === null ? null : decodeHistory(bytes)
  return history?.columns.length === columns ? history : null
}

export function writeHistory(path: string, history: History): Promise<void> {
  return replaceCache(path, encodeHistory(history))
}

/** The file's bytes; null when there is no such file. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}

/**
 * The old or the new content stands; two threads of one run may write the weather of one station. It is not waited for the disk: after a power failure a file may be damaged, which its
 * checksum says, and what it holds can be made again.
 */
export async function replaceCache(path: string, content: Buffer | readonly Buffer[]): Promise<void> {
  const temporary = `${path}.${threadId}.new`
  try {
    await writeFile(temporary, content as Buffer | Iterable<Buffer>)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}
