import { type Coverage, gaps } from './coverage.ts'
import type { Source } from './source.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SAMPLES_BATCH_MS = 2 * HOUR

/** A message's worth of a source's past: the stretch [from, to), told as interval means or as live-like samples. */
export interface Chunk {
  source: Source
  from: number
  to: number
  as: 'means' | 'samples'
}

/**
 * What is missing of these sources up to `upTo`, newest day first, within a day by rank.
 *
 *   missing  ├───┬───────────────┬───────────────┬──────┤
 *            samples    means           means    samples      means: whole steps; samples: what is left at the ends
 */
export function missingChunks(
  sources: readonly Source[],
  coverageOf: (source: Source) => Coverage,
  upTo: number
): Chunk[] {
  const chunks = sources.flatMap(source => {
    const step = source.pastStepMs
    const from = Math.floor((upTo - source.pastDepthMs) / step) * step
    const to =
      source.intervalDelayMs === null ? upTo : Math.floor((upTo - source.intervalDelayMs) / step) * step
    return gaps(coverageOf(source), from, to).flatMap(([start, end]) => chunksOf(source, start, end))
  })
  const age = (chunk: Chunk) => Math.max(0, Math.floor((upTo - chunk.to) / DAY))
  return chunks.sort((a, b) => age(a) - age(b) || a.source.rank - b.source.rank || b.to - a.to)
}

function chunksOf(source: Source, from: number, to: number): Chunk[] {
  const step = source.pastStepMs
  const first = Math.ceil(from / step) * step
  const last = Math.floor(to / step) * step
  if (last <= first) return split(source, from, to, 'samples')
  return [
    ...split(source, from, first, 'samples'),
    ...split(source, first, last, 'means'),
    ...split(source, last, to, 'samples')
  ]
}

/** Cut at whole multiples of the batch length, so that the same day is the same message every time. */
function split(source: Source, from: number, to: number, as: Chunk['as']): Chunk[] {
  if (as === 'samples' && source.intervalDelayMs !== null) return []
  const batch = as === 'means' ? source.pastBatchMs : SAMPLES_BATCH_MS
  const chunks: Chunk[] = []
  for (let at = from; at < to; ) {
    const next = Math.min(to, (Math.floor(at / batch) + 1) * batch)
    chunks.push({ source, from: at, to: next, as })
    at = next
  }
  return chunks
}

/** The readings of a chunk. */
export function itemsOf({ source, from, to, as }: Chunk): object[] {
  const items: object[] = []
  if (as === 'means') {
    for (let t = from; t < to; t += source.pastStepMs) items.push(...source.mean(t, source.pastStepMs))
    return items
  }
  for (let t = nextReport(source, from); t < to; t += source.cadenceMs) items.push(...source.sample(t))
  return items
}

/** The first moment at or after `t` at which a source reports (for interval means: at which one starts). */
export function nextReport(source: Source, t: number): number {
  return Math.ceil((t - source.phaseMs) / source.cadenceMs) * source.cadenceMs + source.phaseMs
}
