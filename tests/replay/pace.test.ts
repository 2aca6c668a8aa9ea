import { describe, expect, it } from 'vitest'
import { dueAt, type Pace, repaced, waitMs } from '../../server/replay/pace.ts'

const at = 1_000_000
const pace = (change: Partial<Pace> = {}): Pace => ({
  ...{ speed: 60, isPaused: false, runTo: null, anchor: { wallMs: 500, at } },
  ...change
})

describe('how far the clock may have gone', () => {
  it.each([
    ['a minute a second', pace(), 1500, at + 60_000],
    ['real time', pace({ speed: 1 }), 3500, at + 3000],
    ['as fast as the machine', pace({ speed: 0 }), 500, Infinity],
    ['paused', pace({ isPaused: true }), 9500, at],
    ['paused, and sent ahead', pace({ isPaused: true, runTo: at + 77 }), 500, at + 77],
    ['slow, and sent ahead', pace({ speed: 1, runTo: at + 3_600_000 }), 501, at + 3_600_000]
  ])('%s', (_, one, wallMs, due) => {
    expect(dueAt(one, wallMs)).toBe(due)
  })
})

describe('another pace', () => {
  it('begins where the clock stands, not where the old one would have come to', () => {
    const slower = repaced(pace(), { speed: 2 }, at + 10_000, 900)
    expect(dueAt(slower, 1900)).toBe(at + 12_000)
  })

  it('after a pause makes up for nothing', () => {
    const held = repaced(pace(), { paused: true }, at, 1000)
    const on = repaced(held, { paused: false }, at, 61_000)
    expect([dueAt(held, 61_000), dueAt(on, 62_000)]).toEqual([at, at + 60_000])
  })

  it('goes on at its speed from where it was sent to, and stays paused there when it was', () => {
    const sent = repaced(pace({ isPaused: true }), { runTo: at + 5000 }, at, 1000)
    expect(sent).toMatchObject({ runTo: at + 5000, isPaused: true })
    const there = repaced(sent, {}, at + 5000, 1100)
    expect([there.runTo, dueAt(there, 9100)]).toEqual([null, at + 5000])
    const running = repaced(repaced(pace(), { runTo: at + 5000 }, at, 1000), {}, at + 5000, 1100)
    expect(dueAt(running, 2100)).toBe(at + 65_000)
  })

  it('paused on the way is held at once', () => {
    const sent = repaced(pace(), { runTo: at + 5000 }, at, 1000)
    expect(dueAt(repaced(sent, { paused: true }, at + 2000, 1100), 9100)).toBe(at + 2000)
  })
})

describe('how long until the next step', () => {
  it.each([
    ['10 s of data at a minute a second', pace(), at + 10_000, 500, 10_000 / 60],
    ['it is due', pace(), at + 10_000, 2500, 0],
    ['nobody knows, while paused', pace({ isPaused: true }), at + 10_000, 500, null],
    ['at once, at full speed', pace({ speed: 0 }), at + 10_000, 500, 0]
  ])('%s', (_, one, next, wallMs, wait) => {
    const found = waitMs(one, next, wallMs)
    if (wait === null) expect(found).toBeNull()
    else expect(found).toBeCloseTo(wait, 6)
  })
})
