import { afterEach, describe, expect, it } from 'vitest'
import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { type Rollups, startRollups } from '../../server/grid/rollups.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { type MemoryStore, memoryNotes, memoryStore } from './memoryStore.ts'
import { at, node, reading } from './nodes.ts'
import { oracleRow } from './rollupsOracle.ts'
import { turns } from './turns.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const tree: GridNode[] = [
  node('S', 'substation', null),
  node('F1', 'feeder', 'S'),
  node('F2', 'feeder', 'S', { meter: 'F2M', reportIntervalS: 60 }),
  node('T1', 'transformer', 'F1'),
  node('H1', 'meteringPoint', 'T1', { reportIntervalS: 1800 }),
  node('H2', 'meteringPoint', 'T1', { reportIntervalS: 1800 }),
  node('L1', 'meteringPoint', 'F2', { customerId: 'C1' }),
  node('L2', 'meteringPoint', 'F2', { customerId: 'C2', meter: 'L2M', reportIntervalS: 60 })
]
const charted = ['S', 'F1', 'F2', 'T1', 'L1', 'L2']

const running: Rollups<number>[] = []
afterEach(async () => {
  for (const rollups of running.splice(0)) await rollups.stop().catch(() => {})
})

/** Roll-ups on a clock of our own; they turn only when asked to. */
async function setUp({
  now = at('12:00:30'),
  nodes = tree,
  store = memoryStore(),
  notes = memoryNotes<number>()
} = {}) {
  const clock = { now }
  const { pause, turn } = turns()
  const rollups = await startRollups<number>({ store, notes, now: () => clock.now, quietMs: 0, pause })
  running.push(rollups)
  rollups.setRegistry(nodes)
  const arrive = (readings: Reading[]) => {
    store.put(readings)
    rollups.mark(batchOf(readings))
  }
  return { clock, rollups, turn, store, notes, arrive }
}

function rowsOf(store: MemoryStore, id: string, from: number, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const row = store.load.get(`${id}@${from + i * MINUTE}`)
    return row === undefined ? undefined : row.kw
  })
}

function expectWhole(store: MemoryStore, nodes: GridNode[], from: number, now: number, stepMinutes = 1) {
  for (let minute = from; minute < now; minute += stepMinutes * MINUTE) {
    for (const id of charted) {
      const row = store.load.get(`${id}@${minute}`)
      const expected = oracleRow(nodes, store.raw.values(), id, minute, now)
      const where = `${id} at ${new Date(minute).toISOString()}`
      if (row === undefined) {
        expect(expected.reported, where).toBe(0)
        continue
      }
      expect([row.reported, row.expected], where).toEqual([expected.reported, expected.expected])
      if (expected.kw === null) expect(row.kw, where).toBeNull()
      else expect(row.kw, where).toBeCloseTo(expected.kw, 6)
    }
  }
}

/** Every half-hour that is over is what its minutes say, and there is none without them. */
function expectHalfHours(store: MemoryStore, from: number, now: number) {
  let found = 0
  for (let t = from; t + 30 * MINUTE <= now; t += 30 * MINUTE) {
    for (const id of charted) {
      const minutes = Array.from({ length: 30 }, (_, i) => store.load.get(`${id}@${t + i * MINUTE}`))
      const row = store.halfHours.get(`${id}@${t}`)
      const where = `${id} at ${new Date(t).toISOString()}`
      if (minutes[0] === undefined) {
        expect(row, where).toBeUndefined()
        continue
      }
      const known = minutes.flatMap(minute => minute?.kw ?? [])
      const sum = known.reduce((total, kw) => total + kw, 0)
      expect(row, where).toMatchObject({
        known: known.length,
        kwMin: known.length === 0 ? null : Math.min(...known),
        kwMax: known.length === 0 ? null : Math.max(...known),
        reported: Math.min(...minutes.map(minute => minute?.reported ?? NaN)),
        expected: Math.max(...minutes.map(minute => minute?.expected ?? NaN))
      })
      if (known.length === 0) expect(row?.kw, where).toBeNull()
      else expect(row?.kw, where).toBeCloseTo(sum / known.length, 9)
      found += 1
    }
  }
  expect(found).toBeGreaterThan(0)
}

describe('the running minutes', () => {
  it('carry held values up to now and never beyond, then unknown when the hold ends', async () => {
    const { clock, turn, store, arrive } = await setUp()
    arrive([reading('meter', 'L2M', at('11:58:00'), { kw: 40 })])
    await turn()
    expect(rowsOf(store, 'L2', at('11:57:00'), 5)).toEqual([null, 40, 40, 40, undefined])
    clock.now = at('12:03:00')
    await turn()
    expect(rowsOf(store, 'L2', at('12:00:00'), 4)).toEqual([40, null, null, undefined])
    expect(rowsOf(store, 'F2', at('11:58:00'), 4)).toEqual([40, 40, 40, null])
  })

  it('are replaced when the interval they guessed at is read', async () => {
    const { turn, store, arrive } = await setUp()
    arrive([reading('meter', 'H1', at('11:00:00'), { kw: 4 }, { intervalS: 1800 })])
    await turn()
    expect(rowsOf(store, 'T1', at('11:45:00'), 2)).toEqual([4, 4])
    arrive([reading('meter', 'H1', at('11:30:00'), { kw: 6 }, { intervalS: 1800 })])
    await turn()
    expect(rowsOf(store, 'T1', at('11:29:00'), 3)).toEqual([4, 6, 6])
  })

  it('let a value that lies ahead act when its time comes', async () => {
    const { clock, turn, store, arrive } = await setUp()
    arrive([reading('meter', 'L2M', at('12:02:00'), { kw: 9 })])
    await turn()
    expect(rowsOf(store, 'L2', at('12:00:00'), 3)).toEqual([null, undefined, undefined])
    clock.now = at('12:04:00')
    await turn()
    expect(rowsOf(store, 'L2', at('12:01:00'), 4)).toEqual([null, 9, 9, undefined])
  })

  it('write only what changed', async () => {
    const { clock, turn, store, arrive } = await setUp()
    arrive([reading('meter', 'L1', at('11:58:00'), { kw: 40 })])
    await turn()
    const before = store.rowsWritten
    await turn()
    expect(store.rowsWritten).toBe(before)
    clock.now += MINUTE
    await turn()
    expect(store.rowsWritten - before).toBe(charted.length)
  })

  it('go on over the turn of the hour', async () => {
    const { clock, turn, store, arrive } = await setUp({ now: at('12:58:30') })
    for (let t = at('12:58:00'); t < at('16:05:00'); t += MINUTE) {
      clock.now = t + 30_000
      arrive([reading('meter', 'L2M', t, { kw: (t / MINUTE) % 7 })])
      await turn()
    }
    expectWhole(store, tree, at('12:58:00'), clock.now)
    expectHalfHours(store, at('13:00:00'), clock.now)
  })

  it('are made good after hours in which the clock stood still', async () => {
    const { clock, turn, store, arrive } = await setUp()
    arrive([reading('meter', 'H1', at('11:30:00'), { kw: 4 }, { intervalS: 1800 })])
    await turn()
    clock.now = at('19:10:00')
    await turn()
    expectWhole(store, tree, at('09:00:00'), clock.now)
    expectHalfHours(store, at('10:00:00'), clock.now)
  })
})

describe('half-hours', () => {
  const half = (store: MemoryStore, id: string, time: string) => store.halfHours.get(`${id}@${at(time)}`)

  it('are written when they are over, with the mean of the known minutes and the extremes', async () => {
    const { clock, turn, store, arrive } = await setUp({ now: at('12:29:30') })
    arrive([
      reading('meter', 'L2M', at('12:00:00'), { kw: 40 }),
      reading('meter', 'L2M', at('12:01:00'), { kw: 10 })
    ])
    await turn()
    expect(half(store, 'L2', '12:00:00')).toBeUndefined()
    clock.now = at('12:30:01')
    await turn()
    expect(half(store, 'L2', '12:00:00')).toEqual({
      node: 'L2',
      t: at('12:00:00'),
      kw: 17.5,
      kwMin: 10,
      kwMax: 40,
      known: 4,
      reported: 0,
      expected: 1
    })
    expect(half(store, 'F1', '12:00:00')).toMatchObject({ kw: null, kwMin: null, kwMax: null, known: 0 })
  })

  it('follow late data, of these hours and of old ones', async () => {
    const { turn, store, arrive } = await setUp()
    arrive([reading('meter', 'L1', at('11:00:00'), { kw: 10 }, { intervalS: 1800 })])
    arrive([reading('meter', 'L1', at('03:00:00'), { kw: 10 }, { intervalS: 1800 })])
    await turn()
    expect(half(store, 'F2', '11:00:00')).toMatchObject({ kw: 10, known: 30, reported: 1, expected: 2 })
    expect(half(store, 'F2', '03:00:00')).toMatchObject({ kw: 10, known: 30, reported: 1, expected: 2 })
    const late = [11, 3].map(hour =>
      reading('meter', 'L1', at(`${String(hour).padStart(2, '0')}:15:00`), { kw: 30 }, { intervalS: 900 })
    )
    arrive(late)
    await turn()
    const expected = { kw: 20, kwMin: 10, kwMax: 30, known: 30 }
    expect(half(store, 'S', '11:00:00')).toMatchObject(expected)
    expect(half(store, 'S', '03:00:00')).toMatchObject(expected)
  })
})

describe('late data', () => {
  it('changes the hours it belongs to and the sums above', async () => {
    const { clock, turn, store, arrive } = await setUp()
    arrive([
      reading('meter', 'L1', at('03:00:00'), { kw: 10 }, { intervalS: 300 }),
      reading('meter', 'L2M', at('03:00:00'), { kw: 1 })
    ])
    await turn()
    expect(rowsOf(store, 'S', at('03:00:00'), 4)).toEqual([11, 11, 11, 10])
    arrive([reading('meter', 'F2M', at('03:01:00'), { kw: 100 })])
    await turn()
    expect(rowsOf(store, 'S', at('03:00:00'), 5)).toEqual([11, 100, 100, 100, 10])
    expectWhole(store, tree, at('02:00:00'), at('06:00:00'))
    expect(clock.now).toBe(at('12:00:30'))
  })

  it('clears what was held there when it says that nothing is known', async () => {
    const { turn, store, arrive } = await setUp()
    arrive([reading('transformer', 'T1', at('03:50:00'), { kw: 10 }, { intervalS: 600 })])
    await turn()
    expect(rowsOf(store, 'T1', at('04:05:00'), 1)).toEqual([10])
    arrive([reading('transformer', 'T1', at('04:00:00'), { kva: 12 }, { intervalS: 600 })])
    await turn()
    expect(rowsOf(store, 'T1', at('03:59:00'), 3)).toEqual([10, null, null])
    arrive([reading('transformer', 'T1', at('04:00:00'), { kvar: 0, kva: 12 }, { intervalS: 600 })])
    await turn()
    expect(rowsOf(store, 'T1', at('03:59:00'), 3)).toEqual([10, 12, 12])
  })

  it('of a meter that reports once a day reaches far', async () => {
    const { turn, store, arrive } = await setUp()
    const day = 86_400
    arrive([reading('meter', 'L1', at('00:00:00') - 4 * day * 1000, { kw: 5 }, { intervalS: day })])
    await turn()
    arrive([reading('meter', 'L2M', at('00:00:00') - day * 1000, { kw: 1 })])
    await turn()
    expectWhole(store, tree, at('00:00:00') - 4 * day * 1000, at('12:00:00'), 37)
  })
})

describe('what is marked ahead of its turn', () => {
  it('stands as it was written last, whatever was marked before', async () => {
    const { rollups, turn, store } = await setUp()
    const earlier = [
      reading('meter', 'L1', at('11:50:00'), { kw: 1 }),
      reading('meter', 'L1', at('03:00:00'), { kw: 1 })
    ]
    const later = [
      reading('meter', 'L1', at('11:50:00'), { kw: 2 }),
      reading('meter', 'L1', at('03:00:00'), { kw: 2 })
    ]
    store.put(later)
    rollups.mark(batchOf(later))
    await turn()
    store.put(earlier)
    rollups.mark(batchOf(earlier), 1)
    await turn()
    store.put(later)
    rollups.mark(batchOf(later), 2)
    await turn()
    expectWhole(store, tree, at('02:00:00'), at('12:00:30'))
    expect(rowsOf(store, 'L1', at('11:50:00'), 1)).toEqual([2])
    expect(rowsOf(store, 'L1', at('03:00:00'), 1)).toEqual([2])
  })
})

describe('the registry', () => {
  it('brings what was stored before a meter was registered', async () => {
    const { rollups, turn, store, arrive } = await setUp({ nodes: [] })
    arrive([
      reading('meter', 'L1', at('03:00:00'), { kw: 10 }),
      reading('meter', 'L1', at('11:50:00'), { kw: 20 })
    ])
    await turn()
    expect(store.load.size).toBe(0)
    rollups.setRegistry(tree)
    await turn()
    expectWhole(store, tree, at('02:00:00'), at('12:00:30'))
    expect(rowsOf(store, 'S', at('03:00:00'), 1)).toEqual([10])
  })

  it('changes the sums of the nodes that a point moves between', async () => {
    const { rollups, turn, store, arrive } = await setUp()
    arrive([
      reading('meter', 'L1', at('03:00:00'), { kw: 10 }),
      reading('meter', 'L1', at('11:50:00'), { kw: 20 })
    ])
    await turn()
    const moved = tree.map(each => (each.id === 'L1' ? { ...each, parent: 'F1' } : each))
    rollups.setRegistry(moved)
    await turn()
    expect(rowsOf(store, 'F2', at('03:00:00'), 1)).toEqual([null])
    expect(rowsOf(store, 'F1', at('03:00:00'), 1)).toEqual([10])
    expectWhole(store, moved, at('02:00:00'), at('12:00:30'))
  })

  it('of which only a name changed makes no work', async () => {
    const { rollups, turn } = await setUp()
    await turn()
    rollups.setRegistry(tree.map(each => ({ ...each, name: 'other', capacityKw: 5 })))
    expect(rollups.status().dirtyHours).toBe(0)
  })
})

describe('when the store fails', () => {
  it('nothing marked is lost', async () => {
    const { clock, rollups, turn, store, arrive } = await setUp()
    await turn()
    store.isDown = true
    arrive([
      reading('meter', 'L1', at('03:00:00'), { kw: 10 }),
      reading('meter', 'L1', at('11:50:00'), { kw: 20 })
    ])
    await turn()
    expect(rollups.status().error).toContain('down')
    clock.now = at('17:00:00')
    await turn()
    expect(rollups.status().error).toContain('down')
    store.isDown = false
    await turn()
    expectWhole(store, tree, at('02:00:00'), clock.now)
    expectHalfHours(store, at('02:00:00'), clock.now)
    expect(rollups.status()).toMatchObject({ dirtyHours: 0, dropped: 0 })
  })
})

describe('after a crash', () => {
  /** Numbers in [0, 1), the same for the same seed. */
  function seeded(seed: number): () => number {
    let state = seed
    return () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    }
  }

  it.each([1, 2, 3])('the chart equals the one computed from all raw readings (seed %i)', async seed => {
    const random = seeded(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const start = at('06:00:00')
    const store = memoryStore()
    const notes = memoryNotes<number>()
    const log: Reading[] = []
    let { clock, rollups, turn } = await setUp({ now: start, store, notes })
    const sources = [
      ['meter', 'H1', 1800],
      ['meter', 'H2', 900],
      ['meter', 'L1', 300],
      ['meter', 'L2M', 0],
      ['meter', 'F2M', 0],
      ['transformer', 'T1', 600]
    ] as const

    for (let round = 0; round < 60; round += 1) {
      clock.now += Math.floor(random() * 600) * 1000
      const batch = Array.from({ length: Math.floor(random() * 12) }, () => {
        const [kind, id, intervalS] = pick(sources)
        const lateMs = random() < 0.7 ? random() * 20 * MINUTE : random() * 9 * HOUR
        const ts = Math.floor((clock.now - lateMs) / 15_000) * 15_000
        const kw = Math.round(random() * 100)
        const values =
          kind === 'meter' || random() < 0.5 ? { kw } : { kva: kw + 1, kvar: random() < 0.5 ? 1 : kw }
        return reading(kind, id, ts, values, { intervalS })
      })
      store.put(batch)
      log.push(...batch)
      const fate = random()
      if (fate < 0.15) {
        // Stored, but the process dies before anyone marked it; the note is whatever was last saved.
        const saved = notes.text
        await rollups.stop().catch(() => {})
        notes.text = saved
        clock.now += Math.floor(random() * 3 * 3600) * 1000
        const again = await setUp({ now: clock.now, store, notes })
        clock = again.clock
        rollups = again.rollups
        turn = again.turn
        rollups.mark(batchOf(log.slice(rollups.resumeFrom ?? 0)), log.length)
      } else {
        rollups.mark(batchOf(batch), log.length)
        if (fate < 0.6) await turn()
      }
    }
    await turn()
    expectWhole(store, tree, start - 10 * HOUR, clock.now)
    expectHalfHours(store, start - 10 * HOUR, clock.now)
  })
})
