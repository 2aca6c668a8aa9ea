import { FailingTopics } from './failingTopics.ts'
import type { Message } from './messages.ts'
import { withinLimit } from './withinLimit.ts'

/** The durable outbox as the pump needs it. */
export interface NoticeOutbox {
  /** Unsent messages that should have left by `now` (epoch ms), in the order written, from after `afterSeq`. */
  due(now: number, limit: number, afterSeq: number): Promise<(Message & { seq: number })[]>
  markSent(key: string, at: number): Promise<void>
  /** The newest sent message of each topic not yet cleared. */
  sentOpen(): Promise<Message[]>
  /** Forgets what was sent up to a clearing that was sent before `before` (epoch ms), of at most `limit` topics. */
  shrink(before: number, limit: number): Promise<number>
}

export interface NoticesNeeds {
  outbox: NoticeOutbox
  /** Resolves when the broker has the message; within `publishLimitMs`, else it counts as failed. */
  publish(topic: string, payload: string, options: { retain: boolean }): Promise<void>
  now(): number
  /** 0…1, for the jitter of the back-off. */
  random(): number
  /** Hears, once for each change, that something does not leave, and that it does again. */
  warn(message: string): void
  /** How often the outbox is looked at unasked. */
  pollMs?: number
  publishLimitMs?: number
}

export interface Notices {
  /** Publishes open notices again unchanged (a broker may have lost them), then what is due, and goes on. */
  start(): Promise<void>
  /** Looks at the outbox at once. */
  poke(): void
  /** `detail`: why something does not leave; null when nothing fails. */
  state(): { failingTopics: number; detail: string | null }
  /** Resolves when the publish under way has ended. */
  stop(): Promise<void>
}

const PAGE = 200
const AT_ONCE = 16
/** What was cleared away is remembered for so long, and forgotten little by little. */
const REMEMBERED_MS = 24 * 3_600_000
const SHRINK_EVERY_MS = 60_000
const SHRINK_TOPICS = 500

/**
 * Sends what stands in the outbox. A message leaves once, except that a publish which failed, or which could not be
 * recorded, is repeated with the same bytes: a receiver acts once per (event, version).
 *
 *   outbox ──due──► topic A: v2, v3, …   in order; a failure leaves the topic alone for a while
 *              └──► topic B: …           at the same time, not held up by A
 */
export function createNotices(needs: NoticesNeeds): Notices {
  const { outbox, publish, now, warn, pollMs = 1000, publishLimitMs = 10_000 } = needs
  const failing = new FailingTopics(needs.random)
  const again = new Map<string, Message>()
  let detail: string | null = null
  let stopping = false
  let poked = false
  let shrunkAt = Number.NEGATIVE_INFINITY
  let wake = () => {}
  let running = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping) {
      poked = false
      try {
        await round()
        if (failing.size === 0) tell(null)
      } catch (error) {
        tell(`the outbox cannot be read: ${reasonOf(error)}`)
      }
      if (!poked && !stopping) await pause()
    }
  }

  async function round(): Promise<void> {
    const seen = new Set(again.keys())
    const failed = new Set<string>()
    await sendAll(new Map([...again.keys()].map(topic => [topic, []])), failed)
    for (let afterSeq = 0; !stopping; ) {
      const page = await outbox.due(now(), PAGE, afterSeq)
      for (const { topic } of page) seen.add(topic)
      await sendAll(
        Map.groupBy(page, message => message.topic),
        failed
      )
      if (page.length < PAGE) break
      afterSeq = page.at(-1)?.seq ?? afterSeq
    }
    if (stopping) return
    failing.keepOnly(seen)
    await shrink()
  }

  async function shrink(): Promise<void> {
    if (Math.abs(now() - shrunkAt) < SHRINK_EVERY_MS) return
    shrunkAt = now()
    await outbox.shrink(now() - REMEMBERED_MS, SHRINK_TOPICS)
  }

  /** Several topics at a time, because each message waits for the broker and then for the disk. */
  async function sendAll(
    byTopic: ReadonlyMap<string, readonly Message[]>,
    failed: Set<string>
  ): Promise<void> {
    const queue = byTopic.entries()
    const work = async () => {
      for (const [topic, messages] of queue) {
        // In one round a topic fails once: its later messages must not overtake on the next page.
        if (!failed.has(topic) && !(await sendTopic(topic, messages))) failed.add(topic)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }

  /** Whether everything left. */
  async function sendTopic(topic: string, messages: readonly Message[]): Promise<boolean> {
    if (stopping || failing.waits(topic, now())) return false
    try {
      const open = again.get(topic)
      if (open !== undefined) {
        await send(open)
        again.delete(topic)
      }
      for (const message of messages) {
        if (stopping) return false
        await send(message)
        await outbox.markSent(message.key, now())
      }
      failing.succeeded(topic)
      return true
    } catch (error) {
      failing.failed(topic, now())
      tell(`${topic} is tried again: ${reasonOf(error)}`)
      return false
    }
  }

  function send({ topic, payload, retain }: Message): Promise<void> {
    return withinLimit(publish(topic, payload, { retain }), publishLimitMs, 'the broker did not confirm')
  }

  function tell(next: string | null): void {
    if (next === null && detail !== null) warn('notices leave again')
    if (next !== null && detail === null) warn(`notices: ${next}`)
    detail = next
  }

  function pause(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, pollMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  function poke(): void {
    poked = true
    wake()
  }

  return {
    async start() {
      for (const message of await outbox.sentOpen()) again.set(message.topic, message)
      running = run()
    },
    poke,
    state: () => ({ failingTopics: failing.size, detail }),
    async stop() {
      stopping = true
      wake()
      await running
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
