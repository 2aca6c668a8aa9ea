import { ESTIMATED, qualityBits } from '../../contract/quality.ts'

/** Why a measured temperature is not taken. */
export const sensorFaults = [
  'marked',
  'out-of-range',
  'below-ambient',
  'far-from-computed',
  'frozen',
  'jump'
] as const
export type SensorFault = (typeof sensorFaults)[number]

/** What has to be remembered of a sensor of the oil: a few numbers. Times are epoch ms. */
export interface OilSensor {
  /** The last value that was good, and when. */
  goodC: number | null
  goodAt: number
  /** The value that stands now, since when, and between which computed temperatures. */
  heldC: number | null
  heldSince: number
  computedLowC: number | null
  computedHighC: number | null
  /** The level it jumped to, and when; taken as good once it has stayed. */
  jumpC: number | null
  jumpedAt: number
}

export const newOilSensor: Readonly<OilSensor> = {
  ...{ goodC: null, goodAt: 0, heldC: null, heldSince: 0 },
  ...{ computedLowC: null, computedHighC: null, jumpC: null, jumpedAt: 0 }
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Mineral oil: below it is stiff, above it burns. */
const RANGE_C = [-40, 150] as const
/** Oil is never colder than the air for long; slack for its inertia in a warming morning and for a poor sensor. */
const BELOW_AMBIENT_K = 10
/** A level that is new must not be so far from the computed one; a fault of the cooling comes to it step by step. */
const FAR_K = 45
/** Twice the rated load heats oil by less than 1 K a minute. */
const FASTEST_K_PER_MIN = 1.5
const JITTER_K = 3
/** A jump that stays so long was a gap or an exchanged sensor. */
const JUMP_STAYS_MS = HOUR
/** A value that comes that soon after a good one, and is near it, follows it. */
const FOLLOWED_MS = 3 * HOUR
const SAME_K = 0.05
const FROZEN_MS = 6 * HOUR
const FROZEN_COMPUTED_K = 6
const FROZEN_UNSEEN_MS = 48 * HOUR
const BAD_BITS = qualityBits.spike | qualityBits.frozen | qualityBits.outOfRange | ESTIMATED

/** One measured oil temperature with what is known beside it; null: not known. */
export interface OilReading {
  at: number
  oilC: number
  quality: number
  ambientC: number | null
  computedC: number | null
}

/** Whether the reading is good (fault null), and what to remember. */
export function checkOil(
  sensor: OilSensor,
  reading: OilReading
): { sensor: OilSensor; fault: SensorFault | null } {
  const { at, oilC, computedC } = reading
  const held = hold(sensor, reading)
  const fault = valueFault(reading) ?? frozenFault(held, reading)
  if (fault !== null) return { sensor: { ...held, jumpC: null }, fault }
  const isNear = isReachable(held.goodC, held.goodAt, reading)
  if (isNear && at - held.goodAt < FOLLOWED_MS) return { sensor: taken(held, reading), fault: null }
  if (computedC !== null && Math.abs(oilC - computedC) > FAR_K) {
    return { sensor: { ...held, jumpC: null }, fault: 'far-from-computed' }
  }
  if (isNear) return { sensor: taken(held, reading), fault: null }
  if (held.jumpC === null || !isReachable(held.jumpC, held.jumpedAt, reading)) {
    return { sensor: { ...held, jumpC: oilC, jumpedAt: at }, fault: 'jump' }
  }
  if (at - held.jumpedAt < JUMP_STAYS_MS) return { sensor: held, fault: 'jump' }
  return { sensor: taken(held, reading), fault: null }
}

function valueFault({ oilC, quality, ambientC, computedC }: OilReading): SensorFault | null {
  if ((quality & BAD_BITS) !== 0) return 'marked'
  if (!(oilC >= RANGE_C[0] && oilC <= RANGE_C[1])) return 'out-of-range'
  if (ambientC !== null && oilC < Math.min(ambientC, computedC ?? ambientC) - BELOW_AMBIENT_K) {
    return 'below-ambient'
  }
  return null
}

function frozenFault(sensor: OilSensor, { at }: OilReading): SensorFault | null {
  const stands = at - sensor.heldSince
  const { computedLowC: low, computedHighC: high } = sensor
  const moved = low !== null && high !== null && high - low > FROZEN_COMPUTED_K
  return stands >= FROZEN_UNSEEN_MS || (stands >= FROZEN_MS && moved) ? 'frozen' : null
}

const isReachable = (fromC: number | null, from: number, { at, oilC }: OilReading) =>
  fromC === null || Math.abs(oilC - fromC) <= JITTER_K + (FASTEST_K_PER_MIN * Math.max(0, at - from)) / MINUTE

const taken = (sensor: OilSensor, { at, oilC }: OilReading): OilSensor => ({
  ...{ ...sensor, goodC: oilC, goodAt: at, jumpC: null }
})

/** Remembers for how long the value has not moved, and how far the computed one did meanwhile. */
function hold(sensor: OilSensor, { at, oilC, computedC }: OilReading): OilSensor {
  if (sensor.heldC === null || Math.abs(oilC - sensor.heldC) > SAME_K) {
    return { ...sensor, heldC: oilC, heldSince: at, computedLowC: computedC, computedHighC: computedC }
  }
  if (computedC === null) return sensor
  return {
    ...sensor,
    computedLowC: Math.min(sensor.computedLowC ?? computedC, computedC),
    computedHighC: Math.max(sensor.computedHighC ?? computedC, computedC)
  }
}
