import { type LoadMinutes, type PointMinutes, sumMinutes } from './minutes.ts'
import { type Place, pointKey } from './topology.ts'

/** One-minute roll-up of one node; `t` is the start of the minute, epoch ms. kw is null where nobody reported. */
export interface LoadRow {
  node: string
  t: number
  kw: number | null
  reported: number
  expected: number
}

/** The minutes of every node, bottom-up; `places` has parents before children. */
export function loadTree(
  places: readonly Place[],
  minutesOf: (key: string) => PointMinutes | undefined,
  minutes: number
): Map<Place, LoadMinutes> {
  const loads = new Map<Place, LoadMinutes>()
  for (let i = places.length - 1; i >= 0; i -= 1) {
    const place = places[i]
    if (place === undefined) continue
    const own = place.points.flatMap(({ kind, id }) => minutesOf(pointKey(kind, id)) ?? [])
    const children = place.children.flatMap(child => loads.get(child) ?? [])
    loads.set(place, sumMinutes(own, children, minutes))
  }
  return loads
}
