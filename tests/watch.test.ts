import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { readConfig } from '../server/config.ts'
import type { TransformerState } from '../server/contract/transformers.ts'
import { createLiveGrid } from '../server/grid/live.ts'
import { openRecords, type Records } from '../server/records/openRecords.ts'
import type { ForecastAhead } from '../server/rules/snapshot.ts'
import { openWatch } from '../server/watch.ts'
import { node } from './grid/nodes.ts'
import { tempDir } from './helpers/tempDir.ts'
import { issue, peak } from './rules/aheadScenes.ts'
import { t0 } from './rules/snapshots.ts'
import { transformer } from './rules/transformers.ts'

const timeZone = 'Asia/Ho_Chi_Minh'
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function records(): Promise<Records> {
  const folder = await tempDir()
  closing.push(folder.remove)
  const opened = await openRecords({ file: join(folder.path, 'records.sqlite') })
  closing.push(opened.stop)
  return opened
}

/** The rules at work on real records; a grid of a feeder F over a transformer T, that nobody reads. */
async function watching({ findings }: Records, environment: Record<string, string> = {}) {
  const grid = createLiveGrid({ localDate: t => new Date(t).toISOString().slice(0, 10) })
  const nodes = [node('F', 'feeder', null, { capacityKw: 10_000 }), node('T', 'transformer', 'F')]
  grid.setRegistry(nodes)
  const state = { nodes, customers: [], enrolments: [], nodesOfCustomer: new Map() }
  const read = readConfig(environment)
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  let forecasts: ForecastAhead[] = []
  let transformers: TransformerState[] = []
  let now = t0
  const watch = await openWatch({
    ...{ grid, register: { state }, findings, rules: read.config.rules, timeZone },
    now: () => now,
    forecasts: () => forecasts,
    transformers: () => transformers
  })
  const at = (seconds: number) => {
    now = t0 + seconds * 1000
    return watch.evaluate(now)
  }
  return {
    watch,
    foretell(seconds: number, probability: number) {
      forecasts = [issue('F', seconds, peak(probability))]
      return at(seconds)
    },
    measure(seconds: number, rest: Partial<TransformerState>) {
      transformers = [transformer({ at: new Date(t0 + seconds * 1000).toISOString(), ...rest })]
      return at(seconds)
    },
    at
  }
}

const lan = { by: 'Lan', byId: 'usr-lan' }

it('a peak ahead is kept, acknowledged, withdrawn to be acknowledged anew, and goes on over a restart', async () => {
  const kept = await records()
  const first = await watching(kept)
  const [raised] = await first.foretell(0, 0.62)
  const id = raised?.id ?? ''
  expect(await kept.findings.get(id)).toEqual(raised)
  await first.watch.acknowledge(id, lan)
  expect(await first.foretell(1800, 0.7)).toMatchObject([{ id, acknowledged: { by: 'Lan' } }])

  const second = await watching(kept)
  expect(await second.foretell(1800, 0.7)).toEqual([])
  await second.foretell(3600, 0.1)
  expect(await second.foretell(5400, 0.08)).toMatchObject([
    { id, acknowledged: null, facts: { withdrawn: 1 } }
  ])
  expect(await kept.findings.open()).toMatchObject([{ id, acknowledged: null }])
  await second.watch.acknowledge(id, lan)
  expect(await kept.findings.open()).toEqual([])

  const third = await watching(kept)
  expect(await third.foretell(7200, 0.1)).toEqual([])
  expect(await third.foretell(9000, 0.5)).toMatchObject([{ id, clearedAt: null, acknowledged: null }])
  expect(await kept.findings.list({ limit: 9 })).toHaveLength(1)
})

it('the local day of the time zone hands it over', async () => {
  const { foretell, at } = await watching(await records())
  await foretell(0, 0.62)
  // t0 is 13:00 in Vietnam on the 20th; the warned day, the 21st, is over 35 hours later.
  expect((await at(35 * 3600 - 1)).flatMap(({ clearedAt }) => clearedAt ?? [])).toEqual([])
  expect(await at(35 * 3600)).toMatchObject([{ facts: { withdrawn: 0 }, clearedAt: expect.any(String) }])
})

it('a transformer’s limit and its oil are findings of their own', async () => {
  const { measure } = await watching(await records())
  const since = new Date(t0).toISOString()
  const oil = {
    ...{
      verdict: 'cooling-fault' as const,
      since,
      driftK: 9,
      advice: 'transformer-test' as const,
      reason: null
    }
  }
  await measure(0, { hotSpotC: 125, oil })
  expect(await measure(60, { hotSpotC: 125, oil })).toMatchObject([
    { kind: 'transformer-limit', nodeId: 'T' }
  ])
  const changed = await measure(600, { hotSpotC: 125, oil })
  expect(changed.map(({ kind }) => kind)).toContain('transformer-cooling')
})

it('the settings decide from which probability on', async () => {
  const { foretell } = await watching(await records(), { HEAT_AHEAD_RAISE: '0.7', HEAT_AHEAD_CLEAR: '0.5' })
  expect(await foretell(0, 0.69)).toEqual([])
  expect(await foretell(1800, 0.7)).toHaveLength(1)
  await foretell(3600, 0.49)
  expect(await foretell(5400, 0.49)).toMatchObject([{ facts: { withdrawn: 1 } }])
})
