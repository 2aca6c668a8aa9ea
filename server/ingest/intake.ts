import type { NewDeadLetter } from '../log/deadLetters.ts'
import { encodeReadings } from '../log/lines.ts'
import { type Decoded, decode, type ForeignDecoder } from './decode.ts'
import { followGroups, type GroupedLog, type IntakeGroup } from './intakeGroups.ts'
import { createLogScanner, type LineLog } from './logScanner.ts'
import { createRate } from './rate.ts'
import { scanned } from './readingScanner.ts'

export interface IntakeLog extends GroupedLog, LineLog {
  append(kind: 'answer' | 'status', receivedAt: number, body: Buffer): Promise<void>
  /** Written and not durable yet. */
  readonly heldBytes: number
}

export interface IntakeNeeds {
  log: IntakeLog
  deadLetters: { put(letter: NewDeadLetter): Promise<void> }
  now: () => number
  /** Called once the status is durable. */
  onStatus(id: string, online: boolean, ts: number | null): void
  /** Asked in order about topics that are not in the contract. */
  foreign?: readonly ForeignDecoder[]
  /** What may wait to become durable; beyond it `isFull`. */
  maxHeldBytes?: number
}

/** Totals since the start, of what is durable. */
export interface IntakeCounters {
  messages: number
  readings: number
  readingsPerS: number
  unknownMembers: number
  /** Messages on topics of readings that had to be parsed in full: bad ones, and unusual spellings. */
  slowPath: number
}

/** Where every message enters, whoever brought it. */
export interface Intake {
  /**
   * One message, of which only the offsets are known, into the group being gathered. The bytes are not needed
   * afterwards. Never throws: what is wrong with a message becomes a dead letter.
   */
  take(bytes: Buffer, topicStart: number, topicEnd: number, payloadStart: number, payloadEnd: number): void
  /** Resolves when the message is durable, in the log or among the dead letters: only then may it be acknowledged. */
  accept(topic: string, payload: Buffer): Promise<void>
  /**
   * For what could not even be received as a message; `bytes`: its length, where `payload` is only its beginning.
   * Resolves when the dead letter is durable.
   */
  reject(topic: string, payload: Buffer, reason: string, bytes?: number): Promise<void>
  /** The group of the message taken last: ask after `take`. */
  readonly group: number
  /** As much waits to become durable as may: read no more until `onDurable` tells of a group and this is false. */
  readonly isFull: boolean
  /** Tells of each group once, ascending: every message of it is durable, in the log or among the dead letters. */
  onDurable(listener: (group: number) => void): () => void
  /** Nothing becomes durable any more, and nothing may be acknowledged. */
  onFailure(listener: (error: Error) => void): () => void
  counters(now: number): IntakeCounters
}

const MIB = 1024 * 1024
/** A topic of readings is shorter. */
const MOST_TOPIC_CHARACTERS = 128

export function createIntake(needs: IntakeNeeds): Intake {
  const { log, deadLetters, now, onStatus, foreign = [], maxHeldBytes = 4 * MIB } = needs
  const rate = createRate()
  const listeners = new Set<(group: number) => void>()
  const totals = { messages: 0, readings: 0, unknownMembers: 0, slowPath: 0 }
  const scan = createLogScanner(log)
  const clock = steadyClock(now)
  /** For topics that come as text: a character has at most three bytes. */
  const topicBytes = Buffer.alloc(3 * MOST_TOPIC_CHARACTERS)
  let letterBytes = 0

  const groups = followGroups(log, group => {
    totals.messages += group.messages
    totals.readings += group.readings
    totals.unknownMembers += group.unknownMembers
    totals.slowPath += group.slowPath
    if (group.readings > 0) rate.add(group.readings, now())
    for (const { id, online, ts } of group.statuses) onStatus(id, online, ts)
    for (const listener of listeners) listener(group.number)
  })

  function takeDecoded(topic: string, decoded: Decoded, at: number): IntakeGroup {
    const { readings, statuses, answer, rejects } = decoded
    if (readings.length > 0) {
      const lines = encodeReadings(readings)
      const room = log.room(lines.length, at)
      room.length += lines.copy(room.bytes, room.length)
    }
    for (const status of statuses) append('status', at, status)
    if (answer !== null) append('answer', at, answer)
    const group = groups.join()
    group.messages++
    group.readings += readings.length
    group.unknownMembers += decoded.unknownMembers
    group.statuses.push(...statuses)
    if (readings.length > 0 || statuses.length > 0 || answer !== null) group.inLog = true
    for (const { reason, payload } of rejects)
      groups.hold(group, put({ at, topic, payload: Buffer.from(payload), reason }))
    if (!group.inLog) groups.touch()
    return group
  }

  function append(kind: 'answer' | 'status', at: number, value: unknown): void {
    log.append(kind, at, Buffer.from(JSON.stringify(value))).catch(groups.fail)
  }

  async function put(letter: NewDeadLetter): Promise<void> {
    letterBytes += letter.payload.length
    await deadLetters.put(letter)
    letterBytes -= letter.payload.length
  }

  function takeScanned(): IntakeGroup {
    const group = groups.join()
    group.messages++
    group.readings += scanned.readings
    group.unknownMembers += scanned.unknownMembers
    if (scanned.readings > 0) group.inLog = true
    else groups.touch()
    return group
  }

  function takeParsed(topic: string, payload: Buffer, at: number, isUnusual: boolean): IntakeGroup {
    const group = takeDecoded(topic, decode(topic, payload, at, foreign), at)
    if (isUnusual) group.slowPath++
    return group
  }

  return {
    take(bytes, topicStart, topicEnd, start, end) {
      if (groups.failure !== null) return
      const at = clock()
      const outcome = scan(bytes, topicStart, topicEnd, bytes, start, end, at)
      if (outcome === 'taken') takeScanned()
      else {
        const topic = bytes.toString('utf8', topicStart, topicEnd)
        takeParsed(topic, bytes.subarray(start, end), at, outcome === 'unusual')
      }
    },
    accept(topic, payload) {
      if (groups.failure !== null) return Promise.reject(groups.failure)
      const at = clock()
      const topicEnd = topic.length > MOST_TOPIC_CHARACTERS ? 0 : topicBytes.write(topic)
      const outcome = scan(topicBytes, 0, topicEnd, payload, 0, payload.length, at)
      const group =
        outcome === 'taken' ? takeScanned() : takeParsed(topic, payload, at, outcome === 'unusual')
      group.durable ??= Promise.withResolvers()
      return group.durable.promise
    },
    reject: (topic, payload, reason, bytes) =>
      put({ at: now(), topic, payload, reason, ...(bytes !== undefined && { bytes }) }),
    get group() {
      return groups.newest
    },
    get isFull() {
      return log.heldBytes + letterBytes > maxHeldBytes || groups.failure !== null
    },
    onDurable(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onFailure: groups.onFailure,
    counters: at => ({ ...totals, readingsPerS: rate.perSecond(at) })
  }
}

/** A clock that is looked at once for all that is done in one go: a look costs a good part of taking a message. */
function steadyClock(now: () => number): () => number {
  let at = 0
  let isRead = false
  const forget = () => {
    isRead = false
  }
  return () => {
    if (isRead) return at
    isRead = true
    at = now()
    queueMicrotask(forget)
    return at
  }
}
