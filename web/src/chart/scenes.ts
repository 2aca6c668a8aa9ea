import {
  joinByTime,
  type LoadLines,
  type PerformanceLines,
  type ReadingLines,
  type Values
} from '../columns.ts'
import { type Format, powerUnit } from '../format.ts'
import type { Words } from '../i18n/vi.ts'
import type { ChartBand, ChartLine, Scene } from './scene.ts'

const DAY = 86_400_000
const MINUTE = 60_000

/** The part of the time line in view. */
export interface View {
  from: number
  to: number
  now: number
}

export function timeTick(format: Format) {
  return (at: number, stepMs: number) => {
    if (stepMs < MINUTE) return format.clock(at)
    const time = format.time(at)
    return stepMs >= DAY || time === '00:00' ? format.dayMonth(at) : time
  }
}

export function powerAxis(lines: readonly ChartLine[], format: Format) {
  const known = lines.flatMap(line => line.values.filter(value => value !== null))
  const unit = powerUnit(known.reduce((most, kw) => Math.max(most, Math.abs(kw)), 0))
  const size = unit === 'MW' ? 1000 : 1
  return { unit, tick: (kw: number) => format.tick(kw / size) }
}

/** A node's load: its line, the wash of its extremes, what is foretold with its band, its limit, the events that touched it. */
export function loadScene(
  lines: LoadLines & { foretold: Values | null },
  options: { view: View; limitKw: number | null; bands: readonly ChartBand[]; words: Words; format: Format }
): Scene {
  const { view, limitKw, words, format } = options
  const load: ChartLine[] = [{ label: words.chart.load, values: lines.kw, colour: '--load' }]
  if (lines.foretold !== null) {
    load.push({ label: words.chart.forecast, values: lines.foretold, colour: '--forecast', dashed: true })
  }
  return {
    ...view,
    t: lines.t,
    lines: load,
    spread: { min: lines.min, max: lines.max },
    bands: options.bands,
    limits: limitKw === null ? [] : [{ value: limitKw, label: words.chart.limit(format.powerText(limitKw)) }],
    area: null,
    fromZero: true,
    isStrip: false,
    stepped: true,
    ...powerAxis(load, format),
    timeTick: timeTick(format)
  }
}

/** A temperature, and where there is one its forecast, dashed. */
export function temperatureScene(
  observed: ReadingLines,
  forecast: ReadingLines | null,
  options: { view: View; label: string; words: Words; format: Format }
): Scene {
  const { view, label, words, format } = options
  const future = forecast ?? { t: [], value: [] }
  const both = joinByTime(observed, future)
  const lines: ChartLine[] = [{ label, values: both.a, colour: '--temperature' }]
  if (forecast) {
    lines.push({ label: words.chart.forecast, values: both.b, colour: '--forecast', dashed: true })
  }
  return {
    ...view,
    t: both.t,
    lines,
    spread: null,
    bands: [],
    limits: [],
    area: null,
    fromZero: false,
    isStrip: true,
    stepped: false,
    unit: '°C',
    tick: value => format.tick(value),
    timeTick: timeTick(format)
  }
}

/** One quantity of one source. */
export function readingScene(
  lines: ReadingLines,
  options: { view: View; label: string; unit: string; stepped: boolean; format: Format }
): Scene {
  const { view, label, unit, stepped, format } = options
  return {
    ...view,
    t: lines.t,
    lines: [{ label, values: lines.value, colour: unit === '°C' ? '--temperature' : '--load' }],
    spread: { min: lines.min, max: lines.max },
    bands: [],
    limits: [],
    area: null,
    fromZero: unit !== '°C',
    isStrip: false,
    stepped,
    unit,
    tick: value => format.tick(value),
    timeTick: timeTick(format)
  }
}

/** A measured event: the baseline dashed, the meter, the target, and what was delivered between them. */
export function performanceScene(
  lines: PerformanceLines,
  options: { view: View; bands: readonly ChartBand[]; words: Words; format: Format }
): Scene {
  const { view, words, format } = options
  const drawn: ChartLine[] = [
    { label: words.result.metered, values: lines.metered, colour: '--load' },
    { label: words.result.baseline, values: lines.baseline, colour: '--baseline', dashed: true },
    { label: words.result.target, values: lines.target, colour: '--ink' }
  ]
  return {
    ...view,
    t: lines.t,
    lines: drawn,
    spread: null,
    bands: options.bands,
    limits: [],
    area: {
      intervalMs: lines.intervalMs,
      top: lines.baseline,
      bottom: lines.metered,
      signed: lines.delivered
    },
    fromZero: true,
    isStrip: false,
    stepped: true,
    ...powerAxis(drawn, format),
    timeTick: timeTick(format)
  }
}
