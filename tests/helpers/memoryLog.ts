import type { Cursor, Frame, FrameKind, IngestLog, Position } from '../../server/log/ingestLog.ts'

export interface MemoryLog extends Pick<IngestLog, 'read' | 'onAppend' | 'bytesAfter'> {
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
