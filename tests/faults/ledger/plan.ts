import { topics } from '../../../server/contract/topics.ts'

/**
 * What a ledger sends is a pure function of its plan, so that the comparison knows every reading from its number alone:
 *
 *   message m ──► readings m × arraySize … ──► reading n: meter n mod meters, slot n ÷ meters, kw = n
 */
export interface Plan {
  seed: number
  meters: number
  /** Readings a message: 1 goes to the meter's own topic, more as an array to a concentrator's. */
  arraySize: number
  /** Time of the first slot, epoch milliseconds, and how far the slots lie apart. */
  firstTs: number
  stepMs: number
  /** Shares of the readings, 0…1: not readable at all · a clock a day ahead · a clock a day behind. */
  poisonShare: number
  futureShare: number
  pastShare: number
  /** Share of the messages sent twice: half at once with the DUP flag, half as a fresh message once acknowledged. */
  duplicateShare: number
  /** Every member of a meter with many digits, so that a reading takes about 150 bytes in the log. */
  isWide: boolean
}

const DAY_MS = 86_400_000

/** Single good readings of `meters` meters whose slots of a second end about now, whatever `readings` come. */
export function planOf(now: number, settings: Partial<Plan> & { readings: number; meters: number }): Plan {
  const { readings, ...given } = settings
  const plan: Plan = {
    seed: 1,
    arraySize: 1,
    firstTs: 0,
    stepMs: 1000,
    poisonShare: 0,
    futureShare: 0,
    pastShare: 0,
    duplicateShare: 0,
    isWide: false,
    ...given
  }
  const slots = Math.ceil(readings / plan.meters)
  return { ...plan, firstTs: given.firstTs ?? Math.floor(now / 1000) * 1000 - slots * plan.stepMs }
}

export type Fate = 'good' | 'past' | 'future' | 'poison'

/** Good and past ones must be stored, future and poison ones must become dead letters. */
export function fateOf(plan: Plan, n: number): Fate {
  const share = drawn(plan.seed, n)
  if (share < plan.poisonShare) return 'poison'
  if (share < plan.poisonShare + plan.futureShare) return 'future'
  return share < plan.poisonShare + plan.futureShare + plan.pastShare ? 'past' : 'good'
}

export function isStorable(fate: Fate): boolean {
  return fate === 'good' || fate === 'past'
}

/** How many of the first `readings` must become dead letters. */
export function refusedAmong(plan: Plan, readings: number): number {
  let count = 0
  for (let n = 0; n < readings; n++) if (!isStorable(fateOf(plan, n))) count++
  return count
}

export type Repeat = 'none' | 'at once, DUP' | 'later, fresh'

export function repeatOf(plan: Plan, message: number): Repeat {
  const share = drawn(plan.seed + 1, message)
  if (share >= plan.duplicateShare) return 'none'
  return share < plan.duplicateShare / 2 ? 'at once, DUP' : 'later, fresh'
}

/** When reading n was measured by its device's clock. */
export function tsOf(plan: Plan, n: number): number {
  const fate = fateOf(plan, n)
  const shift = fate === 'past' ? -DAY_MS : fate === 'future' ? DAY_MS : 0
  return plan.firstTs + Math.floor(n / plan.meters) * plan.stepMs + shift
}

export function meterOf(plan: Plan, n: number): string {
  return `L${n % plan.meters}`
}

/** The number of the reading a store holds for this meter, time and value; null when no reading of the plan is like it. */
export function numberOf(plan: Plan, meter: string, ts: number, kw: number): number | null {
  const isKnown =
    Number.isSafeInteger(kw) &&
    kw >= 0 &&
    meterOf(plan, kw) === meter &&
    tsOf(plan, kw) === ts &&
    isStorable(fateOf(plan, kw))
  return isKnown ? kw : null
}

/** Even bits from a seed and a number: the last step of MurmurHash3, as a share 0…1. */
export function drawn(seed: number, n: number): number {
  let h = (n ^ Math.imul(seed, 0x9e3779b1)) >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}

export function topicOf(plan: Plan, message: number): string {
  return plan.arraySize === 1
    ? topics.meterReading(meterOf(plan, message))
    : topics.concentratorReadings(`LC${message % 50}`)
}
