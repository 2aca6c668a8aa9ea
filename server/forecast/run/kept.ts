import type { Forecast } from '../../contract/forecasts.ts'

/** Numbers that all issues together may hold, 8 bytes each. */
const MOST_NUMBERS = 3_000_000
/** Each issue keeps so many steps at least: a day and the evening before it. */
const FEWEST_STEPS = 60
const COLUMNS = 4

interface Packed extends Omit<Forecast, 't' | 'p10Kw' | 'p50Kw' | 'p90Kw' | 'temperatureC'> {
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
  put(forecast: Forecast): void
  get(nodeId: string): Forecast | null
  /** What rows and rules need, without unpacking. */
  head(nodeId: string): Pick<Forecast, 'issuedAt' | 'capacityKw' | 'peaks' | 'flags'> | null
  /** Only these nodes stay; decides how much of each is held. */
  keepOnly(nodeIds: ReadonlySet<string>): void
  readonly size: number
}

export function createKeptForecasts(): KeptForecasts {
  const kept = new Map<string, Packed>()
  let mostSteps = Number.POSITIVE_INFINITY
  return {
    put(forecast) {
      const before = kept.get(forecast.nodeId)
      if (before === undefined || before.issuedAt <= forecast.issuedAt)
        kept.set(forecast.nodeId, packed(forecast, mostSteps))
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

function packed(forecast: Forecast, mostSteps: number): Packed {
  const { t, p10Kw, p50Kw, p90Kw, temperatureC, ...rest } = forecast
  const steps = Math.min(t.length, mostSteps)
  const numbers = new Float32Array(COLUMNS * steps)
  for (const [c, column] of [p10Kw, p50Kw, p90Kw, temperatureC].entries())
    for (let i = 0; i < steps; i++) numbers[c * steps + i] = column[i] ?? Number.NaN
  return { ...rest, from: t[0] ?? 0, numbers }
}

function unpacked({ from, numbers, ...rest }: Packed): Forecast {
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
