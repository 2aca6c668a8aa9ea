import { expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { createLiveGrid } from '../../server/grid/live.ts'
import { type RestoreStore, restoreLive } from '../../server/grid/restore.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { at, node, reading } from './nodes.ts'

const localDate = (t: number) => new Date(t + 7 * 3_600_000).toISOString().slice(0, 10)
const now = at('12:00:00')
const HOUR = 3_600_000

/** A question for the newest of each id: of how many ids (null: of all), and for how many at most. */
interface Asked {
  kind: string
  ids: number | null
  most: number | undefined
}

/** A store that answers from a list, as the real ones do. */
function storeOf(readings: Reading[], asked: Asked[] = []): RestoreStore {
  return {
    latest: async ({ kind, ids, notBefore, most }) => {
      asked.push({ kind, ids: ids?.length ?? null, most })
      const found = new Map<string, Reading>()
      for (const each of readings)
        if (each.kind === kind && each.ts >= notBefore && ids?.includes(each.id) !== false)
          found.set(each.id, each)
      return found
    },
    query: async ({ kind, id, from, to, fields }) => {
      const rows = readings.filter(
        each => each.kind === kind && each.id === id && each.ts >= from && each.ts < to
      )
      const columns = Object.fromEntries(
        fields.map(field => [field, rows.map(row => row.values[field] ?? null)])
      )
      return { t: rows.map(row => row.ts), intervalS: rows.map(row => row.intervalS), columns }
    }
  }
}

it('knows after a restart what it knew before: loads, silence, and how hot the day was and gets', async () => {
  const nodes = [
    node('F', 'feeder', null, { weather: 'W' }),
    node('TX', 'transformer', 'F', { ratingKva: 100 }),
    node('A', 'meteringPoint', 'F'),
    node('B', 'meteringPoint', 'F')
  ]
  const store = storeOf([
    reading('meter', 'A', now - 60_000, { kw: 5 }),
    reading('meter', 'B', now - 24 * HOUR, { kw: 6 }),
    reading('meter', 'stray', now - 60_000, { kw: 7 }),
    reading('transformer', 'TX', now - 60_000, { kw: 50 }),
    reading('weather', 'W', now - 5 * HOUR, { temp_c: 37 }),
    reading('weather', 'W', now - 60_000, { temp_c: 33 }),
    reading('forecast', 'W', now + HOUR, { temp_c: 35 }, { intervalS: 3600, issued: null })
  ])
  const grid = createLiveGrid({ localDate })
  grid.setRegistry(nodes)
  await restoreLive(grid, nodes, store, now)

  const { nodes: loads, silent } = grid.snapshot(now)
  const sources = grid.sources(now)
  expect(loads[0]).toMatchObject({ load: { loadKw: 55, reported: 2, expected: 3, temperatureC: 33 } })
  expect(loads[0]).toMatchObject({ maxTemperatureC: 37, maxTemperatureIsForecast: false })
  expect(silent.map(({ id }) => id)).toEqual(['B'])
  expect(sources.map(({ id, state, arrivedAt }) => [id, state, arrivedAt])).toEqual([
    ['TX', 'fresh', null],
    ['A', 'fresh', null],
    ['B', 'silent', null],
    ['W', 'fresh', null],
    ['stray', 'fresh', null]
  ])
  expect(sources.filter(({ nodeId }) => nodeId === null)).toMatchObject([{ id: 'stray' }])
  // 12:00 UTC is 19:00 at UTC+7: five hours later a new day has begun.
  grid.apply(
    batchOf([reading('forecast', 'W', now + HOUR, { temp_c: 39 }, { intervalS: 3600, issued: now })]),
    now
  )
  expect(grid.snapshot(now).nodes[0]).toMatchObject({ maxTemperatureC: 39, maxTemperatureIsForecast: true })
  expect(grid.snapshot(now + 6 * HOUR).nodes[0]).toMatchObject({ maxTemperatureC: null })
})

it('asks for the registered sources in parts, and for a bounded number of all others', async () => {
  const nodes = Array.from({ length: 1200 }, (_, i) => node(`M${i}`, 'meteringPoint', null))
  const asked: Asked[] = []
  const store = storeOf([reading('meter', 'M1199', now - 60_000, { kw: 5 })], asked)
  const grid = createLiveGrid({ localDate })
  grid.setRegistry(nodes)
  await restoreLive(grid, nodes, store, now)
  const ofMeters = asked.filter(({ kind }) => kind === 'meter')
  expect(ofMeters.map(({ ids }) => ids)).toEqual([500, 500, 200, null])
  expect(ofMeters.at(-1)?.most).toBe(6200)
  expect(grid.states(now)).toEqual([])
  expect(grid.loadKw('M1199', now)).toBe(5)
})
