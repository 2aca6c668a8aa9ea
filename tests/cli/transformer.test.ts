import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { transformerCommand } from '../../server/cli/transformer.ts'
import { goldenRows } from '../forecast/transformer/golden.ts'
import { needs } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { writeRows } from './loadFiles.ts'
import { saying } from './saying.ts'

const sharedData = needs('shared-data')
let folder: Awaited<ReturnType<typeof tempDir>>

beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

const file = (name = 'load.csv') => join(folder.path, name)
const run = (args: readonly string[]) => saying(transformerCommand, [file(), ...args], {})
const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 0, minute)).toISOString()

/** The numbers of the result, row by row, with the time before them. */
async function result(args: readonly string[]) {
  const { code, complained } = await run([...args, '--out', file('out.csv')])
  expect([code, complained]).toEqual([0, ''])
  const [header, ...rows] = (await readFile(file('out.csv'), 'utf8')).trimEnd().split('\n')
  expect(header).toBe('time,top_oil_c,hot_spot_c,ageing_rate')
  return rows.map(row => {
    const [time = '', ...numbers] = row.split(',')
    const [topOilC = NaN, hotSpotC = NaN, rate = NaN] = numbers.map(Number)
    return { time, topOilC, hotSpotC, rate }
  })
}

describe.skipIf(sharedData === null)('the golden step of 16 loads', () => {
  const power = { x: 0.8, y: 1.3, R: 5, k11: 0.5, k21: 2, k22: 2, topOilRiseK: 60, hotSpotRiseK: 1.1 * 17 }
  const cases = [
    { name: 'distribution', cooling: 'distribution', surcharge: 0, constants: {} },
    { name: 'onan_power', cooling: 'ONAN', surcharge: 20, constants: power },
    { name: 'onaf_power', cooling: 'ONAF', surcharge: 20, constants: power }
  ]
  // The surcharge stands in the rise of the oil of one kind, in the ambient temperature of the others.
  cases[0] = { ...cases[0], constants: { topOilRiseK: 80, hotSpotRiseK: 1.1 * 23 } } as (typeof cases)[0]

  it.each(cases)('$name: within 1e-6 summed', async ({ name, cooling, surcharge, constants }) => {
    const golden = goldenRows(sharedData ?? '', 'golden_transformer_step16.csv').filter(
      row => row[0] === name
    )
    expect(golden).toHaveLength(16)
    await writeRows(
      file(),
      'time,load_a,ambient_c',
      golden.map(
        ([, minute, ampere, ambient]) => `${at(Number(minute))},${ampere},${Number(ambient) + surcharge}`
      )
    )
    const rows = await result([
      ...['--cooling', cooling, '--start', 'ambient', '--rated-a', '1500'],
      ...['--constants', JSON.stringify(constants)]
    ])
    const off = golden.map(([, , , , oil, spot], i) => [
      Math.abs((rows[i]?.topOilC ?? NaN) - Number(oil)),
      Math.abs((rows[i]?.hotSpotC ?? NaN) - Number(spot))
    ])
    for (const column of [0, 1])
      expect(off.reduce((sum, one) => sum + (one[column] ?? NaN), 0)).toBeLessThan(1e-6)
  })
})

describe('any load that is a finite number', () => {
  it('every row has numbers, in the order of time, as its time is written', async () => {
    await writeRows(file(), 'ambient_c,note,time,load_pu', [
      '20,a,2026-06-01T00:00:00+07:00,0.5',
      '-30,b,2026-05-31T17:00:01Z,-1.2',
      '1e300,c,2026-06-01T00:07:00+07:00,1e200',
      '-1e308,d,2026-06-01T09:00:00+07:00,0',
      '25,e,2027-06-01T00:00:00+07:00,1e-300'
    ])
    const { code, complained } = await run(['--cooling', 'ONAN', '--out', file('out.csv')])
    expect(code).toBe(0)
    expect(complained).toContain('beyond the largest number')
    const rows = (await readFile(file('out.csv'), 'utf8')).trimEnd().split('\n').slice(1)
    expect(rows.map(row => row.split(',')[0])).toEqual([
      ...['2026-06-01T00:00:00+07:00', '2026-05-31T17:00:01Z', '2026-06-01T00:07:00+07:00'],
      ...['2026-06-01T09:00:00+07:00', '2027-06-01T00:00:00+07:00']
    ])
    for (const row of rows) expect(row.split(',').slice(1).map(Number).every(Number.isFinite)).toBe(true)
    const last = rows.at(-1)?.split(',').map(Number)
    expect(last?.[1]).toBeCloseTo(25 + 52 / 7 ** 0.8, 6)
  })

  it('steady is in balance with the first row, ambient is cold', async () => {
    await writeRows(file(), 'time,load_pu,ambient_c', [`${at(0)},1,20`, `${at(60)},1,20`, `${at(61)},1,20`])
    const steady = await result(['--cooling', 'ONAF', '--start', 'steady'])
    for (const { topOilC, hotSpotC, rate } of steady) {
      expect(topOilC).toBeCloseTo(72, 9)
      expect(hotSpotC).toBeCloseTo(98, 9)
      expect(rate).toBeCloseTo(1, 9)
    }
    const [cold] = await result(['--cooling', 'ONAF', '--start', 'ambient', '--paper', 'upgraded'])
    expect(cold).toMatchObject({ topOilC: 20, hotSpotC: 20 })
    expect(cold?.rate).toBeCloseTo(Math.exp(15_000 / 383 - 15_000 / 293), 12)
  })

  it('the sign of the load is no matter; the step is none', async () => {
    const loads = [0.4, 1.1, 1.1, 1.1, 0.2]
    await writeRows(
      file(),
      'time,load_pu,ambient_c',
      loads.map((pu, i) => `${at(i * 90)},${pu},25`)
    )
    const wide = await result(['--cooling', 'OF'])
    const fine = loads.flatMap((pu, i) =>
      i === 0 ? [`${at(0)},${pu},25`] : [-60, -59, -7, 0].map(early => `${at(i * 90 + early)},${-pu},25`)
    )
    await writeRows(file(), 'time,load_pu,ambient_c', fine)
    const narrow = (await result(['--cooling', 'OF'])).filter((_, i) => i % 4 === 0)
    for (const [i, { topOilC, hotSpotC }] of wide.entries()) {
      expect(narrow[i]?.topOilC).toBeCloseTo(topOilC, 9)
      expect(narrow[i]?.hotSpotC).toBeCloseTo(hotSpotC, 9)
    }
  })

  it('times without an offset count as they stand', async () => {
    await writeRows(file(), 'time,load_pu,ambient_c', ['2026-06-01 00:00,1,20', '2026-06-01 01:00,1,20'])
    expect((await result(['--cooling', 'OD'])).map(({ time }) => time)).toEqual([
      ...['2026-06-01 00:00', '2026-06-01 01:00']
    ])
  })

  it('without --out the result is printed', async () => {
    await writeRows(file(), 'time,load_pu,ambient_c', [`${at(0)},0,20`])
    const { said } = await run(['--cooling', 'distribution', '--start', 'ambient'])
    expect(said).toBe(`time,top_oil_c,hot_spot_c,ageing_rate\n${at(0)},20,20,${2 ** (-78 / 6)}`)
  })
})

describe('what cannot be read', () => {
  const header = 'time,load_pu,ambient_c'
  const good = `${at(0)},1,20`

  it.each([
    ['a word', [good, `${at(15)},high,20`], 'line 3: load_pu "high" is no number'],
    ['nothing', [good, `${at(15)},1,`], 'line 3: ambient_c is empty'],
    ['no finite number', [`${at(15)},1e999,20`], 'line 2: load_pu "1e999" is no number'],
    ['a time that is none', [good, 'noon,1,20'], 'line 3: time "noon" is no time'],
    ['a day that is none', ['2026-02-30T00:00:00,1,20'], 'line 2: time "2026-02-30T00:00:00" does not exist'],
    [
      'times with and without offset',
      [good, '2026-06-01T01:00,1,20'],
      'has no offset from UTC, unlike the first'
    ],
    ['too few columns', [good, `${at(15)},1`], 'line 3: has 2 columns, the header 3'],
    ['two loads at one time', [good, `${at(0)},2,20`], 'line 3: load_pu is 2'],
    ['no rows', [], 'has no rows']
  ])('%s', async (_, rows, reason) => {
    await writeRows(file(), header, rows)
    const { code, said, complained } = await run(['--cooling', 'ONAN', '--out', file('out.csv')])
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain(file())
    expect(complained).toContain(reason)
    expect(await readdir(folder.path)).toEqual(['load.csv'])
  })

  it.each([
    ['load_a', [], 'no column load_pu; amperes in load_a need --rated-a'],
    ['load_pu', ['--rated-a', '100'], 'no column load_a; with load_pu leave --rated-a out'],
    ['load_pu,load_pu', [], '2 columns load_pu']
  ])('a header time,%s', async (name, more, reason) => {
    await writeFile(file(), `time,${name},ambient_c\n`)
    const { code, complained } = await run(['--cooling', 'ONAN', ...more])
    expect([code, complained]).toEqual([1, expect.stringContaining(`line 1: the header has ${reason}`)])
  })

  it.each([
    [[], 'say --cooling'],
    [['--cooling', 'air'], 'not air'],
    [['--cooling', 'OF', '--start', 'hot'], 'say --start steady|ambient, not hot'],
    [['--cooling', 'OF', '--rated-a', '0'], '--rated-a 0 is no number above zero'],
    [['--cooling', 'OF', '--constants', '{x:1}'], '--constants is no JSON'],
    [['--cooling', 'OF', '--constants', '[1]'], '--constants is no JSON object'],
    [['--cooling', 'OF', '--constants', '{"z":1}'], 'z is no constant'],
    [['--cooling', 'OF', '--constants', '{"x":"1"}'], 'x is no finite number'],
    [['--cooling', 'OF', '--constants', '{"tauOilMin":0}'], 'tauOilMin is 0: it must be above zero']
  ])('%j', async (args, reason) => {
    await writeRows(file(), header, [good])
    const { code, complained } = await run(args)
    expect([code, complained]).toEqual([2, expect.stringContaining(reason)])
  })

  it('a folder that is not there, and a result that stays as it was', async () => {
    await writeRows(file(), header, [good])
    const away = await run(['--cooling', 'OF', '--out', file('none/out.csv')])
    expect([away.code, away.complained]).toEqual([1, expect.stringContaining('cannot be written')])
    const itself = await run(['--cooling', 'OF', '--out', file()])
    expect([itself.code, itself.complained]).toEqual([
      2,
      expect.stringContaining('is the file with the load')
    ])
    await writeFile(file('out.csv'), 'before')
    await writeRows(file(), header, [good, 'x,y,z'])
    await run(['--cooling', 'OF', '--out', file('out.csv')])
    expect(await readFile(file('out.csv'), 'utf8')).toBe('before')
  })
})
