import type { Slot } from '../slots/slotGrid.ts'
import { type Estimate, type Evidence, knownMean, knownShare } from './estimate.ts'
import type { Asking, BaselineInput, Span } from './input.ts'

/** So much of a stretch of the event's own day must be known for its mean to count. */
const MIN_KNOWN_OF_STRETCH = 0.8

/** The settlement slots of a stretch of time near the event, with what the site drew; NaN unknown. */
export interface Stretch {
  slots: readonly Slot[]
  kw: Float64Array
}

/** Reads [from, to), epoch ms. */
export function* stretchOf({ window, load }: BaselineInput, { start, end }: Span): Asking<Stretch> {
  const slots = window.grid.between(start, end)
  const first = slots[0]
  const last = slots.at(-1)
  if (first && last) yield { from: first.date, to: last.date }
  return { slots, kw: Float64Array.from(slots, ({ date, index }) => load.of(date)?.[index] ?? NaN) }
}

/** Its mean, kW; null where too little of it is known. */
export function meanOfStretch({ kw }: Stretch): number | null {
  return kw.length > 0 && knownShare(kw) >= MIN_KNOWN_OF_STRETCH ? knownMean(kw) : null
}

export const evidenceOf = (label: string, { slots, kw }: Stretch): Evidence => ({
  label: `${label} ${slots[0]?.start ?? ''}`,
  values: kw
})

/** One load for the whole window, from the event's own day; such a baseline is not adjusted. */
export function constantEstimate(
  { window }: BaselineInput,
  kw: number,
  other: Pick<Estimate, 'note' | 'evidence' | 'isSettled'>
): Estimate {
  return {
    baselineKw: new Float64Array(window.slots.length).fill(kw),
    ...{ basisKw: null, daysUsed: [window.date], daysRejected: [], ...other }
  }
}

/** Whether another call of the site fell into a time. */
export const isDisturbed = ({ calls, window: { times } }: BaselineInput, { start, end }: Span) =>
  calls.some(
    call => call.start < end && call.end > start && !(call.start === times.start && call.end === times.end)
  )
