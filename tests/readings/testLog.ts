import type { Frame, FrameKind, Position } from '../../server/log/ingestLog.ts'
import type { FollowedLog } from '../../server/readings/logBatches.ts'

export interface TestLog extends FollowedLog {
  append(kind: FrameKind, receivedAt: number, body: Buffer): Position
  /** A cursor at the start, or at what another one has committed. */
  cursor(from?: Position): {
    position: Position
    committed: Position[]
    commit(position: Position): Promise<void>
  }
  /** Makes the next reads fail, until it is null again. */
  failure: Error | null
}

/**
 * An ingest log in memory: one segment, offsets in bytes. As the reader of the log may, it uses the memory of one read
 * again for the next.
 */
export function testLog(): TestLog {
  const frames: Frame[] = []
  const listeners = new Set<() => void>()
  let end = 0
  let memory: Buffer[] = []
  const log: TestLog = {
    failure: null,
    get end() {
      return { segment: 1, offset: end }
    },
    append(kind, receivedAt, body) {
      end += body.length
      const next = { segment: 1, offset: end }
      frames.push({ kind, receivedAt, body, next })
      for (const listener of listeners) listener()
      return next
    },
    async read(from, maxBytes) {
      if (log.failure !== null) throw log.failure
      for (const bytes of memory) bytes.fill('#')
      const found: Frame[] = []
      let bytes = 0
      for (const frame of frames) {
        if (frame.next.offset <= from.offset) continue
        if (found.length > 0 && bytes + frame.body.length > maxBytes) break
        bytes += frame.body.length
        found.push({ ...frame, body: Buffer.from(frame.body) })
      }
      const [first] = found
      if (first !== undefined && first.next.offset - first.body.length !== from.offset)
        throw new Error(`no frame begins at ${from.offset}`)
      memory = found.map(({ body }) => body)
      return found
    },
    onAppend(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    bytesAfter: ({ offset }) => end - offset,
    cursor(from = { segment: 1, offset: 0 }) {
      const committed: Position[] = []
      return {
        committed,
        get position() {
          return committed.at(-1) ?? from
        },
        async commit(position) {
          committed.push(position)
        }
      }
    }
  }
  return log
}
