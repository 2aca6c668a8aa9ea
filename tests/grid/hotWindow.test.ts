import { expect, it } from 'vitest'
import { createHotWindow } from '../../server/grid/hotWindow.ts'
import { stepOf } from '../../server/grid/steps.ts'
import { buildTopology } from '../../server/grid/topology.ts'
import { at, node } from './nodes.ts'

const rule = { registryS: null, defaultS: 300 }
const step = (ts: number, kw: number) => stepOf(ts, 0, { kw, kva: null, kvar: null }, rule)
const topology = buildTopology([node('M', 'meteringPoint', null, { customerId: 'C' })])

function setUp(limits: { mostSteps?: number; stepLimit?: number }, now: number) {
  const hot = createHotWindow({ hours: 2, defaultS: 300, ...limits })
  hot.advance(now)
  expect(hot.setTopology(topology)).toEqual(['meter/M'])
  hot.seed('meter/M', [], now)
  const kwAt = (rows: { t: number; kw: number | null }[], t: number) => rows.find(row => row.t === t)?.kw
  return { hot, kwAt }
}

it('lets go of steps it no longer needs, keeps their minutes, and asks for them when late data comes', () => {
  const { hot, kwAt } = setUp({ mostSteps: 5 }, at('12:30:00'))
  for (let t = at('12:00:00'); t < at('12:30:00'); t += 60_000) hot.insert('meter/M', step(t, 10))
  hot.confirm(hot.compute(at('12:30:00')).rows)
  expect(hot.insert('meter/M', step(at('12:29:00'), 20))).toBe('taken')
  expect(hot.insert('meter/M', step(at('12:10:00'), 20))).toBe('reseed')
  const { rows } = hot.compute(at('12:31:00'))
  expect(kwAt(rows, at('12:29:00'))).toBe(20)
  expect(rows.map(row => row.t)).toEqual([at('12:29:00'), at('12:30:00')])
  // What it is given then replaces the minutes it could no longer compute.
  const all = [
    step(at('12:00:00'), 10),
    step(at('12:10:00'), 20),
    step(at('12:11:00'), 10),
    step(at('12:29:00'), 20)
  ]
  hot.seed('meter/M', all, at('12:31:00'))
  expect(kwAt(hot.compute(at('12:31:00')).rows, at('12:10:00'))).toBe(20)
})

it('never lets go of the steps of the running minute', () => {
  const { hot, kwAt } = setUp({ mostSteps: 2 }, at('12:00:10'))
  for (let s = 0; s < 10; s += 1) hot.insert('meter/M', step(at('12:00:00') + s * 1000, s))
  hot.compute(at('12:00:10'))
  for (let s = 10; s < 20; s += 1) hot.insert('meter/M', step(at('12:00:00') + s * 1000, s))
  expect(kwAt(hot.compute(at('12:00:20')).rows, at('12:00:00'))).toBeCloseTo(9.5, 9)
})

it('refuses more steps than it may hold', () => {
  const { hot } = setUp({ stepLimit: 3 }, at('12:00:10'))
  const fates = [0, 1, 2, 3].map(s => hot.insert('meter/M', step(at('12:00:00') + s * 1000, s)))
  expect(fates).toEqual(['taken', 'taken', 'taken', 'full'])
})

it('says what it left behind unwritten when the hour turns', () => {
  const { hot } = setUp({}, at('12:30:00'))
  const first = hot.compute(at('12:30:00'))
  hot.failed(first.from)
  expect(hot.advance(at('12:59:59'))).toBeNull()
  expect(hot.advance(at('13:00:00'))).toBe(at('11:00:00'))
  hot.confirm(hot.compute(at('13:00:00')).rows)
  expect(hot.advance(at('14:00:00'))).toBeNull()
  expect(hot.from).toBe(at('13:00:00'))
})

it('tells a row again only when it differs, also after the hour turned', () => {
  const { hot } = setUp({}, at('12:58:00'))
  hot.insert('meter/M', step(at('12:57:00'), 5))
  hot.confirm(hot.compute(at('12:58:00')).rows)
  expect(hot.compute(at('12:58:00')).rows).toEqual([])
  hot.advance(at('13:01:00'))
  expect(hot.compute(at('13:01:00')).rows.map(({ t, kw }) => [t, kw])).toEqual([
    [at('12:58:00'), 5],
    [at('12:59:00'), 5],
    [at('13:00:00'), 5]
  ])
})
