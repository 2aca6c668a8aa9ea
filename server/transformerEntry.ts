import type { GridNode } from './contract/registry.ts'
import type { AmbientOrigin, LoadOrigin, TransformerState } from './contract/transformers.ts'
import type { Ahead } from './forecast/transformer/live/ahead.ts'
import { describeTransformer, type LifeSoFar, notMeasured } from './forecast/transformer/live/describe.ts'
import type { TransformerState as Lived } from './forecast/transformer/live.ts'
import { plateOf, type TransformerPlate } from './forecast/transformer/plate.ts'

interface Told {
  state: TransformerState
  day: string
  until: number
}

/** What is held of one transformer. */
export interface Entry {
  node: GridNode
  station: string | null
  /** null: it has no rating, nothing can be computed. */
  plate: TransformerPlate | null
  /** As of the newest interval; null: not read yet, or nothing there. */
  lived: Lived | null
  /** Earlier states, ascending: a late reading is computed again from one of them. */
  trail: Lived[]
  origin: { loadFrom: LoadOrigin; ambientFrom: AmbientOrigin } | null
  /** Of its newest load, kW over kVA; null: not measured. */
  powerFactor: number | null
  /** Its load or its air is not its own: both come later than a reading, so the last hours are computed again. */
  isLate: boolean
  wasRead: boolean
  /** After a failure: not tried before; without readings of its own: when the roll-up is looked at again. Epoch ms. */
  retryAt: number
  pollAt: number
  ahead: Ahead | null
  /** Of which forecast, and when it was computed. */
  aheadOf: { issuedAt: string; at: number } | null
  /** Closed days of the calendar year. */
  closed: LifeSoFar & { year: string; until: string }
  oil: TransformerState['oil']
  told: Told | null
}

const DEFAULT_INTERVAL_S = 300
/** A half-hour's roll-up comes some minutes after its end, and the next half an hour later. */
const ROLLUP_HOLD_MIN = 90
const MINUTE = 60_000
/** Earlier states are kept that far apart and that far back. */
const TRAIL_STEP_MS = 60 * MINUTE
export const RECOMPUTE_MS = 180 * MINUTE

export function newEntry(node: GridNode, station: string | null): Entry {
  const { ratingKva, cooling } = node
  return {
    ...{
      node,
      station,
      lived: null,
      trail: [],
      origin: null,
      powerFactor: null,
      isLate: false,
      wasRead: false,
      retryAt: 0,
      pollAt: 0
    },
    plate:
      ratingKva === null
        ? null
        : plateOf({ ratingKva, cooling: cooling ?? null, holdMin: holdMinOf(node, 0) }),
    ...{ ahead: null, aheadOf: null, told: null, oil: notMeasured },
    closed: { year: '', until: '', lifeUsedDays: 0, knownHours: 0 }
  }
}

/** The registry's word on how often it reports, else its own interval. */
export const holdMinOf = (node: GridNode, intervalS: number) =>
  (3 * (node.reportIntervalS ?? (intervalS > 0 ? intervalS : DEFAULT_INTERVAL_S))) / 60

/** As `plate`, with what holds for a transformer that is known by its roll-up. */
export function plateFor(entry: Entry, plate: TransformerPlate, own: { intervalS: readonly number[] }) {
  const holdMin =
    own.intervalS.length === 0 ? ROLLUP_HOLD_MIN : holdMinOf(entry.node, own.intervalS.at(-1) ?? 0)
  return holdMin === plate.holdMin ? plate : { ...plate, holdMin }
}

/** Where to begin for what happened from `from` on; null: everything has to be read again. */
export function baseOf({ lived, trail, isLate }: Entry, from: number): Lived | null {
  if (lived === null) return null
  const upTo = isLate ? Math.min(from, lived.t - RECOMPUTE_MS) : from
  if (lived.t <= upTo) return lived
  return trail.findLast(({ t }) => t <= upTo) ?? null
}

/** The states of a computation that began at `base`, every hour one, as far back as late readings are computed from. */
export function trailOf(before: readonly Lived[], base: Lived | null, states: readonly Lived[]): Lived[] {
  const kept = base === null ? [] : before.filter(({ t }) => t <= base.t)
  const newest = states.at(-1)?.t ?? 0
  for (const state of states) if (state.t - (kept.at(-1)?.t ?? 0) >= TRAIL_STEP_MS) kept.push(state)
  const oldest = kept.findLastIndex(({ t }) => t <= newest - RECOMPUTE_MS)
  return kept.slice(Math.max(0, oldest))
}

/** The plate with which foretold kW become load: its own power factor is better than the assumed one. */
export const plateAhead = ({ powerFactor }: Entry, plate: TransformerPlate): TransformerPlate =>
  powerFactor === null ? plate : { ...plate, powerFactor }

/** Whether what was told last still stands; `today` the local date of now. */
export function isTold(entry: Entry, now: number, today: string): entry is Entry & { told: Told } {
  return entry.told !== null && entry.told.day === today && now <= entry.told.until
}

/** The state as told; described anew where it changed, where it no longer holds, or where another day has begun. */
export function stateOf(entry: Entry, now: number, today: string): TransformerState {
  if (isTold(entry, now, today)) return entry.told.state
  const { lived, plate } = entry
  const state = describeTransformer({ ...entry, today, closedDays: closedLife(entry, today) }, now)
  const holdsUntil = lived === null || plate === null ? Infinity : lived.t + plate.holdMin * MINUTE
  entry.told = { state, day: today, until: now <= holdsUntil ? holdsUntil : Infinity }
  return state
}

/** The closed days of this year; one that is over but not yet closed is known from the live state. */
function closedLife({ closed, lived }: Entry, today: string): LifeSoFar {
  const year = today.slice(0, 4)
  const sum = closed.year === year ? closed : { lifeUsedDays: 0, knownHours: 0, until: '' }
  const lastDay = lived?.life.day?.span === today ? lived.life.lastDay : (lived?.life.day ?? null)
  if (
    lastDay === null ||
    !lastDay.span.startsWith(year) ||
    lastDay.span <= sum.until ||
    lastDay.span >= today
  ) {
    return sum
  }
  return {
    lifeUsedDays: sum.lifeUsedDays + lastDay.lostHours / 24,
    knownHours: sum.knownHours + lastDay.knownHours
  }
}
