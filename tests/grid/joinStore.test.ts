import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { rollupNoteFile } from '../../server/grid/rollupNote.ts'
import { startRollups } from '../../server/grid/rollups.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { openReadingsStore } from '../../server/readings/openReadingsStore.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { at, node, reading } from './nodes.ts'
import { oracleRow } from './rollupsOracle.ts'
import { turns } from './turns.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

const MINUTE = 60_000
const nodes = [
  node('F', 'feeder', null),
  node('T', 'transformer', 'F'),
  node('H', 'meteringPoint', 'T', { reportIntervalS: 1800 }),
  node('L', 'meteringPoint', 'F', { customerId: 'C' })
]

it('the roll-ups of the real store are those of the definition, before and after a restart', async () => {
  const readings: Reading[] = [
    reading('meter', 'H', at('09:30:00') - 24 * 60 * MINUTE, { kw: 2 }, { intervalS: 1800 }),
    reading('meter', 'H', at('11:00:00'), { kw: 4 }, { intervalS: 1800 }),
    reading('meter', 'L', at('11:58:30'), { kw: 100.5, v: 231 }),
    reading('meter', 'L', at('05:00:00'), { kw: 80 }, { intervalS: 300 }),
    reading('transformer', 'T', at('05:01:00'), { kva: 13, kvar: 5, oil_c: 60 }),
    reading('transformer', 'T', at('11:40:00'), { kva: 13 }, { intervalS: 300 })
  ]
  const now = at('12:00:20')
  const expectWhole = async (ids: string[], raw: Reading[], from: number, to: number) => {
    for (const id of ids) {
      const { t, kw, reported, expected } = await store.queryLoad({ node: id, from, to, stepS: 60 })
      expect(t.length).toBeGreaterThan(0)
      for (const [i, minute] of t.entries())
        expect({ minute, kw: kw[i], reported: reported[i], expected: expected[i] }).toEqual({
          minute,
          ...oracleRow(nodes, raw, id, minute, now)
        })
    }
  }
  const start = async () => {
    const notes = rollupNoteFile<number>(`${folder.path}/rollups.json`)
    const { pause, turn } = turns()
    const rollups = await startRollups<number>({ store, notes, now: () => now, quietMs: 0, pause })
    rollups.setRegistry(nodes)
    return { ...rollups, turn }
  }

  const store = await openReadingsStore({ kind: 'sqlite', directory: folder.path }, () => now)
  const first = await start()
  await store.write(batchOf(readings))
  first.mark(batchOf(readings), 1)
  await first.turn()
  await expectWhole(['F', 'T', 'L'], readings, at('04:00:00'), now)
  await expectWhole(
    ['F', 'T'],
    readings,
    at('08:00:00') - 24 * 60 * MINUTE,
    at('12:00:00') - 24 * 60 * MINUTE
  )

  const late = [reading('meter', 'L', at('05:00:00'), { kw: 90 }, { intervalS: 300 })]
  await store.write(batchOf(late))
  first.mark(batchOf(late), 2)
  await first.stop()
  const second = await start()
  expect(second.resumeFrom).toBe(2)
  await second.turn()
  await expectWhole(
    ['F', 'T', 'L'],
    [...readings.filter(each => each.ts !== at('05:00:00')), ...late],
    at('04:00:00'),
    now
  )
  await second.stop()
  await store.stop()
})
