/** Classes of meter, told by what the registry says a source measures. */
export const meterClasses = [
  'household',
  'consumer',
  'network',
  'transformer',
  'weather',
  'unassigned'
] as const
export type MeterClass = (typeof meterClasses)[number]

/** What is held against a reading, for one class of meter. A share of 1 is 100 %. */
export interface Limits {
  /** Power never flows back: a negative reading is a fault. */
  isImportOnly: boolean
  /** The most power (kW, kvar or kVA) of a source whose capacity the registry does not know. */
  highestKw: number
  /** Of the capacity or rating in the registry: more is not possible. */
  capacityFactor: number
  /** null: voltages are not checked. */
  nominalV: number | null
  lowestVoltageShare: number
  highestVoltageShare: number
  lowestOilC: number
  highestOilC: number
  lowestWindingC: number
  highestWindingC: number
  lowestAmbientC: number
  highestAmbientC: number
  lowestAirC: number
  highestAirC: number
  /** So many missing make a gap: of means over intervals, and of instantaneous samples, which may come a little late. */
  missingIntervals: number
  missingSamples: number
  /** Up to here power counts as zero. */
  zeroBelowKw: number
  /** Zero for longer than this after use. */
  zeroRunS: number
  /** The same power so many times in a row, and for at least this long. */
  frozenReadings: number
  frozenS: number
  /** Likewise for temperatures, which are slow and often whole degrees. */
  frozenTemperatureReadings: number
  frozenTemperatureS: number
  /** Digits of the register before the point; null: inferred when it stood in the last tenth of a power of ten. */
  registerDigits: number | null
  /** Energy of an interval against the register, and that of a day; one last digit is always allowed. */
  registerToleranceShare: number
  registerDayToleranceShare: number
  /** A clock this far ahead of the arrival, or a sample steadily this far behind it. */
  clockAheadS: number
  clockBehindS: number
  /** (1st − 3rd) / 3rd of a day, only when the 1st is above the floor. */
  spikeShare: number
  spikeFloorKw: number
  /** Energy of a day against the same weekday of the last four weeks, only where these use more than the floor. */
  highUseShare: number
  lowUseShare: number
  useFloorKwh: number
  /** (parent − children) / parent over so many hours; the limits are the parent's. */
  lowestLossShare: number
  highestLossShare: number
  sumCheckHours: number
  /** Whether gaps of its meters are estimated: up to here by a line, up to there by similar days. */
  estimates: boolean
  linearGapS: number
  longestGapS: number
}

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

const common: Limits = {
  isImportOnly: false,
  highestKw: 1e8,
  capacityFactor: 1.1,
  nominalV: null,
  lowestVoltageShare: 0.8,
  highestVoltageShare: 1.2,
  lowestOilC: -40,
  highestOilC: 150,
  lowestWindingC: -40,
  highestWindingC: 200,
  lowestAmbientC: -50,
  highestAmbientC: 70,
  lowestAirC: -50,
  highestAirC: 60,
  missingIntervals: 1,
  missingSamples: 2,
  zeroBelowKw: 0,
  zeroRunS: DAY_S,
  frozenReadings: 6,
  frozenS: 0,
  frozenTemperatureReadings: 24,
  frozenTemperatureS: 6 * HOUR_S,
  registerDigits: null,
  registerToleranceShare: 0.2,
  registerDayToleranceShare: 0.01,
  clockAheadS: 180,
  clockBehindS: 180,
  spikeShare: 1.8,
  spikeFloorKw: 2,
  highUseShare: 2,
  lowUseShare: 0.4,
  useFloorKwh: 1,
  lowestLossShare: 0,
  highestLossShare: 0.15,
  sumCheckHours: 24,
  estimates: true,
  linearGapS: 2 * HOUR_S,
  longestGapS: 7 * DAY_S
}

/**
 * The defaults of the usual VEE rules. A consumer's capacity is its contract and therefore binds; network equipment is
 * overloaded in earnest, which is a finding and not a faulty reading: only far beyond its rating it cannot be true.
 */
export const usualLimits: Readonly<Record<MeterClass, Limits>> = {
  household: { ...common, isImportOnly: true, highestKw: 100 },
  consumer: { ...common, isImportOnly: true, highestKw: 1e6 },
  network: { ...common, capacityFactor: 2 },
  transformer: { ...common, highestKw: 2e6, capacityFactor: 2.5 },
  weather: common,
  unassigned: common
}
