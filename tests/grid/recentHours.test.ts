import { expect, it } from 'vitest'
import type { LoadRow } from '../../server/grid/loadRow.ts'
import { createRecentHours } from '../../server/grid/recentHours.ts'
import { Steps } from '../../server/grid/steps.ts'
import { buildTopology } from '../../server/grid/topology.ts'
import { at, node } from './nodes.ts'

const topology = buildTopology([node('M', 'meteringPoint', null, { customerId: 'C' })])

function setUp(limits: { mostSteps?: number; stepLimit?: number }, now: number) {
  const recent = createRecentHours({ hours: 2, defaultS: 300, ...limits })
  recent.advance(now)
  expect(recent.setTopology(topology)).toEqual(['meter/M'])
  recent.seed('meter/M', new Steps({ registryS: null, defaultS: 300 }), now)
  const insert = (ts: number, kw: number, arrivedAt = now) =>
    recent.insert(0, { ts, intervalS: 0, kw, kva: NaN, kvar: NaN }, arrivedAt)
  /** The minutes that differ from what is written, which they count as afterwards. */
  const compute = (when: number): LoadRow[] => {
    const slices = recent.compute(when)
    while (slices.next().done !== true);
    return [...recent.unwritten(1000)].flat()
  }
  const kwAt = (rows: LoadRow[], t: number) => rows.find(row => row.t === t)?.kw
  return { recent, insert, compute, kwAt }
}

it('lets go of steps it no longer needs, keeps their minutes, and asks for them when late data comes', () => {
  const { recent, insert, compute, kwAt } = setUp({ mostSteps: 5 }, at('12:30:00'))
  for (let t = at('12:00:00'); t < at('12:30:00'); t += 60_000) insert(t, 10)
  expect(recent.steps).toBeLessThanOrEqual(10)
  expect(kwAt(compute(at('12:30:00')), at('12:01:00'))).toBe(10)
  expect(recent.steps).toBe(5)
  expect(insert(at('12:29:00'), 20)).toBe('taken')
  expect(insert(at('12:10:00'), 20)).toBe('reseed')
  const rows = compute(at('12:31:00'))
  expect(kwAt(rows, at('12:29:00'))).toBe(20)
  expect(rows.map(row => row.t)).toEqual([at('12:29:00'), at('12:30:00')])
  // What it is given then replaces the minutes it could no longer compute.
  const all = new Steps({ registryS: null, defaultS: 300 })
  for (const [time, kw] of Object.entries({ '12:00:00': 10, '12:10:00': 20, '12:11:00': 10, '12:29:00': 20 }))
    all.put(at(time), 0, kw, NaN, NaN)
  recent.seed('meter/M', all, at('12:31:00'))
  expect(kwAt(compute(at('12:31:00')), at('12:10:00'))).toBe(20)
})

it('never lets go of the steps of the running minute', () => {
  const { insert, compute, kwAt } = setUp({ mostSteps: 2 }, at('12:00:10'))
  for (let s = 0; s < 10; s += 1) insert(at('12:00:00') + s * 1000, s)
  compute(at('12:00:10'))
  for (let s = 10; s < 20; s += 1) insert(at('12:00:00') + s * 1000, s)
  expect(kwAt(compute(at('12:00:20')), at('12:00:00'))).toBeCloseTo(9.5, 9)
})

it('refuses more steps than it may hold', () => {
  const { insert } = setUp({ stepLimit: 3 }, at('12:00:10'))
  const fates = [0, 1, 2, 3].map(s => insert(at('12:00:00') + s * 1000, s))
  expect(fates).toEqual(['taken', 'taken', 'taken', 'full'])
})

it('holds a bounded number of steps while nobody computes anything', () => {
  const { recent, insert } = setUp({ mostSteps: 5, stepLimit: 100 }, at('12:30:00'))
  for (let t = at('12:00:00'); t < at('12:30:00'); t += 1000) insert(t, 10)
  expect(recent.steps).toBeLessThanOrEqual(10)
})

it('says what it left behind unwritten when the hour turns', () => {
  const { recent, compute } = setUp({}, at('12:30:00'))
  recent.putBack(compute(at('12:30:00')), 60)
  expect(recent.advance(at('12:59:59'))).toBeNull()
  expect(recent.advance(at('13:00:00'))).toBe(at('11:00:00'))
  compute(at('13:00:00'))
  expect([...recent.halfHours(1000)].flat()).toHaveLength(2)
  expect(recent.advance(at('14:00:00'))).toBeNull()
  expect(recent.from).toBe(at('13:00:00'))
})

it('says so too when only a half-hour was not written', () => {
  const { recent, compute } = setUp({}, at('12:30:00'))
  compute(at('12:30:00'))
  const halfHours = [...recent.halfHours(1000)].flat()
  expect(halfHours.map(row => row.t)).toEqual([at('11:00:00'), at('11:30:00'), at('12:00:00')])
  expect([...recent.halfHours(1000)]).toEqual([])
  recent.putBack(halfHours.slice(1, 2), 1800)
  expect(recent.advance(at('13:00:00'))).toBe(at('11:30:00'))
})

it('tells a row again only when it differs, also after the hour turned', () => {
  const { recent, insert, compute } = setUp({}, at('12:58:00'))
  insert(at('12:57:00'), 5)
  compute(at('12:58:00'))
  expect(compute(at('12:58:00'))).toEqual([])
  recent.advance(at('13:01:00'))
  expect(compute(at('13:01:00')).map(({ t, kw }) => [t, kw])).toEqual([
    [at('12:58:00'), 5],
    [at('12:59:00'), 5],
    [at('13:00:00'), 5]
  ])
})

it('tells the half-hour again when one of its minutes was', () => {
  const { recent, insert, compute } = setUp({}, at('12:31:00'))
  compute(at('12:31:00'))
  expect([...recent.halfHours(1000)].flat().at(-1)).toMatchObject({ t: at('12:00:00'), kw: null, known: 0 })
  insert(at('12:20:00'), 5)
  insert(at('12:21:00'), 11)
  compute(at('12:31:00'))
  const half = { t: at('12:00:00'), kw: 10.4, kwMin: 5, kwMax: 11, known: 10, reported: 0, expected: 1 }
  expect([...recent.halfHours(1000)].flat()).toEqual([{ node: 'M', ...half }])
})

it('begins anew when the registry changes while it computes', () => {
  const { recent } = setUp({}, at('12:30:00'))
  const many = Array.from({ length: 5000 }, (_, i) => node(`M${i}`, 'meteringPoint', null))
  recent.setTopology(buildTopology(many))
  for (let i = 0; i < many.length; i += 1)
    recent.insert(i, { ts: at('12:00:00'), intervalS: 0, kw: 1, kva: NaN, kvar: NaN }, at('12:30:00'))
  const slices = recent.compute(at('12:30:00'))
  expect(slices.next().done).toBe(false)
  recent.setTopology(topology)
  expect(slices.next()).toEqual({ done: true, value: false })
  const again = recent.compute(at('12:30:00'))
  expect(again.next()).toEqual({ done: true, value: true })
})
