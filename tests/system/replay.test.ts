import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { createGunzip } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReadingColumns } from '../../server/contract/grid.ts'
import type { IngestState } from '../../server/contract/sources.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { needs } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

const run = promisify(execFile)
const data = needs('shared-data')
const program = resolve(import.meta.dirname, '../../simulators/replay.ts')
const HOUR = 3_600_000

/** The rows of a file of measurements, by column name; read without any code of the replay. */
async function rowsOf(file: string): Promise<Record<string, string>[]> {
  const lines = createInterface({ input: createReadStream(join(data ?? '', file)).pipe(createGunzip()) })
  const rows: Record<string, string>[] = []
  let header: string[] | null = null
  for await (const line of lines) {
    if (line.startsWith('#')) continue
    const cells = line.split(',')
    if (header === null) header = cells
    else rows.push(Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])))
  }
  return rows
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

describe.skipIf(data === null)('real measurements, replayed', () => {
  let directory: Awaited<ReturnType<typeof tempDir>>
  let gridload: Gridload

  const replay = (file: string, ...options: string[]) =>
    run(process.execPath, [program, join(data ?? '', file), '--mqtt', gridload.broker, ...options])

  const settled = () =>
    until(async () => (await gridload.get<IngestState>('/api/ingest')).store.behindBytes === 0, {
      what: 'everything stored',
      timeoutMs: 60_000
    })

  /** All raw readings of a span, asked for in pieces small enough not to be averaged. */
  async function stored(path: string, field: string, from: number, to: number): Promise<(number | null)[]> {
    const values: (number | null)[] = []
    const piece = 10 * 24 * HOUR
    for (let at = from; at < to; at += piece) {
      const end = Math.min(at + piece, to)
      const columns = await gridload.get<ReadingColumns>(
        `/api/readings/${path}?fields=${field}&points=5000&from=${at}&to=${end}`
      )
      expect(columns.windowMs).toBeNull()
      values.push(...(columns.columns[field] ?? []))
    }
    return values
  }

  beforeAll(async () => {
    directory = await tempDir()
    gridload = await startGridload({ DATA_DIR: directory.path, TIME_ZONE: 'Australia/Melbourne' })
  })
  afterAll(async () => {
    await gridload?.stop()
    await directory?.remove()
  })

  it('the hottest week of Victoria, load and temperature', async () => {
    const [from, to] = [Date.parse('2014-01-12T00:00:00+11:00'), Date.parse('2014-01-19T00:00:00+11:00')]
    await replay(
      'vic_elec.csv.gz',
      ...['--as', 'meter:VIC', '--as', 'weather:MELBOURNE', '--time', 'utc', '--interval', '1800'],
      ...['--zone', 'Australia/Melbourne', '--from', '2014-01-12', '--to', '2014-01-19'],
      ...['--map', 'kw=demand_mw:from=MW', '--map', 'temp_c=temp_c']
    )
    await settled()
    const week = (await rowsOf('vic_elec.csv.gz')).filter(({ utc = '' }) => {
      const t = Date.parse(utc)
      return t >= from && t < to
    })
    expect(week).toHaveLength(7 * 48)
    const kw = await stored('meter/VIC', 'kw', from, to)
    const temperature = await stored('weather/MELBOURNE', 'temp_c', from, to)
    expect(kw).toHaveLength(7 * 48)
    expect(sum(kw as number[])).toBeCloseTo(1000 * sum(week.map(row => Number(row.demand_mw))), 3)
    expect(sum(temperature as number[])).toBeCloseTo(sum(week.map(row => Number(row.temp_c))), 6)
  })

  it('a steel plant as a large consumer: its energy of the year', async () => {
    await replay(
      'steel_plant_korea_15min_2018.csv.gz',
      ...['--as', 'meter:STEEL', '--time', 'interval_end_local', '--zone', 'Asia/Seoul'],
      ...['--interval', '900', '--stamp', 'end', '--map', 'kw=kwh_15min:from=kWh']
    )
    await settled()
    const rows = await rowsOf('steel_plant_korea_15min_2018.csv.gz')
    const kw = await stored(
      'meter/STEEL',
      'kw',
      Date.parse('2018-01-01T00:00:00+09:00') - 24 * HOUR,
      Date.parse('2019-01-02T00:00:00+09:00')
    )
    expect(kw).toHaveLength(rows.length)
    expect(sum(kw as number[]) / 4).toBeCloseTo(sum(rows.map(row => Number(row.kwh_15min))), 3)
  })

  it('a distribution transformer, with the faults of its sensors', async () => {
    await replay(
      'distribution_transformer_monitor_india_2019_2020.csv.gz',
      ...['--as', 'transformer:DT1', '--time', 'local', '--zone', '+05:30'],
      ...['--map', 'kva=VL1*IL1+VL2*IL2+VL3*IL3:scale=0.001', '--map', 'oil_c=OTI']
    )
    await settled()
    // A reading of a transformer needs a power: rows that lack a voltage or a current are left out, and said to be.
    const rows = (await rowsOf('distribution_transformer_monitor_india_2019_2020.csv.gz')).filter(row =>
      ['VL1', 'VL2', 'VL3', 'IL1', 'IL2', 'IL3'].every(name => row[name] !== '')
    )
    // The same stamp again merges: the later row of the file stands.
    const oil = new Map(rows.map(row => [row.local, Number(row.OTI)]))
    const kept = await stored(
      'transformer/DT1',
      'oil_c',
      Date.parse('2019-06-01T00:00:00Z'),
      Date.parse('2020-06-01T00:00:00Z')
    )
    expect(kept).toHaveLength(oil.size)
    expect(sum(kept as number[])).toBeCloseTo(sum([...oil.values()]), 6)
    expect(Math.max(...(kept as number[]))).toBeGreaterThan(200)
  })
})
