import type { BaselineExplanation } from '../../contract/baselines.ts'

export type RejectedDay = BaselineExplanation['daysRejected'][number]

/** What the hash is made of: values with what they are. */
export interface Evidence {
  label: string
  values: Float64Array
}

/** What a method says before the adjustment; columns over the slots of the window, NaN unknown. */
export interface Estimate {
  baselineKw: Float64Array
  /** What the adjustment compares the event day with; null: the method is not adjusted. */
  basisKw: Float64Array | null
  daysUsed: string[]
  daysRejected: RejectedDay[]
  note: string | null
  evidence: Evidence[]
  /** No late reading and no hour still to come is to be expected to change it. */
  isSettled: boolean
}

/** An estimate, or why there is none, in words. */
export type Tried = { ok: true; estimate: Estimate } | Nothing

export interface Nothing {
  ok: false
  reason: string
  daysRejected: RejectedDay[]
}

export const nothing = (reason: string, daysRejected: RejectedDay[] = []): Nothing => ({
  ok: false,
  reason,
  daysRejected
})

/** The mean of the known values at [from, to); NaN where none is known. */
export function knownMean(values: ArrayLike<number>, from = 0, to = values.length): number {
  let sum = 0
  let known = 0
  for (let i = from; i < to; i++) {
    const value = values[i] ?? NaN
    if (Number.isNaN(value)) continue
    sum += value
    known++
  }
  return known === 0 ? NaN : sum / known
}

/** How much of [from, to) is known, 0 … 1; 0 where it is empty. */
export function knownShare(values: ArrayLike<number>, from = 0, to = values.length): number {
  let known = 0
  for (let i = from; i < to; i++) if (!Number.isNaN(values[i] ?? NaN)) known++
  return to > from ? known / (to - from) : 0
}

/** For ranking: what differs in the rounding of the last digits only is equal, whatever the unit of the load. */
export const rounded = (value: number): number => Number(value.toPrecision(9))
