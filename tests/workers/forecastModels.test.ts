import { readdir, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import { fitLoad, forecastLoad } from '../../server/forecast/load/model.ts'
import type { RegularSeries } from '../../server/forecast/load/series.ts'
import { modelFiles } from '../../server/workers/forecastModels.ts'
import { DAY, HOUR, loadAt, temperatureAt } from '../forecastDesk.ts'
import { tempDir } from '../helpers/tempDir.ts'

const calendar = { time: localTime('Asia/Ho_Chi_Minh'), holidays: new Set<string>() }
const midnight = calendar.time.dayStart('2026-06-20')
const noon = midnight + 12 * HOUR
const startMs = midnight - 100 * DAY
const made = (days: number, value: (t: number) => number): RegularSeries => ({
  ...{ startMs, stepMs: HOUR / 2 },
  values: Float64Array.from({ length: days * 48 }, (_, i) => value(startMs + (i * HOUR) / 2))
})
const temperature = made(104, temperatureAt)
const load = (sizeKw: number) => made(100.5, t => loadAt(t, temperatureAt(t), sizeKw))
const fitted = (sizeKw: number) =>
  fitLoad({ load: load(sizeKw), temperature, calendar, knownUntil: midnight })
const ahead = (model: ReturnType<typeof fitLoad>, sizeKw: number) =>
  forecastLoad(model, { load: load(sizeKw), temperature, origin: noon, until: noon + 3 * DAY })

let folder: Awaited<ReturnType<typeof tempDir>>
beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

it('a model from its file foretells what the fitted one does, one after the other in one room', async () => {
  const files = modelFiles(folder.path, calendar)
  const sizes = { F1: 1000, F2: 400 }
  for (const [id, sizeKw] of Object.entries(sizes))
    files.write(id, { model: fitted(sizeKw), historyStart: startMs })
  for (const id of ['F2', 'F1', 'F2'] as const) {
    const kept = files.read(id)
    const direct = ahead(fitted(sizes[id]), sizes[id])
    if (kept === null || direct === null) throw new Error('nothing was kept, or nothing is said')
    const again = ahead(kept.model, sizes[id])
    expect(kept.historyStart).toBe(startMs)
    for (const column of ['p10Kw', 'p50Kw', 'p90Kw'] as const)
      for (const [i, kw] of direct[column].entries())
        expect(Math.abs((again?.[column][i] ?? Number.NaN) / kw - 1)).toBeLessThan(1e-4)
  }
})

it('a model that claims nothing keeps its reason', async () => {
  const files = modelFiles(folder.path, calendar)
  const few = { ...load(1000), values: load(1000).values.subarray(0, 9 * 48) }
  const model = fitLoad({ load: few, temperature: null, calendar, knownUntil: startMs + 9 * DAY })
  files.write('F1', { model, historyStart: startMs })
  expect(files.read('F1')?.model).toMatchObject({ basis: 'none', reason: model.reason })
})

it('one that is missing, damaged or of another version is fitted again', async () => {
  const files = modelFiles(folder.path, calendar)
  expect(files.read('F1')).toBeNull()
  files.write('F1', { model: fitted(1000), historyStart: startMs })
  const bytes = await readFile(`${folder.path}/F1.model`)
  for (const at of [0, 4, 8, bytes.length - 1]) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    await writeFile(`${folder.path}/F1.model`, changed)
    expect(files.read('F1')).toBeNull()
  }
  for (const length of [0, 6, bytes.length - 4]) {
    await writeFile(`${folder.path}/F1.model`, bytes.subarray(0, length))
    expect(files.read('F1')).toBeNull()
  }
  await writeFile(`${folder.path}/F1.model`, Buffer.alloc(9 * 2 ** 20))
  expect(files.read('F1')).toBeNull()
  files.write('F1', { model: fitted(1000), historyStart: startMs })
  expect(await readFile(`${folder.path}/F1.model`)).toEqual(bytes)
  expect((await readdir(folder.path)).length).toBe(1)
})
