import { describe, expect, it } from 'vitest'
import { type ArrivalSource, createArrivals } from '../../server/replay/arrivals.ts'

const t0 = 1_800_000_000_000
const sources: ArrivalSource[] = [
  { kind: 'meter', id: 'M' },
  { kind: 'transformer', id: 'T' },
  { kind: 'forecast', id: 'W' }
]

function arrivals() {
  const made = createArrivals(sources, t0, 10_000)
  const takenBy = (t: number): string[] => {
    const found: string[] = []
    const count = made.takeUntil(t, ({ id, ts, values }) =>
      found.push(`${id} ${(ts - t0) / 1000} ${JSON.stringify(values)}`)
    )
    expect(count).toBe(found.length)
    return found
  }
  return { made, takenBy }
}

describe('readings of the past', () => {
  it('are known at the end of their interval, an instantaneous one at its moment', () => {
    const { made, takenBy } = arrivals()
    made.put(0, t0, 900, [5, null])
    made.put(1, t0 + 895_000, 0, [null, 80, 60, 61])
    expect(takenBy(t0 + 890_000)).toEqual([])
    expect(takenBy(t0 + 900_000)).toEqual(['M 0 {"kw":5}', 'T 895 {"kva":80,"kvar":60,"oil_c":61}'])
    expect(made.waiting).toBe(0)
  })

  it('that end within a step are known at its end', () => {
    const { made, takenBy } = arrivals()
    made.put(0, t0 + 1, 0, [1])
    made.put(0, t0 + 10_000, 0, [2])
    made.put(0, t0 + 10_001, 0, [3])
    expect(takenBy(t0)).toEqual([])
    expect(takenBy(t0 + 10_000)).toEqual(['M 0.001 {"kw":1}', 'M 10 {"kw":2}'])
    expect(takenBy(t0 + 20_000)).toEqual(['M 10.001 {"kw":3}'])
  })

  it('from before the beginning are there at the first step; what comes too late, at the next', () => {
    const { made, takenBy } = arrivals()
    made.put(0, t0 - 3_600_000, 0, [1])
    expect(takenBy(t0 + 10_000)).toEqual(['M -3600 {"kw":1}'])
    made.put(0, t0, 0, [2])
    expect(takenBy(t0 + 20_000)).toEqual(['M 0 {"kw":2}'])
  })

  it('of a forecast are known when it was issued', () => {
    const { made, takenBy } = arrivals()
    made.put(2, t0 + 86_400_000, 3600, [39], t0 + 30_000)
    expect(takenBy(t0 + 20_000)).toEqual([])
    expect(takenBy(t0 + 30_000)).toEqual(['W 86400 {"temp_c":39}'])
  })
})
