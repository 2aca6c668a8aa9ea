import type { Cursor, Frame, FrameKind, Position } from '../../server/log/ingestLog.ts'
import type { LogReader } from '../../server/log/logReader.ts'

export interface MemoryLog extends Pick<LogReader, 'read' | 'onAppend' | 'bytesAfter' | 'end'> {
  append(kind: FrameKind, receivedAt: number, body: Buffer): void
  /** A cursor at the start; `committed` keeps every position committed. */
  cursor(): Cursor & { committed: Position[] }
  /** Makes the next reads fail, until it is null again. */
  failure: Error | null
}

/** An ingest log in memory: one segment, offsets in bytes. */
export function memoryLog(): MemoryLog {
  const frames: Frame[] = []
  const listeners = new Set<() => void>()
  let end = 0
  const log: MemoryLog = {
    failure: null,
    append(kind, receivedAt, body) {
      end += body.length
      frames.push({ kind, receivedAt, body, next: { segment: 1, offset: end } })
      for (const listener of listeners) listener()
    },
    async read(from, maxBytes) {
      if (log.failure !== null) throw log.failure
      const found: Frame[] = []
      let bytes = 0
      for (const frame of frames) {
        if (frame.next.offset <= from.offset) continue
        if (found.length > 0 && bytes + frame.body.length > maxBytes) break
        bytes += frame.body.length
        found.push(frame)
      }
      return found
    },
    onAppend(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    get end() {
      return { segment: 1, offset: end }
    },
    bytesAfter: ({ offset }) => end - offset,
    cursor() {
      const committed: Position[] = []
      return {
        committed,
        get position() {
          return committed.at(-1) ?? { segment: 1, offset: 0 }
        },
        async commit(position) {
          committed.push(position)
        }
      }
    }
  }
  return log
}

/** What one group of the gathering log holds. */
export interface MemoryGroup {
  group: number
  frames: { kind: FrameKind; receivedAt: number; body: Buffer }[]
}

/** The writing side of an ingest log in memory, which gathers until it is told to commit. */
export interface GatheringLog {
  room(bytes: number, receivedAt: number): { bytes: Buffer; length: number }
  append(kind: FrameKind, receivedAt: number, body: Buffer): Promise<void>
  readonly group: number
  readonly heldBytes: number
  onDurable(listener: (done: MemoryGroup) => void): () => void
  onFailure(listener: (error: Error) => void): () => void
  /** Closes the group being gathered, as a commit does when it begins; it is durable with `finish`. */
  begin(): void
  /** Makes the oldest closed group durable. */
  finish(): void
  /** Both: all written so far is durable. A group of which nothing was written is none. */
  commit(): void
  fail(error: Error): void
  readonly durable: MemoryGroup[]
}

const FRAME_BYTES = 65_536

export function gatheringLog(): GatheringLog {
  const listeners = new Set<(done: MemoryGroup) => void>()
  const failureListeners = new Set<(error: Error) => void>()
  const closed: (MemoryGroup & { done: PromiseWithResolvers<void> })[] = []
  const durable: MemoryGroup[] = []
  let group = 1
  let frames: MemoryGroup['frames'] = []
  let done = Promise.withResolvers<void>()
  let room = { bytes: Buffer.alloc(FRAME_BYTES), length: 0 }
  let roomAt = 0

  function seal(): void {
    if (room.length === 0) return
    frames.push({ kind: 'readings', receivedAt: roomAt, body: room.bytes.subarray(0, room.length) })
    room = { bytes: Buffer.alloc(FRAME_BYTES), length: 0 }
  }
  const log: GatheringLog = {
    durable,
    room(bytes, receivedAt) {
      if (room.bytes.length - room.length < bytes) seal()
      if (room.bytes.length < bytes) room.bytes = Buffer.alloc(bytes)
      if (room.length === 0) roomAt = receivedAt
      return room
    },
    append(kind, receivedAt, body) {
      seal()
      frames.push({ kind, receivedAt, body })
      return done.promise
    },
    get group() {
      return group
    },
    get heldBytes() {
      const held = [...closed.flatMap(({ frames }) => frames), ...frames]
      return held.reduce((sum, { body }) => sum + body.length, room.length)
    },
    onDurable(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onFailure(listener) {
      failureListeners.add(listener)
      return () => void failureListeners.delete(listener)
    },
    begin() {
      seal()
      if (frames.length === 0) return
      closed.push({ group: group++, frames, done })
      frames = []
      done = Promise.withResolvers()
    },
    finish() {
      const oldest = closed.shift()
      if (oldest === undefined) return
      durable.push(oldest)
      oldest.done.resolve()
      for (const listener of listeners) listener(oldest)
    },
    commit() {
      log.begin()
      while (closed.length > 0) log.finish()
    },
    fail(error) {
      log.begin()
      for (const { done: waiting } of closed.splice(0)) {
        waiting.promise.catch(() => undefined)
        waiting.reject(error)
      }
      for (const listener of failureListeners) listener(error)
    }
  }
  return log
}
