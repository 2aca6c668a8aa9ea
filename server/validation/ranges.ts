import { qualityBits } from '../contract/quality.ts'
import { readingKinds } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { VALUE_COUNT, valueColumn } from '../log/valueColumns.ts'
import type { Limits } from './limits.ts'

const METER = readingKinds.indexOf('meter')
const TRANSFORMER = readingKinds.indexOf('transformer')
const { negative, outOfRange, clockSkew } = qualityBits

const { kw, kva, kvar, v, a, pf, kwh, oil_c, winding_c, ambient_c, temp_c, humidity_pct } = valueColumn
const HIGHEST_A = 1e5

/**
 * What one reading alone says against itself: values that cannot be, a sign that cannot be, a clock ahead.
 * `capacity`: kW or kVA that the registry knows, NaN where it does not. What is not known breaks no limit.
 */
export function checkAlone(
  batch: ReadingBatch,
  row: number,
  limits: Limits,
  capacity: number,
  receivedAt: number
): number {
  const { values } = batch
  const first = row * VALUE_COUNT
  const kind = batch.kind[row]
  const bits = isAhead(batch, row, limits, receivedAt) ? clockSkew : 0
  if (kind === METER) return bits | checkMeter(values, first, limits, highestPower(limits, capacity))
  if (kind === TRANSFORMER)
    return bits | checkTransformer(values, first, limits, highestPower(limits, capacity))
  const isWeather =
    isOutside(values[first + temp_c], limits.lowestAirC, limits.highestAirC) ||
    isOutside(values[first + humidity_pct], 0, 100)
  return isWeather ? bits | outOfRange : bits
}

/** The most power that is possible, kW or kVA. */
export function highestPower(limits: Limits, capacity: number): number {
  return Number.isNaN(capacity) ? limits.highestKw : capacity * limits.capacityFactor
}

/** A mean can be sent only after its interval: what matters is when it ends. A forecast is always ahead. */
function isAhead(batch: ReadingBatch, row: number, limits: Limits, receivedAt: number): boolean {
  if (!Number.isNaN(batch.issued[row] ?? NaN)) return false
  const end = (batch.ts[row] ?? 0) + (batch.intervalS[row] ?? 0) * 1000
  return end - receivedAt > limits.clockAheadS * 1000
}

function checkMeter(values: Float64Array, first: number, limits: Limits, most: number): number {
  const power = values[first + kw] ?? NaN
  const register = values[first + kwh] ?? NaN
  let bits = limits.isImportOnly && (power < 0 || register < 0) ? negative : 0
  if (
    isOutside(power, -most, most) ||
    isOutside(values[first + kvar], -most, most) ||
    isOutside(values[first + pf], -1, 1) ||
    isVoltageOutside(values[first + v], limits)
  )
    bits |= outOfRange
  return bits
}

function checkTransformer(values: Float64Array, first: number, limits: Limits, most: number): number {
  const isImpossible =
    isOutside(values[first + kw], -most, most) ||
    isOutside(values[first + kva], 0, most) ||
    isOutside(values[first + kvar], -most, most) ||
    isOutside(values[first + oil_c], limits.lowestOilC, limits.highestOilC) ||
    isOutside(values[first + winding_c], limits.lowestWindingC, limits.highestWindingC) ||
    isOutside(values[first + ambient_c], limits.lowestAmbientC, limits.highestAmbientC) ||
    isOutside(values[first + a], 0, HIGHEST_A) ||
    isVoltageOutside(values[first + v], limits)
  const bits = limits.isImportOnly && (values[first + kw] ?? NaN) < 0 ? negative : 0
  return isImpossible ? bits | outOfRange : bits
}

function isVoltageOutside(volts: number | undefined, limits: Limits): boolean {
  const { nominalV } = limits
  if (nominalV === null) return false
  return isOutside(volts, nominalV * limits.lowestVoltageShare, nominalV * limits.highestVoltageShare)
}

/** Never true of NaN. */
function isOutside(value: number | undefined, low: number, high: number): boolean {
  return value !== undefined && (value < low || value > high)
}
