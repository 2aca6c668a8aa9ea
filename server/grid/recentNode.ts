import {
  addChild,
  emptySums,
  finishSums,
  type LoadMinutes,
  layOwnOver,
  MINUTE_MS,
  type MinuteSums
} from './minutes.ts'
import type { RecentPoint } from './recentPoint.ts'
import { type Place, pointKey, type Topology } from './topology.ts'

/** One node in the recent hours. */
export interface RecentNode {
  readonly place: Place
  readonly points: readonly RecentPoint[]
  readonly children: readonly RecentNode[]
  /** Its minutes; those of its point where it is nothing else. */
  readonly load: LoadMinutes
  /** From here on its minutes differ from those in the sums above it; Infinity: none do. */
  differsFrom: number
}

const SILENT: LoadMinutes = { kw: null, counts: null }
const NONE: readonly never[] = []

/** Nodes in the order of the places. The columns of those known `before` go on where their make-up allows. */
export function recentNodes(
  { places, points }: Topology,
  recentPoints: readonly RecentPoint[],
  before: ReadonlyMap<string, RecentNode>,
  minutes: number
): RecentNode[] {
  const byKey = new Map([...points.keys()].map((key, n) => [key, recentPoints[n]]))
  const nodes: RecentNode[] = new Array(places.length)
  for (let i = places.length - 1; i >= 0; i -= 1) {
    const place = places[i]
    if (place === undefined) continue
    const own = ownPoints(place, byKey)
    const children = place.children.flatMap(({ index }) => nodes[index] ?? [])
    const isLeaf = children.length === 0 && own.length < 2
    if (isLeaf && !place.isHousehold) own[0]?.leaves.push(place.index)
    nodes[i] = {
      place,
      points: own,
      children: children.length === 0 ? NONE : children,
      load: isLeaf ? (own[0] ?? SILENT) : columns(before.get(place.node.id), children.length > 0, minutes),
      differsFrom: Infinity
    }
  }
  return nodes
}

/** Of the many that have one point, an array without spare room. */
function ownPoints({ points }: Place, byKey: ReadonlyMap<string, RecentPoint | undefined>): RecentPoint[] {
  const own = points.flatMap(({ kind, id }) => byKey.get(pointKey(kind, id)) ?? [])
  const [only] = own
  return only !== undefined && own.length === 1 ? [only] : own
}

function columns(before: RecentNode | undefined, hasChildren: boolean, minutes: number): LoadMinutes {
  const held = before?.load
  const isOwn = before !== undefined && held !== before.points[0] && held !== SILENT
  if (held !== undefined && isOwn && (held.counts !== null) === hasChildren) return held
  const { kw, reported, expected } = emptySums(minutes)
  return { kw: kw.fill(NaN), counts: hasChildren ? { reported, expected } : null }
}

/**
 * Brings a node's minutes up to now: from `newFrom` on, and from where something below it differs (of its points by
 * their numbers). Children must have been brought up to now before. Returns how many minutes were summed.
 */
export function differenceOf(
  node: RecentNode,
  pointsDifferFrom: Float64Array,
  sums: MinuteSums,
  from: number,
  newFrom: number,
  now: number,
  onDiffer: (node: number, minute: number) => void
): number {
  const { load, points, children } = node
  let start = Infinity
  for (const { n } of points) start = Math.min(start, pointsDifferFrom[n] ?? Infinity)
  for (const child of children) start = Math.min(start, child.differsFrom)
  if (load === points[0] || load === SILENT) {
    node.differsFrom = start
    return 0
  }
  start = Math.max(from, Math.min(start, newFrom))
  if (start >= now) return 0
  const first = (start - from) / MINUTE_MS
  const end = Math.ceil((now - from) / MINUTE_MS)
  sums.kw.fill(0, first, end)
  sums.reported.fill(0, first, end)
  sums.expected.fill(children.length === 0 ? 1 : 0, first, end)
  for (const child of children) addChild(sums, child.load, first, end)
  finishSums(sums, first, end)
  layOwnOver(sums, points, first, end)
  for (let i = first; i < end; i += 1) {
    if (!takeMinute(load, sums, i)) continue
    node.differsFrom = Math.min(node.differsFrom, from + i * MINUTE_MS)
    onDiffer(node.place.index, i)
  }
  return (end - first) * (children.length + points.length)
}

/** Takes over one minute; false where it is as it was. */
function takeMinute({ kw, counts }: LoadMinutes, sums: MinuteSums, i: number): boolean {
  const value = sums.kw[i] ?? NaN
  const before = kw?.[i] ?? NaN
  const isSameKw = value === before || (Number.isNaN(value) && Number.isNaN(before))
  if (kw !== null) kw[i] = value
  if (counts === null) return !isSameKw
  const { reported, expected } = counts
  const isSame = reported[i] === sums.reported[i] && expected[i] === sums.expected[i]
  reported[i] = sums.reported[i] ?? 0
  expected[i] = sums.expected[i] ?? 0
  return !(isSame && isSameKw)
}

/** Forgets the first minutes. */
export function shiftNode({ load, points }: RecentNode, shift: number): void {
  if (load === points[0] || load === SILENT) return
  load.kw?.copyWithin(0, shift)
  load.kw?.fill(NaN, load.kw.length - shift)
  for (const column of load.counts === null ? [] : [load.counts.reported, load.counts.expected]) {
    column.copyWithin(0, shift)
    column.fill(0, column.length - shift)
  }
}
