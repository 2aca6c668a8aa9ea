import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Forecast } from '../contract/forecasts.ts'

/** Of the largest power, so many digits are kept; temperatures to a hundredth of a degree. */
const DIGITS = 6
const TEMPERATURE_DECIMALS = 2

/** Whole numbers, each as its distance to the one before: small ones, which compress well. null stays. */
type Deltas = (number | null)[]

interface Body {
  /** All of it but its columns. */
  head: Omit<Forecast, 'nodeId' | 'kind' | 'issuedAt' | ColumnName>
  t: Deltas
  /** Decimal places of the powers. */
  places: number
  p10: Deltas
  p50: Deltas
  p90: Deltas
  temperature: Deltas
}
type ColumnName = 't' | 'p10Kw' | 'p50Kw' | 'p90Kw' | 'temperatureC'

/**
 * A week of half-hours is 1,350 numbers; a thousand nodes issue that 48 times a day. As columns of differences, deflated,
 * base64 it is about a quarter of the plain JSON. Rounds powers to 6 digits of the largest.
 */
export function toBody(forecast: Forecast): string {
  const { nodeId: _, kind: __, issuedAt: ___, t, p10Kw, p50Kw, p90Kw, temperatureC, ...head } = forecast
  const largest = p90Kw.reduce((most, kw) => Math.max(most, Math.abs(kw)), 1)
  const places = Math.max(0, DIGITS - Math.ceil(Math.log10(largest)))
  const body: Body = {
    head,
    t: deltas(t, 0),
    places,
    p10: deltas(p10Kw, places),
    p50: deltas(p50Kw, places),
    p90: deltas(p90Kw, places),
    temperature: deltas(temperatureC, TEMPERATURE_DECIMALS)
  }
  return deflateRawSync(JSON.stringify(body)).toString('base64')
}

export function fromBody(text: string, identity: Pick<Forecast, 'nodeId' | 'kind' | 'issuedAt'>): Forecast {
  const body: Body = JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString('utf8'))
  const known = (column: Deltas, places: number) => numbers(column, places).map(value => value ?? 0)
  return {
    ...body.head,
    ...identity,
    t: known(body.t, 0),
    p10Kw: known(body.p10, body.places),
    p50Kw: known(body.p50, body.places),
    p90Kw: known(body.p90, body.places),
    temperatureC: numbers(body.temperature, TEMPERATURE_DECIMALS)
  }
}

function deltas(values: readonly (number | null)[], places: number): Deltas {
  const scale = 10 ** places
  let before = 0
  return values.map(value => {
    if (value === null) return null
    const whole = Math.round(value * scale)
    const delta = whole - before
    before = whole
    return delta
  })
}

function numbers(column: Deltas, places: number): (number | null)[] {
  const scale = 10 ** places
  let whole = 0
  return column.map(delta => {
    if (delta === null) return null
    whole += delta
    return whole / scale
  })
}
