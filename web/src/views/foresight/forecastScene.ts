import type { Forecast } from '../../../../server/contract/forecasts.ts'
import type { LoadColumns } from '../../../../server/contract/grid.ts'
import type { ChartLine, Scene } from '../../chart/scene.ts'
import { powerAxis, timeTick, type View } from '../../chart/scenes.ts'
import type { Values } from '../../columns.ts'
import type { Format } from '../../format.ts'
import type { ForesightWords } from '../../i18n/foresight/vi.ts'

/** A metered load beside its forecast, on the times of both. */
export interface ForecastLines {
  t: number[]
  actual: Values
  p10: Values
  p50: Values
  p90: Values
}

/** The last row closes the last step, so that it is drawn in its full length. */
export function forecastLines(
  load: Pick<LoadColumns, 't' | 'kw' | 'windowMs'>,
  forecast: Pick<Forecast, 't' | 'p10Kw' | 'p50Kw' | 'p90Kw' | 'stepS'> | null
): ForecastLines {
  const ahead = forecast ?? { t: [], p10Kw: [], p50Kw: [], p90Kw: [], stepS: 1800 }
  const ends = [
    ...load.t.slice(-1).map(at => at + load.windowMs),
    ...ahead.t.slice(-1).map(at => at + ahead.stepS * 1000)
  ]
  const t = [...new Set([...load.t, ...ahead.t, ...ends])].sort((a, b) => a - b)
  const metered = new Map(load.t.map((at, i) => [at, load.kw[i] ?? null]))
  const stepMs = ahead.stepS * 1000
  /** A step holds over its whole length: the load may be told more often. */
  const foretold = (column: readonly number[]) => {
    let i = -1
    return t.map(at => {
      while ((ahead.t[i + 1] ?? Number.POSITIVE_INFINITY) <= at) i++
      return at - (ahead.t[i] ?? Number.NEGATIVE_INFINITY) < stepMs ? (column[i] ?? null) : null
    })
  }
  return {
    t,
    actual: t.map(at => metered.get(at) ?? null),
    p10: foretold(ahead.p10Kw),
    p50: foretold(ahead.p50Kw),
    p90: foretold(ahead.p90Kw)
  }
}

interface SceneOptions {
  view: View
  capacityKw: number | null
  words: ForesightWords['forecasts']
  format: Format
}

/** The metered load, the forecast dashed, the band that holds four of five values behind them, and the capacity. */
export function forecastScene(
  lines: ForecastLines,
  { view, capacityKw, words, format }: SceneOptions
): Scene {
  const drawn: ChartLine[] = [
    { label: words.load, values: lines.actual, colour: '--load' },
    { label: words.p50, values: lines.p50, colour: '--forecast', dashed: true }
  ]
  const band: ChartLine[] = [{ label: words.high, values: lines.p90, colour: '--band' }]
  return {
    ...view,
    t: lines.t,
    lines: drawn,
    spread: { min: lines.p10, max: lines.p90 },
    bands: [],
    limits:
      capacityKw === null ? [] : [{ value: capacityKw, label: words.capacity(format.powerText(capacityKw)) }],
    area: null,
    fromZero: true,
    isStrip: false,
    stepped: true,
    ...powerAxis([...drawn, ...band], format),
    timeTick: timeTick(format)
  }
}

/** The temperature it was computed with, below it. */
export function warmthScene(
  { t, temperatureC }: Pick<Forecast, 't' | 'temperatureC'>,
  { view, words, format }: Omit<SceneOptions, 'capacityKw'>
): Scene {
  return {
    ...view,
    t,
    lines: [{ label: words.chartTemperature, values: temperatureC, colour: '--temperature', dashed: true }],
    ...{ spread: null, bands: [], limits: [], area: null, fromZero: false, isStrip: true, stepped: false },
    unit: '°C',
    tick: value => format.tick(value),
    timeTick: timeTick(format)
  }
}
