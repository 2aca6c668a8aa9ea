import { isOld } from './forecast/run/issue.ts'
import { limitsOf } from './forecast/transformer/limits.ts'
import { aheadOf, loadAheadOf } from './forecast/transformer/live/ahead.ts'
import { thermalOf } from './forecast/transformer/live/describe.ts'
import type { SourcedSample } from './forecast/transformer/live/inputs.ts'
import { type TransformerState as Lived, viewOf } from './forecast/transformer/live.ts'
import { baseOf, type Entry, plateAhead, plateFor, stateOf, trailOf } from './transformerEntry.ts'
import { runThrough } from './transformerRun.ts'
import type { Want } from './transformerWants.ts'
import type { Work } from './transforming.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Ten time constants of the slowest oil: of the guess it begins with 0.001 K are left. A frozen sensor needs 48 h. */
const SETTLE_MS = 30 * HOUR
/** So far back a late reading still changes the present state. */
export const RUN_UP_MS = 54 * HOUR
const AGAIN_MS = 2000
const MOST_TRIES = 10
const FAILED_AGAIN_MS = 10_000
/** A half-hour's roll-up is there some minutes after its end. */
const POLL_AFTER_MS = 4 * MINUTE
const HALF_HOUR = 30 * MINUTE
/** What lies ahead is looked at again after so long; sooner where it matters. */
const AHEAD_EVERY_MS = 30 * MINUTE
const WARM_C = 98

/** From where the present state has to be computed when nothing is known: today's life is counted from midnight on. */
export function runUpFrom(work: Work, at: number): number {
  const { local } = work
  return Math.min(local.dayStart(local.date(at)) - SETTLE_MS, at - RUN_UP_MS)
}

/** Brings the present state up to what the store holds. `want` null: all of it is read again. */
export async function update(work: Work, entry: Entry, want: Want | null): Promise<void> {
  const { needs, reads, wants, local } = work
  const { plate, node } = entry
  if (plate === null) return
  const { id } = node
  const at = needs.now()
  const base = want === null ? null : baseOf(entry, want.from)
  const from = base?.t ?? runUpFrom(work, at)
  wants.live.delete(id)
  try {
    const inputs = await reads.inputs({ id, station: entry.station, plate }, from, at + 1)
    entry.plate = plateFor(entry, plate, inputs.own)
    const states: Lived[] = []
    let last: SourcedSample | null = null
    const lived = await runThrough(entry.plate, base, inputs, { local, until: at }, (state, sample) => {
      states.push(state)
      if (sample.loadPu !== null || last === null) last = sample
    })
    keep(entry, { base, lived, states, last })
    entry.pollAt = nextPoll(at, entry)
    if (isAheadDue(work, entry, at)) lookAhead(work, entry)
    entry.told = null
    stateOf(entry, at, local.date(at))
  } catch (error) {
    putBack(work, entry, want, FAILED_AGAIN_MS)
    throw error
  }
  if (want === null) return
  const missing = { ...want, tries: want.tries + 1 }
  if (want.to > at) putBack(work, entry, missing, want.to - at + AGAIN_MS)
  else if (want.to > (entry.lived?.t ?? 0) && want.tries < MOST_TRIES) putBack(work, entry, missing, AGAIN_MS)
}

function keep(
  entry: Entry,
  {
    base,
    lived,
    states,
    last
  }: { base: Lived | null; lived: Lived | null; states: Lived[]; last: SourcedSample | null }
): void {
  entry.trail = trailOf(entry.trail, base, states)
  entry.lived = lived
  if (last !== null) {
    const { loadFrom, ambientFrom } = last
    entry.powerFactor = last.powerFactor ?? entry.powerFactor
    entry.origin = { loadFrom, ambientFrom }
    entry.isLate = loadFrom === 'roll-up' || ambientFrom !== 'own'
  }
  entry.wasRead = true
}

/** What came meanwhile stays, too. */
function putBack({ wants, needs }: Work, entry: Entry, want: Want | null, delayMs: number): void {
  const { id } = entry.node
  const notBefore = needs.now() + delayMs
  entry.retryAt = notBefore
  if (want === null) return
  const newer = wants.live.get(id)
  wants.live.set(id, {
    from: Math.min(want.from, newer?.from ?? want.from),
    to: Math.max(want.to, newer?.to ?? want.to),
    notBefore,
    tries: newer === undefined ? want.tries : 0
  })
}

/** Without readings of its own it is looked for the next half-hour's roll-up; not all at the same time. */
function nextPoll(at: number, { node, plate, lived }: Entry): number {
  const isFresh = lived !== null && plate !== null && at - lived.t <= plate.holdMin * MINUTE
  const spread = (hash(node.id) % 600) * 1000
  const next = Math.floor((at - POLL_AFTER_MS - spread) / HALF_HOUR + 1) * HALF_HOUR + POLL_AFTER_MS + spread
  return isFresh && plate.holdMin < 30 ? Math.max(next, lived.t + plate.holdMin * MINUTE) : next
}

function hash(text: string): number {
  let sum = 0
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) >>> 0
  return sum
}

/** Whether there is a newer forecast than the one looked at, or the last look is too long ago. */
export function isAheadDue({ needs }: Work, entry: Entry, at: number): boolean {
  if (entry.lived === null || entry.plate === null) return false
  const issuedAt = needs.issuedAt(entry.node.id)
  if (issuedAt === null) return entry.ahead !== null
  if (entry.aheadOf?.issuedAt !== issuedAt) return true
  const isWarm = entry.ahead === null || entry.ahead.reliefKw !== 0 || entry.ahead.peakHotSpotC >= WARM_C
  return at - entry.aheadOf.at >= (isWarm ? AHEAD_EVERY_MS / 10 : AHEAD_EVERY_MS)
}

/** The next 24 h by the newest forecast; one after which nothing newer came for hours says nothing of them. */
export function lookAhead({ needs }: Work, entry: Entry): void {
  const { lived, plate, node } = entry
  const at = needs.now()
  const forecast = needs.forecastOf(node.id)
  entry.told = null
  entry.ahead = null
  entry.aheadOf = forecast === null ? null : { issuedAt: forecast.issuedAt, at }
  const thermal = lived === null ? null : thermalOf(lived)
  if (forecast === null || isOld(forecast.issuedAt, at)) return
  if (plate === null || lived === null || thermal === null) return
  const view = viewOf(plate, lived)
  const ahead = view.topOilC === null ? null : loadAheadOf(forecast, lived.t, view.ambientC)
  if (ahead !== null) {
    const limits = limitsOf(plate.ratingKva)
    entry.ahead = aheadOf(plateAhead(entry, plate), thermal, ahead, limits, at)
  }
}
