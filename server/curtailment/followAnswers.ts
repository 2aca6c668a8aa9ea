import { setTimeout as pause } from 'node:timers/promises'
import type { AnswerMessage } from '../contract/notice.ts'
import type { Cursor, Frame, Position } from '../log/ingestLog.ts'
import type { LogReader } from '../log/logReader.ts'

/** An answer as the log carries it. */
export interface LoggedAnswer {
  customerId: string
  message: AnswerMessage
}

export interface FollowAnswersNeeds {
  log: Pick<LogReader, 'read' | 'onAppend'>
  cursor: Cursor
  /** Acts on one answer: null when it was taken, else why it is refused. Acting twice must do nothing twice. */
  act(answer: LoggedAnswer, arrivedAt: number): Promise<string | null>
  /** Keeps a refused answer where people will see it. */
  refuse(answer: LoggedAnswer, arrivedAt: number, reason: string): Promise<void>
  onFault(error: unknown): void
  retryMs?: number
  /** The cursor is committed after answers, and otherwise once so many bytes were passed. */
  commitBytes?: number
}

const READ_BYTES = 256 * 1024
const COMMIT_BYTES = 8 * 1024 * 1024

/**
 * Acts on the participants' answers in the order in which they became durable. They were acknowledged before anybody
 * acted on them, so after a crash this goes on at its cursor; what was done already comes to nothing.
 */
export function followAnswers(needs: FollowAnswersNeeds): { stop(): Promise<void> } {
  const { log, cursor, retryMs = 1000, commitBytes = COMMIT_BYTES } = needs
  const stopping = new AbortController()
  let position: Position = cursor.position
  let wake: () => void = () => {}
  const stopListening = log.onAppend(() => wake())

  async function actOn(frame: Frame): Promise<void> {
    const answer = JSON.parse(frame.body.toString()) as LoggedAnswer
    const reason = await needs.act(answer, frame.receivedAt)
    if (reason !== null) await needs.refuse(answer, frame.receivedAt, reason)
  }

  async function follow(): Promise<void> {
    let passedBytes = 0
    while (!stopping.signal.aborted) {
      // Listened for before reading: what becomes durable meanwhile is not missed.
      const appended = new Promise<void>(resolve => {
        wake = resolve
      })
      const frames = await log.read(position, READ_BYTES)
      let isActedOn = false
      for (const frame of frames) {
        if (frame.kind === 'answer') {
          await actOn(frame)
          isActedOn = true
        }
        // Passed one by one: after a fault the refused ones before it are not refused again.
        position = frame.next
        passedBytes += frame.body.length
      }
      if (isActedOn || passedBytes > commitBytes) {
        await cursor.commit(position)
        passedBytes = 0
      }
      if (frames.length === 0 && !stopping.signal.aborted) await appended
    }
    await cursor.commit(position)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await follow()
      } catch (error) {
        needs.onFault(error)
        await pause(retryMs, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  const running = run()
  return {
    async stop() {
      stopListening()
      stopping.abort()
      wake()
      await running
    }
  }
}
