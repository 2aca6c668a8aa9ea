import { breath } from '../contract/breath.ts'
import type { AnswerWord } from '../contract/events.ts'
import type { CallReads, EventCalls } from './needs.ts'

const HOUR_MS = 3_600_000
/** Calls that are remembered: 30 events of 11,000 customers, or more smaller ones; about 80 bytes each. */
const MAX_CALLS = 400_000
/** Different names and ids that are kept once. */
const MAX_TEXTS = 200_000
/** Calls between two breaths. */
const PIECE = 2000

/** One customer in one event, as sums count it. */
export interface CountedCall {
  customerId: string
  customerName: string
  meteringPointId: string
  answer: AnswerWord | null
  isThanked: boolean
  /** Asked for, over its part; by the delivery where there is one. */
  askedKwh: number
  /** Null where it was not measured. */
  deliveredKwh: number | null
  creditVnd: number | null
  /** By slot. */
  deliveredKw: readonly (number | null)[]
}

/** An event without its calls: those are read one by one, so that a season is no heap of objects. */
export interface CountedEvent extends Omit<EventCalls, 'calls' | 'result'> {
  count: number
  call(index: number): CountedCall
  /** Somebody has a final result. */
  hasFinal: boolean
  result: Omit<NonNullable<EventCalls['result']>, 'participants'> | null
}

/** The events of a season, read once and again only where something of them was written since. */
export interface SeasonCalls {
  /** Those that begin in [from, to), epoch ms, earliest first. */
  of(from: number, to: number): AsyncIterable<CountedEvent>
  /** The same text as before: nothing of these events was written since. */
  stamp(from: number, to: number): Promise<string>
}

/**
 * What is remembered is bounded by the number of calls; the ones longest not asked for go first.
 *
 *   revisions ──► same as remembered? ──yes──► columns ──► sums
 *                         └──no──► records ──► columns
 */
export function createSeasonCalls(calls: CallReads): SeasonCalls {
  const known = new Map<string, { revision: number; event: CountedEvent }>()
  let kept = 0
  const texts = new Map<string, string>()

  /** Thirty events name the same customer: once in memory is enough. */
  function one(text: string): string {
    const found = texts.get(text)
    if (found !== undefined) return found
    if (texts.size >= MAX_TEXTS) texts.clear()
    texts.set(text, text)
    return text
  }

  function forget(id: string): void {
    kept -= known.get(id)?.event.count ?? 0
    known.delete(id)
  }

  async function read(id: string, revision: number): Promise<CountedEvent | null> {
    const found = known.get(id)
    forget(id)
    if (found?.revision === revision) {
      remember(id, found)
      return found.event
    }
    const read = await calls.of(id)
    if (read === null) return null
    const event = await inColumns(read, one)
    remember(id, { revision, event })
    return event
  }

  function remember(id: string, entry: { revision: number; event: CountedEvent }): void {
    forget(id)
    known.set(id, entry)
    kept += entry.event.count
    for (const oldest of known.keys()) {
      if (kept <= MAX_CALLS) return
      forget(oldest)
    }
  }

  return {
    async stamp(from, to) {
      return JSON.stringify(await calls.revisions(from, to))
    },
    async *of(from, to) {
      for (const { eventId, revision } of await calls.revisions(from, to)) {
        const event = await read(eventId, revision)
        if (event !== null) yield event
      }
    }
  }
}

async function inColumns(
  { calls, result, ...event }: EventCalls,
  one: (text: string) => string
): Promise<CountedEvent> {
  const count = calls.length
  const slots = result?.t.length ?? 0
  const texts = { id: [] as string[], name: [] as string[], point: [] as string[] }
  const answers: (AnswerWord | null)[] = []
  const isThanked = new Uint8Array(count)
  const asked = new Float64Array(count)
  const delivered = new Float64Array(count).fill(NaN)
  const credit = new Float64Array(count).fill(NaN)
  const kw = new Float64Array(count * slots).fill(NaN)
  const places = new Map<string, number>()
  for (const [i, call] of calls.entries()) {
    texts.id.push(one(call.customerId))
    texts.name.push(one(call.customerName))
    texts.point.push(one(call.meteringPointId))
    answers.push(call.answer)
    isThanked[i] = call.isThanked ? 1 : 0
    asked[i] = askedKwh(call.delivery ?? call)
    delivered[i] = call.delivery?.deliveredKwh ?? NaN
    credit[i] = call.delivery?.creditVnd ?? NaN
    places.set(call.customerId, i)
    if (i % PIECE === PIECE - 1) await breath()
  }
  for (const { customerId, deliveredKw } of result?.participants ?? []) {
    const place = places.get(customerId)
    if (place === undefined) continue
    for (let slot = 0; slot < slots; slot++) kw[place * slots + slot] = deliveredKw[slot] ?? NaN
  }
  await breath()
  const { participants: _, ...kept } = result ?? { participants: [] }
  return {
    ...event,
    count,
    hasFinal: calls.some(({ delivery }) => delivery !== null),
    result: result === null ? null : (kept as CountedEvent['result']),
    call: i => ({
      customerId: texts.id[i] ?? '',
      customerName: texts.name[i] ?? '',
      meteringPointId: texts.point[i] ?? '',
      answer: answers[i] ?? null,
      isThanked: isThanked[i] === 1,
      askedKwh: asked[i] ?? NaN,
      deliveredKwh: orNull(delivered[i]),
      creditVnd: orNull(credit[i]),
      deliveredKw: slotsOf(kw, i * slots, slots)
    })
  }
}

function slotsOf(kw: Float64Array, from: number, count: number): (number | null)[] {
  const slots: (number | null)[] = []
  for (let slot = from; slot < from + count; slot++) slots.push(orNull(kw[slot]))
  return slots
}

const orNull = (number: number | undefined) => (number === undefined || Number.isNaN(number) ? null : number)

function askedKwh({ requestedKw, start, end }: { requestedKw: number; start: number; end: number }): number {
  return (requestedKw * (end - start)) / HOUR_MS
}
