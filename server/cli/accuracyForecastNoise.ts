import type { RegularSeries } from '../forecast/load/series.ts'

const HOUR_MS = 3_600_000

/**
 * How a temperature foretold for the day ahead is wrong: by a normal error that wanders, its standard deviation about that
 * of good services a day ahead, correlated with itself e^(−Δt/τ).
 */
export const noise = { sdK: 2, correlationHours: 6, seed: 20140101 } as const

/** The temperatures with such an error; the same seed gives the same. */
export function foretoldOf(
  measured: RegularSeries,
  { sdK, correlationHours, seed }: { sdK: number; correlationHours: number; seed: number } = noise
): RegularSeries {
  const normal = normals(seed)
  const kept = Math.exp(-measured.stepMs / (correlationHours * HOUR_MS))
  let error = sdK * normal()
  const values = measured.values.map(tempC => {
    error = kept * error + Math.sqrt(1 - kept * kept) * sdK * normal()
    return tempC + error
  })
  return { ...measured, values }
}

/** Standard normal numbers by Box and Muller from mulberry32. */
function normals(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}
