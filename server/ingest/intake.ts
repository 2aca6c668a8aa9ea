import type { Reading } from '../contract/telemetry.ts'
import type { DeadLetters } from '../log/deadLetters.ts'
import type { IngestLog } from '../log/ingestLog.ts'
import { encodeReadings } from '../log/lines.ts'
import { decode } from './decode.ts'
import { createRate } from './rate.ts'

export interface IntakeNeeds {
  log: Pick<IngestLog, 'append'>
  deadLetters: Pick<DeadLetters, 'put'>
  now: () => number
  /** Called once the readings are durable. */
  onReadings(readings: Reading[], arrivedAt: number): void
  onStatus(id: string, online: boolean, ts: number | null): void
}

/** Where every message enters, whoever brought it. Totals count since the start. */
export interface IntakeCounters {
  messages: number
  readings: number
  readingsPerS: number
  unknownMembers: number
}

export interface Intake {
  /** Resolves when the message is durable, in the log or among the dead letters: only then may it be acknowledged. */
  accept(topic: string, payload: Buffer): Promise<void>
  /** For what could not even be received as a message. Resolves when the dead letter is durable. */
  reject(topic: string, payload: Buffer, reason: string): Promise<void>
  counters(now: number): IntakeCounters
}

export function createIntake({ log, deadLetters, now, onReadings, onStatus }: IntakeNeeds): Intake {
  const rate = createRate()
  let messages = 0
  let readingCount = 0
  let unknownMembers = 0

  async function accept(topic: string, payload: Buffer): Promise<void> {
    const at = now()
    const { readings, status, answer, rejects, unknownMembers: unknown } = decode(topic, payload, at)
    const durable: Promise<void>[] = []
    if (readings.length > 0) durable.push(log.append('readings', at, encodeReadings(readings)))
    if (status !== null) durable.push(log.append('status', at, Buffer.from(JSON.stringify(status))))
    if (answer !== null) durable.push(log.append('answer', at, Buffer.from(JSON.stringify(answer))))
    for (const { reason, payload: refused } of rejects)
      durable.push(deadLetters.put({ at, topic, payload: refused, reason }))
    await Promise.all(durable)

    messages++
    unknownMembers += unknown
    if (status !== null) onStatus(status.id, status.online, status.ts)
    if (readings.length === 0) return
    readingCount += readings.length
    rate.add(readings.length, at)
    onReadings(readings, at)
  }

  return {
    accept,
    reject: (topic, payload, reason) => deadLetters.put({ at: now(), topic, payload, reason }),
    counters: at => ({ messages, readings: readingCount, readingsPerS: rate.perSecond(at), unknownMembers })
  }
}
