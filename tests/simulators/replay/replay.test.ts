import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openConnection } from '../../../simulators/publish/connection.ts'
import { help } from '../../../simulators/replay/help.ts'
import { parseReplayOptions } from '../../../simulators/replay/options.ts'
import { type ReplaySummary, replay } from '../../../simulators/replay/replay.ts'
import { summaryLines } from '../../../simulators/replay.ts'
import { needs } from '../../helpers/needs.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { startCollectingBroker } from '../collectingBroker.ts'

type Item = Record<string, number>

let folder: Awaited<ReturnType<typeof tempDir>>
let published: { topic: string; items: Item[] }[] = []
let file = ''

beforeEach(async () => {
  published = []
  folder = await tempDir()
  file = join(folder.path, 'load.csv')
})
afterEach(() => folder.remove())

const collect = async (topic: string, payload: string) => {
  const value: unknown = JSON.parse(payload)
  published.push({ topic, items: (Array.isArray(value) ? value : [value]) as Item[] })
}
function run(
  args: string[],
  change: { now?: () => number; signal?: AbortSignal } = {}
): Promise<ReplaySummary> {
  const { now = () => 0, signal = new AbortController().signal } = change
  return replay(parseReplayOptions([file, ...args]), collect, { now, signal })
}
const itemsOf = (topic: string) =>
  published.filter(message => message.topic === topic).flatMap(({ items }) => items)
const sumOf = (items: Item[], member: string) => items.reduce((sum, item) => sum + (item[member] ?? 0), 0)

const example = `# measured by hand
time,Demand (MW),temp_f,note
2026-06-01T00:00,1.5,104,a
2026-06-01T00:15,1.25,,b

2026-06-01T00:30,broken,95,c
# a comment between
yesterday,2,86,d
2026-06-01T00:45,,86,e
2026-06-01T01:00,2,86,"f, g"
`
const both = [
  '--as',
  'meter:M',
  '--as',
  'weather:W',
  '--map',
  'kw=Demand (MW):from=MW',
  '--map',
  'temp_c=temp_f:from=F'
]

describe('a file becomes readings', () => {
  test('of several devices; what is no number is skipped, counted and listed with its line', async () => {
    await writeFile(file, example)
    const summary = await run([...both, '--zone', '+07:00', '--interval', '900'])
    const at = (minutes: number) => Date.parse('2026-05-31T17:00:00Z') + minutes * 60_000
    expect(itemsOf('gridload/v1/meter/M/reading')).toEqual([
      { ts: at(0), interval: 900, kw: 1_500 },
      { ts: at(15), interval: 900, kw: 1_250 },
      { ts: at(60), interval: 900, kw: 2_000 }
    ])
    expect(itemsOf('gridload/v1/weather/W/observation').map(({ temp_c }) => temp_c)).toEqual([40, 35, 30, 30])
    expect(summary).toMatchObject({ rows: 6, outside: 0, badTimes: 1, badCells: 1 })
    expect(summary.listed).toEqual([
      { line: 6, column: 'Demand (MW)', reason: '"broken" is not a number' },
      { line: 8, column: 'time', reason: expect.stringContaining('yesterday') }
    ])
    expect(summary.targets).toMatchObject([
      { id: 'M', readings: 3, messages: 1, sums: { kw: 4_750 } },
      { id: 'W', readings: 4, messages: 1, sums: { temp_c: 135 } }
    ])
    const lines = summaryLines(
      parseReplayOptions([file, ...both, '--zone', 'Z', '--interval', '900']),
      summary
    )
    expect(lines.join('\n')).toContain('sum of kw 4750; 1187.5 kWh')
    expect(lines.join('\n')).toContain('line 6, Demand (MW): "broken" is not a number')
  })

  test('also gzipped, with stamps at the end of the interval, and only the asked range', async () => {
    file = join(folder.path, 'load.csv.gz')
    await writeFile(file, gzipSync(example))
    const summary = await run([
      ...both,
      ...['--zone', 'Z', '--interval', '900', '--stamp', 'end'],
      ...['--from', '2026-06-01', '--to', '2026-06-01T00:45']
    ])
    expect(itemsOf('gridload/v1/meter/M/reading').map(({ ts }) => ts)).toEqual([
      Date.parse('2026-06-01T00:00:00Z')
    ])
    expect(summary.outside).toBe(2)
  })

  test('from products of columns, unknown as soon as one of them is', async () => {
    await writeFile(file, 't;V1;I1;V2;I2\n1514764800;230;10;231;20\n1514764860;230;;231;20\n')
    const phases = ['--as', 'transformer:T', '--map', 'kva=V1*I1+V2*I2:scale=0.001', '--map', 'v=V1']
    const summary = await run([...phases, '--time-format', 'epoch-s', '--delimiter', ';'])
    expect(itemsOf('gridload/v1/transformer/T/reading')).toEqual([
      { ts: 1_514_764_800_000, kva: 6.92, v: 230 }
    ])
    expect(summary.targets[0]?.readings).toBe(1)
  })

  test('a row that is too short has unknown cells, not shifted ones', async () => {
    await writeFile(file, 't,a,b\n2026-06-01T00:00Z,1\n2026-06-01T00:01Z,2,3\n')
    await run(['--as', 'meter:M', '--map', 'kw=b'])
    expect(itemsOf('gridload/v1/meter/M/reading').map(({ kw }) => kw)).toEqual([3])
  })
})

test.each([
  [['--map', 'kw=nope'], /--map kw=nope: the file has no column "nope"; it has time, Demand \(MW\)/],
  [['--map', 'kw=temp_f', '--time', 'when'], /--time: the file has no column "when"/]
])('%j is refused', async (args, message) => {
  await writeFile(file, example)
  await expect(run(['--as', 'meter:M', ...args])).rejects.toThrow(message)
})

test('a file that is not there, or not gzip, is refused', async () => {
  await expect(run(['--as', 'meter:M', '--map', 'kw=a'])).rejects.toThrow(/ENOENT/)
  file = join(folder.path, 'load.csv.gz')
  await writeFile(file, 'plain text')
  await expect(run(['--as', 'meter:M', '--map', 'kw=a'])).rejects.toThrow(/header/)
})

test('a broker that refuses ends the replay', async () => {
  await writeFile(file, example)
  const refused = replay(
    parseReplayOptions([file, ...both, '--zone', 'Z']),
    () => Promise.reject(new Error('no')),
    {
      now: () => 0,
      signal: new AbortController().signal
    }
  )
  await expect(refused).rejects.toThrow('no')
})

describe('speed', () => {
  const minute = 't,kw\n2026-06-01T00:00:00Z,1\n2026-06-01T00:00:30Z,2\n2026-06-01T00:01:00Z,3\n'

  test('each reading is sent by itself at its moment', async () => {
    await writeFile(file, minute)
    let now = 1_000
    const waits: number[] = []
    await replay(parseReplayOptions([file, '--as', 'meter:M', '--map', 'kw=kw', '--speed', '60']), collect, {
      now: () => now,
      signal: new AbortController().signal,
      wait: async ms => {
        waits.push(ms)
        now += ms
      }
    })
    expect(published.map(({ items }) => items.length)).toEqual([1, 1, 1])
    expect(waits).toEqual([500, 500])
  })

  test('shifted to now the last interval ends when the replay does', async () => {
    await writeFile(file, minute)
    const now = Date.parse('2026-11-01T12:00:00Z')
    const summary = await run(
      ['--as', 'meter:M', '--map', 'kw=kw', '--interval', '30', '--shift-to', 'now'],
      {
        now: () => now
      }
    )
    expect(itemsOf('gridload/v1/meter/M/reading').map(({ ts = 0 }) => now - ts)).toEqual([
      90_000, 60_000, 30_000
    ])
    expect(summary.shiftMs).toBe(now - 30_000 - Date.parse('2026-06-01T00:01:00Z'))
  })

  test('an interrupted replay says what it has done', async () => {
    await writeFile(file, minute)
    const stopping = new AbortController()
    const running = replay(
      parseReplayOptions([file, '--as', 'meter:M', '--map', 'kw=kw', '--speed', '0.001']),
      async (topic, payload) => {
        await collect(topic, payload)
        stopping.abort()
      },
      { now: () => performance.now(), signal: stopping.signal }
    )
    expect((await running).targets[0]?.readings).toBe(1)
  })
})

const data = needs('shared-data')
describe.skipIf(data === null)('the commands of the help, through a broker', () => {
  /** The rows of a file, read independently of the replay. */
  function rowsOf(name: string): Record<string, string>[] {
    const [header = '', ...lines] = gunzipSync(readFileSync(join(data ?? '', name)))
      .toString('utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
    const names = header.split(',')
    return lines.map(line =>
      Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell]))
    )
  }

  /** Runs the help's command for this file against a broker in this process. */
  async function command(name: string): Promise<ReplaySummary> {
    const line =
      help
        .replaceAll('\\\n', ' ')
        .split('\n')
        .find(text => text.includes(name)) ?? ''
    const args = line.trim().split(/\s+/).slice(5)
    const broker = await startCollectingBroker((topic, payload) => void collect(topic, String(payload)))
    const connection = openConnection(broker.url, { clientId: 'replay', log: () => {} })
    const options = parseReplayOptions([join(data ?? '', name), ...args])
    const summary = await replay(options, connection.publish, {
      now: Date.now,
      signal: new AbortController().signal
    })
    await connection.stop()
    await broker.stop()
    return summary
  }

  test('the hottest week of Victoria', async () => {
    const rows = rowsOf('vic_elec.csv.gz')
    const highs = new Map<string, number>()
    for (const { local = '', temp_c } of rows) {
      const day = local.slice(0, 10)
      highs.set(day, Math.max(highs.get(day) ?? Number.NEGATIVE_INFINITY, Number(temp_c)))
    }
    const days = [...highs.keys()]
    const heat = (first: number) =>
      days.slice(first, first + 7).reduce((sum, day) => sum + (highs.get(day) ?? 0), 0)
    const hottest = days
      .map((_, first) => first)
      .reduce((best, first) => (heat(first) > heat(best) ? first : best), 0)
    expect([days[hottest], days[hottest + 6]]).toEqual(['2014-01-12', '2014-01-18'])

    const summary = await command('vic_elec.csv.gz')
    const week = rows.filter(({ local = '' }) => local >= '2014-01-12' && local < '2014-01-19')
    const load = itemsOf('gridload/v1/meter/VIC/reading')
    const weather = itemsOf('gridload/v1/weather/MELBOURNE/observation')
    expect([load.length, weather.length, week.length]).toEqual([336, 336, 336])
    const demandMw = week.reduce((sum, row) => sum + Number(row.demand_mw), 0)
    expect(sumOf(load, 'kw')).toBeCloseTo(demandMw * 1_000, 3)
    expect(summary.targets[0]?.sums.kw).toBeCloseTo(demandMw * 1_000, 3)
    expect(Math.max(...weather.map(({ temp_c = 0 }) => temp_c))).toBe(43.2)
    expect(load.map(({ ts }) => ts)).toEqual(week.map(({ utc = '' }) => Date.parse(utc)))
  })

  test('the steel plant: its energies as mean power of the interval before the stamp', async () => {
    const summary = await command('steel_plant_korea_15min_2018.csv.gz')
    const rows = rowsOf('steel_plant_korea_15min_2018.csv.gz')
    const items = itemsOf('gridload/v1/meter/STEEL/reading')
    expect(items.length).toBe(35_040)
    const kwh = rows.reduce((sum, row) => sum + Number(row.kwh_15min), 0)
    expect(sumOf(items, 'kw') / 4).toBeCloseTo(kwh, 3)
    expect(Math.max(...items.map(({ kw = 0 }) => kw))).toBeCloseTo(628.72, 6)
    expect(items[0]?.ts).toBe(Date.parse('2018-01-01T00:00:00+09:00'))
    expect(summary).toMatchObject({ badCells: 0, badTimes: 0 })
  })

  test('the transformer: apparent power of its phases; rows without them are skipped', async () => {
    const summary = await command('distribution_transformer_monitor_india_2019_2020.csv.gz')
    const rows = rowsOf('distribution_transformer_monitor_india_2019_2020.csv.gz').filter(
      row => row.VL1 !== ''
    )
    const items = itemsOf('gridload/v1/transformer/DT1/reading')
    expect(items.length).toBe(rows.length)
    const kva = (row: Record<string, string>) =>
      [1, 2, 3].reduce(
        (sum, phase) => sum + (Number(row[`VL${phase}`]) * Number(row[`IL${phase}`])) / 1_000,
        0
      )
    expect(sumOf(items, 'kva')).toBeCloseTo(
      rows.reduce((sum, row) => sum + kva(row), 0),
      3
    )
    expect(Math.max(...items.map(({ oil_c = 0 }) => oil_c))).toBe(
      Math.max(...rows.map(row => Number(row.OTI)))
    )
    expect(summary.targets[0]?.readings).toBe(18_915)
    expect(summary.rows).toBe(19_562)
  })
})
