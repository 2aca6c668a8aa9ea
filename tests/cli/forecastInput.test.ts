import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { linesOf, MELBOURNE, madeRows, ten, tenArgs } from './forecastFiles.ts'
import { forecastFolder } from './forecastRun.ts'
import { writeRows } from './loadFiles.ts'

const { file, out, run, written, documentOf, writeLoad, folder } = forecastFolder()

describe('the same file written otherwise gives the same bytes', () => {
  const rows = linesOf(madeRows(ten), MELBOURNE)
  const utc = (row: string) => {
    const [time = '', kw] = row.split(',')
    return `${new Date(time).toISOString()},${kw}`
  }
  it.each<[string, string | Buffer]>([
    ['unsorted', ['time,kw', ...[...rows].reverse()].join('\n')],
    ['Windows', `\uFEFFtime,kw\r\n${rows.join('\r\n')}\r\n`],
    ['gzipped', gzipSync(['time,kw', ...rows].join('\n'))],
    ['equal rows twice', ['time,kw', ...rows, ...rows.slice(40, 90)].join('\n')],
    ['in UTC', ['time,kw', ...rows.map(utc)].join('\n')],
    ['quoted', ['"time","kw"', ...rows.map(row => `"${row.replace(',', '","')}"`)].join('\n')],
    ['more columns', ['note,kw,time', ...rows.map(row => `x,${row.split(',').reverse().join()}`)].join('\n')],
    [
      'comments, blank lines and spaces',
      ['# made', 'time,kw', '', ...rows.map(row => ` ${row} `), ''].join('\n')
    ]
  ])('%s', async (_, text) => {
    await writeRows(file(), 'time,kw', rows)
    const expected = await written(tenArgs)
    await writeFile(file(), text)
    expect(await written(tenArgs)).toBe(expected)
  })

  it('a row without a value is a row that is missing', async () => {
    const isGap = (_: string, i: number) => i > 3150 && i < 3200
    await writeRows(
      file(),
      'time,kw',
      rows.filter((row, i) => !isGap(row, i))
    )
    const expected = await written(tenArgs)
    const blank = ['', 'NaN', 'null', 'NA']
    await writeRows(
      file(),
      'time,kw',
      rows.map((row, i) => (isGap(row, i) ? `${row.split(',')[0]},${blank[i % 4]}` : row))
    )
    expect(await written(tenArgs)).toBe(expected)
  })
})

describe('nothing is claimed', () => {
  it('with less than two weeks: the reason, no file, and an earlier file as it was', async () => {
    await writeLoad(madeRows({ zone: MELBOURNE, from: '2014-03-25', days: 16 }))
    const { code, said, complained } = await run(tenArgs)
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain('2014-04-05')
    expect(complained).toContain('two weeks')
    expect(await readdir(folder())).toEqual(['load.csv'])
    await writeFile(out(), 'earlier')
    await run(tenArgs)
    expect(await readFile(out(), 'utf8')).toBe('earlier')
    expect(await readdir(folder())).toEqual(['F.csv', 'load.csv'])
  })

  const good = linesOf(madeRows({ zone: MELBOURNE, from: '2014-03-01', days: 20 }), MELBOURNE)
  const first = good[0]?.split(',') ?? []
  it.each([
    ['a word', `${good[5]?.split(',')[0]},many`, 'load.csv, line 962: kw "many" is no number'],
    ['no offset', '2014-03-30T00:00:00,5', 'line 962: time "2014-03-30T00:00:00" has no offset'],
    [
      'two values',
      `${first[0]},-5`,
      `line 962: kw is -5 at 2014-02-28T13:00:00.000Z, but ${first[1]} on line 2`
    ],
    ['a column more', `${good[0]},1`, 'line 962: has 3 columns, the header 2'],
    ['a value with a comma', '2014-03-30T00:00:00+11:00,"5,2"', 'line 962: kw "5,2" is no number'],
    ['every mistake', 'x,1\n2014-03-30T00:00:00+11:00,y', 'line 963: kw "y" is no number']
  ])('a line that cannot be read: %s', async (_, bad, expected) => {
    await writeRows(file(), 'time,kw', [...good, bad])
    const { code, said, complained } = await run(tenArgs)
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain(expected)
    expect(existsSync(out())).toBe(false)
  })

  it.each([
    ['rows too far apart', 'time,kw', madeRows({ ...ten, minutes: 120 }), 'a row every 120 min'],
    ['another header', 'date,load', madeRows(ten), 'no column time and kw'],
    ['training before the file', 'time,kw', madeRows({ ...ten, from: '2014-05-01' }), 'begins on 2014-05-01']
  ])('%s', async (_, header, rows, expected) => {
    await writeRows(file(), header, linesOf(rows, MELBOURNE))
    const { code, said, complained } = await run(tenArgs)
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain(expected)
  })

  it.each([
    ['temperature', 'time,temp_c\n2014-01-01T00:00Z,warm\n', 't.csv, line 2: temp_c "warm" is no number'],
    ['temperature', 'time,temp_f\n2014-01-01T00:00Z,70\n', 'should be time,temp_c'],
    ['temperature', 'time,temp_c\n2014-01-01T00:00Z,7\n2014-01-01T03:00Z,7\n', 'a row every 180 min'],
    ['holidays', 'date\n2014-02-31\n', 't.csv, line 2: "2014-02-31" is no date']
  ])('--%s %j', async (option, text, expected) => {
    await writeLoad(madeRows(ten))
    await writeFile(file('t.csv'), text)
    const { code, said, complained } = await run([...tenArgs, `--${option}`, file('t.csv')])
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain(expected)
    expect(existsSync(out())).toBe(false)
  })

  it.each([
    [['--test-until', '2014-04-08'], 'say --train-until'],
    [['--train-until', '2014-02-30'], '--train-until 2014-02-30 is no date'],
    [['--train-until', '2014-04-04', '--test-until', '2014-04-04'], 'must be after'],
    [[...tenArgs, '--refit', 'weekly'], '--refit weekly is none of: daily, monthly'],
    [['--train-until', '2014-04-04', '--time-zone', 'Mars/Olympus'], 'no time zone'],
    [['--train-until', '2014-04-04'], 'say which --time-zone'],
    [[...tenArgs, '--holidays', 'none.csv'], '--holidays none.csv is neither a file'],
    [[...tenArgs, '--test-until', '2914-04-04'], 'more than'],
    [[...tenArgs, '--out', 'load.csv'], 'is one of the files that are read'],
    [[...tenArgs, '--color', 'red'], "Unknown option '--color'"]
  ])('%j: %s', async (args, expected) => {
    await writeLoad(madeRows(ten))
    const { code, said, complained } = await run(args.map(arg => (arg === 'load.csv' ? file() : arg)))
    expect([code, said]).toEqual([2, ''])
    expect(complained).toContain(expected)
    expect(complained).toContain('Usage: npm run -s forecast')
  })

  it.each(['', 'date\n', '\uFEFFDate\r\n\r\n"2014-03-10"\r\n', '2014-03-10 \n#2014-03-11\n'])(
    'but a holiday file %j is read',
    async text => {
      await writeLoad(madeRows(ten))
      await writeFile(file('h.csv'), text)
      const { holidays } = await documentOf([...tenArgs, '--holidays', file('h.csv')])
      expect(holidays).toBe(text.includes('10') ? 1 : 0)
    }
  )

  it('a file that cannot be written is said', async () => {
    await writeLoad(madeRows(ten))
    const { code, said, complained } = await run([...tenArgs, '--out', file('no/such/F.csv')])
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain('cannot be written')
  })
})
