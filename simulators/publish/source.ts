import type { ReadingKind } from '../../server/contract/telemetry.ts'

/** One publishing device: how it reports live, and how it tells its past. */
export interface Source {
  /** Unique, e.g. `meter/M-KH-E7101`. */
  key: string
  topic: string
  /** How its readings are asked for over HTTP. */
  stored: { kind: ReadingKind; id: string; field: string }
  /** Lower goes first within the same day of history. */
  rank: number
  /** Time between live reports, and where in that time they fall (never on a boundary of the past's intervals). */
  cadenceMs: number
  phaseMs: number
  /**
   * null: live reports are instantaneous samples. Else each is the mean over the cadence just ended, sent this long
   * after its end; the past then consists of nothing else.
   */
  intervalDelayMs: number | null
  /** The past: means over this length, this far back, so much of it in one message. */
  pastStepMs: number
  pastDepthMs: number
  pastBatchMs: number
  sample(t: number): readonly object[]
  mean(from: number, lengthMs: number): readonly object[]
}

/** A mean over [from, from + length) from this many instants in it. */
export function meanOver(
  from: number,
  lengthMs: number,
  instants: number,
  at: (t: number) => number
): number {
  let sum = 0
  for (let index = 0; index < instants; index += 1) sum += at(from + ((index + 0.5) * lengthMs) / instants)
  return sum / instants
}

/** Rounded for the wire: no meter knows more digits. */
export function digits(value: number, places: number): number {
  const factor = 10 ** places
  return Math.round(value * factor) / factor
}
