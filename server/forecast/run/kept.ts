import type { Forecast } from '../../contract/forecasts.ts'

/** Numbers that all issues together may hold, 8 bytes each. */
const MOST_NUMBERS = 3_000_000
/** Each issue keeps so many steps at least: a day and the evening before it. */
const FEWEST_STEPS = 60
const COLUMNS = 4

/** An issue in few numbers; also on its way from a worker. */
export interface KeptForecast extends Omit<Forecast, 't' | 'p10Kw' | 'p50Kw' | 'p90Kw' | 'temperatureC'> {
  /** Start of its first step, epoch ms. */
  from: number
  /** p10, p50, p90, temperature, one after the other; NaN unknown. */
  numbers: Float32Array
}

/**
 * The newest issue of each node in little memory. Of very many nodes only the first days of each are held, 60 half-hours at
 * least; its peaks are whole. The whole issue is in the records.
 */
export interface KeptForecasts {
  /** An older issue than the one held is let go. */
  put(forecast: KeptForecast): void
  get(nodeId: string): Forecast | null
  /** What rows and rules need, without unpacking. */
  head(nodeId: string): Pick<Forecast, 'issuedAt' | 'capacityKw' | 'peaks' | 'flags'> | null
  /** Only these nodes stay; decides how much of each is held. */
  keepOnly(nodeIds: ReadonlySet<string>): void
  readonly size: number
}

export function createKeptForecasts(): KeptForecasts {
  const kept = new Map<string, KeptForecast>()
  let mostSteps = Number.POSITIVE_INFINITY
  return {
    put(forecast) {
      const before = kept.get(forecast.nodeId)
      if (before === undefined || before.issuedAt <= forecast.issuedAt)
        kept.set(forecast.nodeId, firstOf(forecast, mostSteps))
    },
    get(nodeId) {
      const one = kept.get(nodeId)
      return one === undefined ? null : unpacked(one)
    },
    head: nodeId => kept.get(nodeId) ?? null,
    keepOnly(nodeIds) {
      mostSteps = Math.max(FEWEST_STEPS, Math.floor(MOST_NUMBERS / COLUMNS / Math.max(1, nodeIds.size)))
      for (const id of kept.keys()) if (!nodeIds.has(id)) kept.delete(id)
    },
    get size() {
      return kept.size
    }
  }
}

export function keptForecast(forecast: Forecast): KeptForecast {
  const { t, p10Kw, p50Kw, p90Kw, temperatureC, ...rest } = forecast
  const steps = t.length
  const numbers = new Float32Array(COLUMNS * steps)
  for (const [c, column] of [p10Kw, p50Kw, p90Kw, temperatureC].entries())
    for (let i = 0; i < steps; i++) numbers[c * steps + i] = column[i] ?? Number.NaN
  return { ...rest, from: t[0] ?? 0, numbers }
}

/** Start of the step behind its last, epoch ms. */
export function endOfKept({ from, stepS, numbers }: KeptForecast): number {
  return from + (numbers.length / COLUMNS) * stepS * 1000
}

function firstOf(forecast: KeptForecast, mostSteps: number): KeptForecast {
  const steps = forecast.numbers.length / COLUMNS
  if (steps <= mostSteps) return forecast
  const numbers = new Float32Array(COLUMNS * mostSteps)
  for (let c = 0; c < COLUMNS; c++)
    numbers.set(forecast.numbers.subarray(c * steps, c * steps + mostSteps), c * mostSteps)
  return { ...forecast, numbers }
}

function unpacked({ from, numbers, ...rest }: KeptForecast): Forecast {
  const steps = numbers.length / COLUMNS
  const column = (c: number): number[] => Array.from(numbers.subarray(c * steps, (c + 1) * steps))
  return {
    ...rest,
    t: Array.from({ length: steps }, (_, i) => from + i * rest.stepS * 1000),
    p10Kw: column(0),
    p50Kw: column(1),
    p90Kw: column(2),
    temperatureC: column(3).map(value => (Number.isNaN(value) ? null : value))
  }
}
