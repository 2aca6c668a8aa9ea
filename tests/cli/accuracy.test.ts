import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accuracyCommand } from '../../server/cli/accuracy.ts'
import { accuracyOfLoads, type LoadAccuracy } from '../../server/cli/accuracyFolder.ts'
import { loadForms } from '../../server/cli/accuracyForms.ts'
import type { AccuracyRow } from '../../server/cli/accuracyTable.ts'
import { needs } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { asProcess, officeRows, repeatingRows, sharedRows, writeRows } from './loadFiles.ts'
import { saying } from './saying.ts'

const sharedData = needs('shared-data')
let folder: Awaited<ReturnType<typeof tempDir>>

beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

const file = () => join(folder.path, 'load.csv')
const write = (rows: readonly string[]) => writeRows(file(), 'time,kw', rows)
const run = (args: readonly string[]) => saying(accuracyCommand, [...args], {})
const asInReadme = [
  '--interval',
  '60',
  '--whole-days',
  '--low-usage',
  '0',
  '--look-back',
  'all',
  '--min-days',
  '10'
]

/** The placebo table of the data folder's README, percent: load, 10-of-10, multiplicative, additive, High-5-of-10. */
function readmeTable(): { load: string; cells: { rrmse: number; bias: number }[] }[] {
  const text = readFileSync(join(sharedData ?? '', 'README.md'), 'utf8')
  return [...text.matchAll(/^\| (LBNL office|steel plant) \| (.*) \|$/gm)].map(
    ([, load = '', cells = '']) => ({
      load,
      cells: cells.split(' | ').map(cell => {
        const [rrmse = NaN, bias = NaN] = cell.split(' / ').map(part => Number(part.replace('−', '-')))
        return { rrmse, bias }
      })
    })
  )
}

/** Whether the figures are those of the README, within 0.1 point. */
function expectReadme(rows: readonly AccuracyRow[], load: string): void {
  const expected = readmeTable().find(row => row.load === load)?.cells ?? []
  const order = ['10of10 none', '10of10 multiplicative:0.2', '10of10 additive', 'high5of10 none']
  expect(expected).toHaveLength(order.length)
  expected.forEach(({ rrmse, bias }, i) => {
    const row = rows.find(({ method, adjust }) => `${method} ${adjust}` === order[i])
    expect(Math.abs((row?.rrmse ?? NaN) * 100 - rrmse), `${load} ${order[i]} RRMSE`).toBeLessThan(0.1)
    expect(Math.abs((row?.bias ?? NaN) * 100 - bias), `${load} ${order[i]} bias`).toBeLessThan(0.1)
  })
}

describe.skipIf(sharedData === null)('the placebo figures of the README of the data', () => {
  it('from the folder, with the default of a programme beside them', async () => {
    const forms = loadForms.filter(({ file: name }) => /^(lbnl_small|steel)/.test(name))
    const found = new Map<string, LoadAccuracy>()
    for await (const load of accuracyOfLoads(sharedData ?? '', forms)) found.set(load.load, load)
    expect([...found.keys()]).toEqual(['LBNL office', 'steel plant'])
    for (const [name, { windows }] of found) {
      expectReadme(windows['13-17'].methods, name)
      for (const window of Object.values(windows)) {
        expect(window.default).toMatchObject({ method: '10of10', adjust: 'multiplicative:0.2' })
        expect(window.default.rrmse ?? 0).toBeGreaterThan(0.05)
        expect(new Set(window.methods.map(({ method }) => method)).size).toBeGreaterThanOrEqual(8)
      }
    }
  })

  it('from a file, as a process', async () => {
    await write(officeRows(sharedData ?? ''))
    const { code, stdout, stderr } = await asProcess('accuracy', [
      ...[file(), '--hours', '13:00/17:00', '--methods', 'all', '--json', ...asInReadme],
      ...['--exclude-days', '2013-09-02,2013-09-23']
    ])
    expect([code, stderr]).toEqual([0, ''])
    const rows = JSON.parse(stdout) as AccuracyRow[]
    expectReadme(rows, 'LBNL office')
    expect(rows.every(row => Object.keys(row).join() === 'method,adjust,rrmse,bias,days')).toBe(true)
  })

  it('every form has its file, and a folder without any is told', async () => {
    for (const { file: name } of loadForms) {
      expect(readFileSync(join(sharedData ?? '', name)).length).toBeGreaterThan(0)
    }
    expect(await run(['--all', folder.path])).toMatchObject({ code: 1, said: '' })
  })

  it('two weeks of 50 consumers, from the folder as a table', async () => {
    const name = 'tsrepr_50_consumers_halfhourly_2weeks.csv.gz'
    await writeFile(join(folder.path, name), readFileSync(join(sharedData ?? '', name)))
    const { code, said } = await run(['--all', folder.path])
    expect(code).toBe(0)
    expect(said).toMatch(/high4of5 +none +18\.9 \/ \+12\.7 \(5\)/)
    expect(said).toMatch(/default +multiplicative:0\.2 +\d+\.\d/)
  })

  it('the half hours of 2012 in Victoria, across both clock changes', async () => {
    const rows = sharedRows(sharedData ?? '', 'vic_elec.csv.gz')
      .map(([utc, , mw]) => `${utc},${mw}`)
      .slice(0, 366 * 48)
    await write(rows)
    const { code, said } = await run([
      ...[file(), '--time-zone', 'Australia/Melbourne', '--methods', '10of10', '--adjust', 'none', '--json']
    ])
    expect(code).toBe(0)
    const [row] = JSON.parse(said) as AccuracyRow[]
    expect(row).toMatchObject({ method: '10of10', adjust: 'none', days: 256 })
  })
})

describe('accuracy of a load that repeats', () => {
  it('is without error, by every method and adjustment, over midnight too', async () => {
    await write(repeatingRows('2026-05-01T00:00', 60))
    for (const hours of ['13:00/17:00', '18:00/22:00', '22:00/02:00']) {
      const { code, said } = await run([file(), '--hours', hours, '--methods', 'all', '--json'])
      expect(code).toBe(0)
      const rows = JSON.parse(said) as AccuracyRow[]
      expect(rows).toHaveLength(7 * 3 + 1)
      for (const { method, rrmse, bias, days } of rows.filter(({ method }) => method !== 'same-day')) {
        expect([method, rrmse, bias]).toEqual([method, 0, 0])
        expect(days).toBeGreaterThan(15)
      }
    }
  })

  it('says nothing of a method that has too little to rest on, and prints a table without --json', async () => {
    await write(repeatingRows('2026-06-01T00:00', 12))
    const { said } = await run([file(), '--methods', '10of10,high15of20', '--adjust', 'none', '--json'])
    expect(JSON.parse(said)).toEqual([
      { method: '10of10', adjust: 'none', rrmse: 0, bias: 0, days: 5 },
      { method: 'high15of20', adjust: 'none', rrmse: null, bias: null, days: 0 }
    ])
    const table = await run([file(), '--methods', '10of10,high15of20', '--adjust', 'none'])
    expect(table.said.split('\n').map(line => line.replaceAll(/ +/g, ' '))).toEqual([
      ...['method adjustment RRMSE % bias % days', '10of10 none 0.0 0.0 5', 'high15of20 none – – 0']
    ])
  })

  it('leaves out earlier events, holidays and days that were named, both as tried and as basis', async () => {
    await write(repeatingRows('2026-05-01T00:00', 60))
    const days = async (more: readonly string[]) => {
      const { said } = await run([file(), '--methods', '10of10', '--adjust', 'none', '--json', ...more])
      return (JSON.parse(said) as AccuracyRow[])[0]?.days ?? 0
    }
    const all = await days([])
    expect(await days(['--events', '2026-06-10'])).toBe(all - 1)
    expect(await days(['--exclude-days', '2026-06-10,2026-06-11'])).toBe(all - 2)
    expect(await days(['--holidays', '2026-06-10'])).toBe(all - 1)
    expect(await days(['--work-days', 'Mon-Sat'])).toBeGreaterThan(all)
    expect(await days(['--days', 'all'])).toBeGreaterThan(all)
  })

  it.each([
    [['--hours', '13-17'], 'not like 13:00/17:00'],
    [['--hours', '25:00/26:00'], 'not like 13:00/17:00'],
    [['--hours', '13:00/13:00'], 'not like 13:00/17:00'],
    [['--methods', 'all,best'], 'there is no method all'],
    [['--days', 'some'], 'none of: working'],
    [['--event', 'x'], "Unknown option '--event'"],
    [['--all', '.'], 'no file beside it']
  ])('%j: %s', async (args, expected) => {
    await write(repeatingRows('2026-06-01T00:00', 12))
    const { code, said, complained } = await run([file(), ...args])
    expect([code, said]).toEqual([2, ''])
    expect(complained).toContain(expected)
  })

  it('refuses a file that cannot be read with the line, and options without a file', async () => {
    await write([...repeatingRows('2026-06-01T00:00', 12), '2026-06-12T00:00:00+07:00'])
    const { code, said, complained } = await run([file(), '--json'])
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain('line 578: has 1 columns')
    expect(await run(['--hours', '13:00/17:00'])).toMatchObject({ code: 2, said: '' })
    await write(repeatingRows('2026-06-01T00:00', 12))
    const off = await run([file(), '--hours', '13:15/17:00', '--interval', '60'])
    expect([off.code, off.said]).toEqual([2, ''])
    expect(off.complained).toContain('inside a settlement interval of 60 min')
    expect((await run(['--help'])).said).toContain('--methods')
  })
})
