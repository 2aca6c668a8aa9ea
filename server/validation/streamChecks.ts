import { qualityBits } from '../contract/quality.ts'
import { readingKinds } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { VALUE_COUNT, type ValueName, valueColumn } from '../log/valueColumns.ts'
import type { Limits } from './limits.ts'
import { highestPower } from './ranges.ts'
import { agrees, checkRegister, lastDigitKwh } from './register.ts'
import { COMPARED, type SourceStates } from './sourceStates.ts'

const { gap, duplicate, zeroRun, frozen, clockSkew, registerMismatch } = qualityBits
const HOUR_MS = 3_600_000

/** The members that are remembered, by kind; power stands first. */
const remembered: readonly (readonly number[])[] = readingKinds.map(kind => {
  const names: Record<string, readonly ValueName[]> = {
    meter: ['kw', 'kvar', 'v', 'pf'],
    transformer: ['kw', 'kva', 'oil_c', 'winding_c', 'v', 'a'],
    weather: ['temp_c', 'humidity_pct']
  }
  return (names[kind] ?? []).slice(0, COMPARED).map(name => valueColumn[name])
})
const METER = readingKinds.indexOf('meter')
const TRANSFORMER = readingKinds.indexOf('transformer')
const WEATHER = readingKinds.indexOf('weather')
const KVA_PLACE = 1
const OIL_PLACE = 2

/**
 * What a reading says against itself in the light of those before it from the same source, in the order of the log.
 * Changes the source's state.
 *
 *   ts > newest   everything is checked, and it becomes the newest
 *   ts = newest   another value: duplicate; members that were missing are added
 *   ts < newest   late: only compared with what is remembered of that moment; the state stays as it is
 */
export function checkAgainstPast(
  states: SourceStates,
  source: number,
  batch: ReadingBatch,
  row: number,
  limits: Limits,
  receivedAt: number
): number {
  const ts = batch.ts[row] ?? NaN
  const newest = states.ts(source)
  if (ts < newest) return checkLate(states, source, batch, row, ts)
  if (ts === newest) return checkAgain(states, source, batch, row, limits)
  const isFirst = Number.isNaN(newest)
  const kind = batch.kind[row] ?? METER
  const lagMs = (batch.intervalS[row] ?? 0) === 0 ? receivedAt - ts : NaN
  let bits = 0
  if (!isFirst) {
    if (isAfterGap(states, source, batch, row, limits)) bits |= gap
    if (isSteadilyBehind(states.lagMs(source), lagMs, ts - newest, limits)) bits |= clockSkew
    states.pushEarlier(source, newest, powerOf(states, source, kind))
  }
  const isBroken = (bits & gap) !== 0
  bits |= checkPower(states, source, batch, row, limits, isBroken)
  if (kind === TRANSFORMER) bits |= checkOil(states, source, batch, row, limits, isBroken)
  if (kind === METER) bits |= checkKwh(states, source, batch, row, limits)
  states.setTs(source, ts)
  states.setIntervalS(source, batch.intervalS[row] ?? 0)
  states.setLagMs(source, lagMs)
  const columns = remembered[kind] ?? []
  const first = row * VALUE_COUNT
  for (let place = 0; place < columns.length; place++)
    states.setValue(source, place, batch.values[first + (columns[place] ?? 0)] ?? NaN)
  return bits
}

function checkLate(
  states: SourceStates,
  source: number,
  batch: ReadingBatch,
  row: number,
  ts: number
): number {
  const before = states.earlierPower(source, ts)
  const power = powerIn(batch, row)
  const isKnown = !Number.isNaN(before) && !Number.isNaN(power)
  return isKnown && before !== Math.fround(power) ? duplicate : 0
}

/** The same moment as the newest reading: what is new is added, what differs counts from now on, as in the store. */
function checkAgain(
  states: SourceStates,
  source: number,
  batch: ReadingBatch,
  row: number,
  limits: Limits
): number {
  const kind = batch.kind[row] ?? METER
  const columns = remembered[kind] ?? []
  const first = row * VALUE_COUNT
  let bits = 0
  for (let place = 0; place < columns.length; place++) {
    const value = Math.fround(batch.values[first + (columns[place] ?? 0)] ?? NaN)
    if (Number.isNaN(value)) continue
    const before = states.value(source, place)
    if (!Number.isNaN(before) && before !== value) bits |= duplicate
    states.setValue(source, place, value)
  }
  if (kind !== METER) return bits
  const kwh = batch.values[first + valueColumn.kwh] ?? NaN
  const atS = toSeconds(states.ts(source))
  if (Number.isNaN(kwh) || states.registerAtS(source) !== atS)
    return bits | checkKwh(states, source, batch, row, limits)
  if (states.registerKwh(source) !== kwh) bits |= duplicate
  states.setRegister(source, kwh, atS)
  return bits
}

/**
 *   means over intervals    ├─ I ─┤     ┆     ├─ I ─┤     one is missing
 *   samples                 ●  R  ●  R     R     ●        two are missing; only where the registry says how often
 */
function isAfterGap(
  states: SourceStates,
  source: number,
  batch: ReadingBatch,
  row: number,
  limits: Limits
): boolean {
  const reportS = states.reportS(source)
  const intervalS = batch.intervalS[row] ?? 0
  const sinceS = ((batch.ts[row] ?? NaN) - states.ts(source)) / 1000
  // After a sample no interval is due.
  if (intervalS > 0 && states.intervalS(source) > 0) {
    const stepS = Math.max(intervalS, states.intervalS(source), Number.isNaN(reportS) ? 0 : reportS)
    return Math.round(sinceS / stepS) - 1 >= limits.missingIntervals
  }
  const stepS = Math.max(reportS, states.intervalS(source), intervalS)
  return Math.round(sinceS / stepS) - 1 >= limits.missingSamples
}

/**
 * A sample that comes late may have waited in a queue: then several of its source come at once. Only when arrival and
 * moment go on at the same pace, always as far apart, is it the clock.
 */
function isSteadilyBehind(before: number, lagMs: number, sinceMs: number, limits: Limits): boolean {
  const limitMs = limits.clockBehindS * 1000
  return lagMs > limitMs && before > limitMs && Math.abs(lagMs - before) <= sinceMs / 4
}

/** Zero for long, or always the same. A gap breaks a run of equal values, for nobody knows what was in it. */
function checkPower(
  states: SourceStates,
  source: number,
  batch: ReadingBatch,
  row: number,
  limits: Limits,
  isAfterGap: boolean
): number {
  const power = powerIn(batch, row)
  if (Number.isNaN(power)) return 0
  const kind = batch.kind[row] ?? METER
  const before = powerOf(states, source, kind)
  const ts = batch.ts[row] ?? NaN
  if (kind === WEATHER) {
    const { frozenTemperatureReadings, frozenTemperatureS } = limits
    return runsOn(
      states,
      source,
      false,
      before === Math.fround(power) && !isAfterGap,
      ts,
      frozenTemperatureReadings,
      frozenTemperatureS
    )
  }
  if (Math.abs(power) > limits.zeroBelowKw) {
    states.setZeroSinceS(source, 0)
    const isSame = before === Math.fround(power) && !isAfterGap
    return runsOn(states, source, false, isSame, ts, limits.frozenReadings, limits.frozenS)
  }
  const atS = toSeconds(ts)
  let sinceS = states.zeroSinceS(source)
  if (sinceS === 0 && Math.abs(before) > limits.zeroBelowKw) {
    sinceS = atS
    states.setZeroSinceS(source, atS)
  }
  return sinceS !== 0 && atS + (batch.intervalS[row] ?? 0) - sinceS > limits.zeroRunS ? zeroRun : 0
}

function checkOil(
  states: SourceStates,
  source: number,
  batch: ReadingBatch,
  row: number,
  limits: Limits,
  isAfterGap: boolean
): number {
  const oilC = batch.values[row * VALUE_COUNT + valueColumn.oil_c] ?? NaN
  if (Number.isNaN(oilC)) return 0
  const isSame = states.value(source, OIL_PLACE) === Math.fround(oilC) && !isAfterGap
  const { frozenTemperatureReadings, frozenTemperatureS } = limits
  return runsOn(
    states,
    source,
    true,
    isSame,
    batch.ts[row] ?? NaN,
    frozenTemperatureReadings,
    frozenTemperatureS
  )
}

function runsOn(
  states: SourceStates,
  source: number,
  isOil: boolean,
  isSame: boolean,
  ts: number,
  readings: number,
  forS: number
): number {
  const atS = toSeconds(ts)
  if (!isSame) {
    states.beginRun(source, isOil, atS)
    return 0
  }
  const isLong = states.lengthenRun(source, isOil) >= readings
  return isLong && atS - states.runSinceS(source, isOil) >= forS ? frozen : 0
}

/** The register against the one before it, and against the energy in between where intervals follow each other. */
function checkKwh(
  states: SourceStates,
  source: number,
  batch: ReadingBatch,
  row: number,
  limits: Limits
): number {
  const first = row * VALUE_COUNT
  const kwh = batch.values[first + valueColumn.kwh] ?? NaN
  if (Number.isNaN(kwh)) return 0
  const ts = batch.ts[row] ?? NaN
  const atS = toSeconds(ts)
  const before = states.registerKwh(source)
  const sinceS = atS - states.registerAtS(source)
  states.setRegister(source, kwh, atS)
  if (Number.isNaN(before)) return 0
  if (kwh < before) {
    const mostKwh = (highestPower(limits, states.capacity(source)) * sinceS) / 3600
    return checkRegister(before, kwh, mostKwh, limits)
  }
  // A register is read at the start of its interval, or at the end: the contract leaves it open.
  const beforeH = (states.intervalS(source) * 1000) / HOUR_MS
  const isNext =
    ts - states.ts(source) === states.intervalS(source) * 1000 && sinceS * 1000 === ts - states.ts(source)
  const kwBefore = states.value(source, 0)
  const kw = batch.values[first + valueColumn.kw] ?? NaN
  if (!isNext || beforeH <= 0 || !(kwBefore >= 0) || !(kw >= 0)) return 0
  const share = limits.registerToleranceShare
  const lastDigit = lastDigitKwh(before, kwh)
  const thisH = (batch.intervalS[row] ?? 0) / 3600
  const isRight =
    agrees(kwBefore * beforeH, kwh - before, share, lastDigit) ||
    agrees(kw * thisH, kwh - before, share, lastDigit)
  return isRight ? 0 : registerMismatch
}

/** kW, else kVA; of a weather station the air temperature. */
function powerIn(batch: ReadingBatch, row: number): number {
  const first = row * VALUE_COUNT
  const kind = batch.kind[row]
  if (kind === WEATHER) return batch.values[first + valueColumn.temp_c] ?? NaN
  const kw = batch.values[first + valueColumn.kw] ?? NaN
  return Number.isNaN(kw) && kind === TRANSFORMER ? (batch.values[first + valueColumn.kva] ?? NaN) : kw
}

function powerOf(states: SourceStates, source: number, kind: number): number {
  const power = states.value(source, 0)
  return Number.isNaN(power) && kind === TRANSFORMER ? states.value(source, KVA_PLACE) : power
}

function toSeconds(ts: number): number {
  return Math.max(0, Math.floor(ts / 1000))
}
