import type { LocalTime } from './contract/localTime.ts'
import type { GridNode } from './contract/registry.ts'
import type { StoreReads } from './readingsThread.ts'

const HALF_HOUR_S = 1800
const YEAR_MS = 366 * 86_400_000
/** How far back it is looked for the first day that is stored. */
const YEARS = 3
/** Of sources that are looked at where no roll-up tells. */
const SAMPLE = 200

/**
 * Why nothing of a day can be replayed though it is over: nothing is registered, or nothing is stored of it; null where
 * there is something. By the half-hours of what stands at the top, else by the readings of some meters.
 */
export async function whyNoReadings(
  store: Pick<StoreReads, 'queryLoad' | 'queryMany'>,
  nodes: readonly GridNode[],
  { day, from, to, now, local }: { day: string; from: number; to: number; now: number; local: LocalTime }
): Promise<string | null> {
  if (nodes.length === 0) return 'nothing is registered yet: there is no grid to replay'
  const ids = new Set(nodes.map(({ id }) => id))
  const tops = nodes
    .filter(({ parent, kind }) => kind !== 'meteringPoint' && !ids.has(parent ?? ''))
    .slice(0, 20)
  const firstKnown = async (start: number, end: number): Promise<number | null> => {
    let first: number | null = null
    for (const { id } of tops) {
      const { t, known } = await store.queryLoad({ node: id, from: start, to: end, stepS: HALF_HOUR_S })
      const at = t.find((_, i) => (known[i] ?? 0) > 0)
      if (at !== undefined) first = Math.min(first ?? at, at)
    }
    return first
  }
  if (
    (await isKnown(store, tops, heldMinutes(nodes), from, to)) ||
    (await hasReadings(store, nodes, from, to))
  )
    return null
  const earlier = await earliest(firstKnown, from)
  const first = earlier ?? (await firstKnown(to, now))
  if (first === null) return `nothing is stored of ${day}, nor of any other day`
  const lies = earlier === null ? 'readings begin on' : 'there is a gap, though readings begin on'
  return `nothing is stored of ${day}: ${lies} ${local.date(first)}`
}

/** The last values of the day before are held into the next: that is no day yet. */
const heldMinutes = (nodes: readonly GridNode[]): number =>
  nodes.reduce((most, { reportIntervalS }) => Math.max(most, ((reportIntervalS ?? 0) / 60) * 4), 60)

async function isKnown(
  store: Pick<StoreReads, 'queryLoad'>,
  tops: readonly GridNode[],
  heldMinutes: number,
  from: number,
  to: number
): Promise<boolean> {
  for (const { id } of tops) {
    const { known } = await store.queryLoad({ node: id, from, to, stepS: HALF_HOUR_S })
    if (known.reduce((sum, minutes) => sum + minutes, 0) > heldMinutes) return true
  }
  return false
}

async function earliest(
  firstKnown: (from: number, to: number) => Promise<number | null>,
  before: number
): Promise<number | null> {
  for (let year = YEARS; year > 0; year--) {
    const first = await firstKnown(before - year * YEAR_MS, before - (year - 1) * YEAR_MS)
    if (first !== null) return first
  }
  return null
}

async function hasReadings(
  store: Pick<StoreReads, 'queryMany'>,
  nodes: readonly GridNode[],
  from: number,
  to: number
): Promise<boolean> {
  const meters = nodes
    .flatMap(({ id, kind, meter }) => meter ?? (kind === 'meteringPoint' ? id : []))
    .slice(0, SAMPLE)
  const transformers = nodes.flatMap(({ id, kind }) => (kind === 'transformer' ? id : [])).slice(0, SAMPLE)
  const span = { from, to, field: 'kw' }
  const found = [
    await store.queryMany({ kind: 'meter', ids: meters, ...span }),
    await store.queryMany({ kind: 'transformer', ids: transformers, ...span })
  ]
  return found.some(({ size }) => size > 0)
}
