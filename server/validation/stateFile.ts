import { crc32 } from 'node:zlib'
import type { SourceIndex } from './sourceIndex.ts'
import { type SourceStates, STATE_BYTES } from './sourceStates.ts'

/** A place in the log, as the log counts. */
export interface LogPosition {
  segment: number
  offset: number
}

/**
 *   0       4         8        16                  24       28
 *   │ GLVS │ version │ segment │ offset            │ crc32  │ the sources, their states
 */
const MAGIC = Buffer.from('GLVS', 'latin1')
const VERSION = 1
const HEADER_BYTES = 28
const CRC_AT = 24

/** Everything remembered of every source as of a place in the log. */
export function encodeState(index: SourceIndex, states: SourceStates, position: LogPosition): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  MAGIC.copy(header)
  header.writeUInt32LE(VERSION, 4)
  header.writeDoubleLE(position.segment, 8)
  header.writeDoubleLE(position.offset, 16)
  const state = Buffer.concat([header, ...index.saved(), states.saved(index.count)])
  state.writeUInt32LE(checksum(state), CRC_AT)
  return state
}

/** Puts back what `encodeState` gave. Returns its place in the log; null, with nothing changed, when it is of another version or damaged. */
export function decodeState(state: Buffer, index: SourceIndex, states: SourceStates): LogPosition | null {
  if (state.length < HEADER_BYTES || !state.subarray(0, 4).equals(MAGIC)) return null
  if (state.readUInt32LE(4) !== VERSION || state.readUInt32LE(CRC_AT) !== checksum(state)) return null
  const known = state.readUInt32LE(HEADER_BYTES)
  const idBytes = state.readUInt32LE(HEADER_BYTES + 4)
  if (HEADER_BYTES + 8 + known * (6 + STATE_BYTES) + idBytes !== state.length) return null
  const end = index.restore(state, HEADER_BYTES)
  if (end === -1) return null
  states.restore(state, end, index.count)
  return { segment: state.readDoubleLE(8), offset: state.readDoubleLE(16) }
}

/** Of everything but itself. */
function checksum(state: Buffer): number {
  return crc32(state.subarray(HEADER_BYTES), crc32(state.subarray(0, CRC_AT)))
}
