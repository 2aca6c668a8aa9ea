import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BaselineDocument, baselineCommand } from '../../server/cli/baseline.ts'
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

const file = (name = 'load.csv') => join(folder.path, name)
const write = (rows: readonly string[], header = 'time,kw') => writeRows(file(), header, rows)
const run = (args: readonly string[]) => saying(baselineCommand, [...args], {})
const documentOf = async (args: readonly string[]) => {
  const { code, said, complained } = await run([file(), ...args, '--json'])
  expect([code, complained]).toEqual([0, ''])
  return JSON.parse(said) as BaselineDocument
}

describe.skipIf(sharedData === null)('the real event of the LBNL office', () => {
  const office = officeRows(sharedData ?? '')
  const event = ['--event', '2013-09-23T14:00:00-07:00/PT2H', '--holidays', '2013-09-02']
  const zone = ['--time-zone', 'America/Los_Angeles']

  it('as a process: 2.779 kWh unadjusted, 3.347 kWh with the factor 1.0178', async () => {
    await write(office)
    const plain = ['--method', '10of10', '--adjust', 'none', '--json']
    const first = await asProcess('baseline', [file(), ...event, ...zone, ...plain])
    expect([first.code, first.stderr]).toEqual([0, ''])
    const raw = JSON.parse(first.stdout) as BaselineDocument
    expect(raw.intervals).toHaveLength(8)
    expect(raw.intervals[0]?.start).toBe('2013-09-23T14:00:00-07:00')
    expect(raw.totals.deliveredKwh).toBeCloseTo(2.779, 3)
    expect((raw.totals.baselineKwh ?? 0) / 2).toBeCloseTo(15.992, 3)
    expect((raw.totals.actualKwh ?? 0) / 2).toBeCloseTo(14.603, 3)
    expect(raw.factor).toBeNull()

    const adjusted = await documentOf([
      ...[...event, ...zone, '--adjust', 'multiplicative:0.2', '--window=-4h/-1h']
    ])
    expect(adjusted.factor).toBeCloseTo(1.0178, 4)
    expect(adjusted.totals.deliveredKwh).toBeCloseTo(3.347, 3)
    expect(adjusted.daysUsed.slice(0, 5)).toEqual([
      ...['2013-09-20', '2013-09-19', '2013-09-18', '2013-09-17', '2013-09-11']
    ])
    expect(adjusted.daysRejected).toContainEqual({ day: '2013-09-02', cause: 'holiday', reason: 'holiday' })
    expect(adjusted.daysRejected.find(({ day }) => day === '2013-09-16')?.cause).toBe('gaps')
    expect(adjusted.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('the same digits and hash from rows in another order, doubled, in UTC, and gzipped', async () => {
    await write(office)
    const expected = await documentOf([...event, ...zone])
    const utc = office.map(row => {
      const [time = '', kw] = row.split(',')
      return `${new Date(time).toISOString()},${kw}0`
    })
    const shuffled = [...utc, ...office.slice(100, 300)].sort((a, b) => (a.slice(12) < b.slice(12) ? 1 : -1))
    await writeFile(file(), gzipSync(`\uFEFFkw,note,time\r\n${shuffled.map(turned).join('\r\n')}\r\n`))
    expect(await documentOf([...event, ...zone])).toEqual(expected)
  })

  const turned = (row: string) => {
    const [time, kw] = row.split(',')
    return `${kw},"a, b",${time}`
  }

  it.each(['10of10 high4of5 high5of10 mid6of10 mid8of10 high15of20 same-day match-day'.split(' ')])(
    '%s, …: every method has a baseline',
    async (...methods) => {
      await write(office)
      for (const method of methods) {
        const { intervals } = await documentOf([...event, ...zone, '--method', method])
        expect(intervals.every(({ baselineKw }) => (baselineKw ?? 0) > 5)).toBe(true)
      }
    }
  )

  it('weather, with a file of temperatures; without one it says what is missing', async () => {
    await write(office)
    const temperatures = sharedRows(sharedData ?? '', 'lbnl_small_office_hourly_temp_f_2013.csv.gz')
      .filter(([, f]) => Number.isFinite(Number(f)) && f !== '')
      .map(([local = '', f]) => `${local.replace(' ', 'T')}-07:00,${((Number(f) - 32) * 5) / 9}`)
    await writeRows(file('temperature.csv'), 'time,temp_c', temperatures)
    const weather = [...event, ...zone, '--method', 'weather']
    const { totals } = await documentOf([...weather, '--temperature', file('temperature.csv')])
    expect(totals.baselineKwh ?? 0).toBeGreaterThan(25)
    expect(await run([file(), ...weather])).toMatchObject({
      ...{ code: 1, said: '', complained: expect.stringContaining('no outdoor temperature') }
    })
  })

  it('as a table', async () => {
    await write(office)
    const { code, said } = await run([file(), ...event, ...zone])
    expect(code).toBe(0)
    expect(said).toContain('factor 1.0178, from 10:00 to 13:00')
    expect(said).toContain('Delivered 3.347 kWh')
  })
})

describe('a load that repeats', () => {
  const event = ['--event', '2026-06-24T18:00:00+07:00/PT2H']
  const days = repeatingRows('2026-05-01T00:00', 60)

  it('settles to zero without curtailment, by the offset in the file', async () => {
    await write(days)
    const { totals, factor, timeZone, intervalMinutes, daysUsed } = await documentOf(event)
    expect(totals.deliveredKwh).toBe(0)
    expect([factor, timeZone, intervalMinutes]).toEqual([1, '+07:00', 30])
    expect(daysUsed).toHaveLength(10)
    expect(daysUsed[0]).toBe('2026-06-23')
  })

  it('work days, holidays in a file and by law, days left out, earlier events', async () => {
    await write(days)
    await writeFile(file('holidays.csv'), 'date\n2026-06-23\n')
    await writeFile(file('events.csv'), 'start,end\n2026-06-22T13:00:00+07:00,2026-06-22T15:00:00+07:00\n')
    const { daysUsed, daysRejected } = await documentOf([
      ...[...event, '--work-days', 'Mon-Sat', '--holidays', file('holidays.csv')],
      ...['--exclude-days', '2026-06-19,2026-06-18', '--events', file('events.csv')]
    ])
    expect(daysUsed[0]).toBe('2026-06-20')
    const causes = Object.fromEntries(daysRejected.map(({ day, cause }) => [day, cause]))
    expect(causes).toMatchObject({
      ...{ '2026-06-23': 'holiday', '2026-06-22': 'event', '2026-06-21': 'other-day-type' },
      ...{ '2026-06-19': 'excluded', '2026-06-18': 'excluded' }
    })
    const early = ['--event', '2026-05-08T18:00:00+07:00/PT2H', '--holidays', 'vietnam', '--min-days', '4']
    const { daysRejected: may } = await documentOf([...early, '--low-usage', '0'])
    expect(may.filter(({ cause }) => cause === 'holiday').map(({ day }) => day)).toEqual([
      // The 27th in place of Hùng Kings' Day, a Sunday.
      ...['2026-05-01', '2026-04-30', '2026-04-27', '2026-04-26']
    ])
  })

  it('the event itself among the earlier ones changes nothing', async () => {
    await write(days)
    const alone = await documentOf(event)
    expect(await documentOf([...event, '--events', alone.event.start.slice(0, 10)])).toEqual(alone)
  })

  it('a missing row is a gap, not a longer interval; sums go over what is known', async () => {
    await write(days.filter(row => !row.startsWith('2026-06-24T18:30')))
    const { intervals, totals } = await documentOf(event)
    expect(intervals.map(({ actualKw }) => actualKw)).toEqual([400, null, 400, 400])
    expect(intervals[1]).toMatchObject({ baselineKw: 400, deliveredKw: null })
    expect(totals).toMatchObject({ deliveredKwh: 0, knownIntervals: 3, actualKwh: 600 })
  })

  it('rows at 5, then 60, then 15 minutes settle alike', async () => {
    const from = (date: string, until: string, minutes: number) =>
      repeatingRows(`${date}T00:00`, (Date.parse(until) - Date.parse(date)) / 86_400_000, minutes)
    await write([
      ...from('2026-05-01', '2026-05-20', 15),
      ...from('2026-05-20', '2026-06-20', 60),
      ...from('2026-06-20', '2026-06-30', 5)
    ])
    const { totals, intervalMinutes, daysRejected } = await documentOf([...event, '--interval', '30'])
    expect([totals.deliveredKwh, totals.knownIntervals, intervalMinutes]).toEqual([0, 4, 30])
    expect(daysRejected.filter(({ cause }) => cause === 'gaps')).toEqual([])
  })

  it('hourly rows settle by the half hour when asked; an event inside an interval is refused otherwise', async () => {
    await write(repeatingRows('2026-05-01T00:00', 60, 60))
    const half = ['--event', '2026-06-24T18:30:00+07:00/PT1H']
    expect((await documentOf([...half, '--interval', '30'])).totals.deliveredKwh).toBe(0)
    expect(await run([file(), ...half])).toMatchObject({
      ...{ code: 2, said: '', complained: expect.stringContaining('say a shorter --interval') }
    })
  })

  it('tells why there is none, and takes what --fallback names instead', async () => {
    await write(days.slice(0, 9 * 48))
    const soon = ['--event', '2026-05-08T18:00:00+07:00/PT2H']
    const { code, said, complained } = await run([file(), ...soon, '--method', 'high5of10'])
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain('high5of10: only 5 usable working days')
    const { method, insteadOf } = await documentOf([
      ...[...soon, '--method', 'high5of10', '--fallback', '10of10']
    ])
    expect(method).toBe('10of10')
    expect(insteadOf[0]?.method).toBe('high5of10')
  })

  it('a call of the same day ends the adjustment window', async () => {
    await write(days)
    const { adjustmentWindow } = await documentOf([...event, '--notified', '2026-06-24T15:30:00+07:00'])
    expect(adjustmentWindow).toEqual({ start: '2026-06-24T12:30:00+07:00', end: '2026-06-24T15:30:00+07:00' })
  })
})

describe.skipIf(sharedData === null)('days on which the clock changes', () => {
  const rows = sharedRows(sharedData ?? '', 'vic_elec.csv.gz').map(([, local, mw]) => `${local},${mw}`)
  const melbourne = ['--time-zone', 'Australia/Melbourne', '--adjust', 'none']
  const spring = rows.filter(row => row > '2013-08-15' && row < '2013-10-20')
  const autumn = rows.filter(row => row > '2013-02-20' && row < '2013-04-20')
  /** 10 of 10 by hand: the mean of the same local hours of the given days. */
  const meanAt = (days: readonly string[], time: string) => {
    const found = days.flatMap(day => rows.filter(row => row.startsWith(`${day}T${time}`)))
    return found.reduce((sum, row) => sum + Number(row.split(',')[1]), 0) / found.length
  }

  it('wall clocks are compared over the change of 6 October 2013', async () => {
    await write(spring)
    const { intervals, daysUsed } = await documentOf([
      ...['--event', '2013-10-09T16:00:00+11:00/PT1H', ...melbourne]
    ])
    expect(daysUsed).toContain('2013-10-04')
    expect(intervals.map(({ start }) => start)).toEqual([
      ...['2013-10-09T16:00:00+11:00', '2013-10-09T16:30:00+11:00']
    ])
    expect(intervals[0]?.baselineKw).toBeCloseTo(meanAt(daysUsed, '16:00'), 9)
  })

  it('a skipped hour leaves its day out, a repeated one counts with its mean', async () => {
    await write(spring)
    const night = ['--work-days', 'Sat-Sun', '--event', '2013-10-12T02:00:00+11:00/PT1H', ...melbourne]
    const { daysRejected, daysUsed } = await documentOf(night)
    expect(daysRejected).toContainEqual(expect.objectContaining({ day: '2013-10-06', cause: 'gaps' }))
    expect(daysUsed).toHaveLength(10)
    await write(autumn)
    const later = ['--work-days', 'Sun', '--event', '2013-04-14T02:00:00+10:00/PT1H', ...melbourne]
    const { intervals, daysUsed: sundays } = await documentOf([
      ...later,
      '--min-days',
      '1',
      '--look-back',
      '7'
    ])
    expect(sundays).toEqual(['2013-04-07'])
    expect(intervals[0]?.baselineKw).toBeCloseTo(meanAt(sundays, '02:00'), 9)
  })

  it('each pass of a repeated hour is metered for itself on the day of the event', async () => {
    await write(autumn)
    const { intervals } = await documentOf([
      ...['--event', '2013-04-07T02:00:00+11:00/PT2H', '--work-days', 'Mon-Sun', ...melbourne]
    ])
    const night = autumn.filter(row => row.startsWith('2013-04-07T02:')).map(row => row.split(','))
    expect(intervals.map(({ start, actualKw }) => [start, actualKw])).toEqual(
      night.map(([start, mw]) => [start, Number(mw)])
    )
  })

  it('without --time-zone two offsets are refused, for they do not tell their zone', async () => {
    await write(spring)
    const { code, said, complained } = await run([file(), '--event', '2013-10-09T16:00:00+11:00/PT1H'])
    expect([code, said]).toEqual([2, ''])
    expect(complained).toContain('the offsets +10:00 and +11:00: say which --time-zone')
  })
})

describe('what cannot be read is refused with its line, and nothing is printed', () => {
  const good = '2026-06-01T00:00:00+07:00,1'
  const event = ['--event', '2026-06-24T18:00:00+07:00/PT2H']

  it.each([
    ['a word', '2026-06-01T00:30:00+07:00,abc', 'line 3: kw "abc" is no number'],
    ['NaN', '2026-06-01T00:30:00+07:00,NaN', 'line 3: kw "NaN" is no number'],
    ['too large', '2026-06-01T00:30:00+07:00,1e999', 'line 3: kw "1e999" is no number'],
    ['hexadecimal', '2026-06-01T00:30:00+07:00,0x10', 'line 3: kw "0x10" is no number'],
    ['nothing', '2026-06-01T00:30:00+07:00,', 'line 3: kw is empty'],
    ['no offset', '2026-06-01T00:30:00,2', 'line 3: time "2026-06-01T00:30:00" has no offset'],
    ['no such day', '2026-02-30T00:30:00+07:00,2', 'line 3: time "2026-02-30T00:30:00+07:00" does not exist'],
    ['no time', 'yesterday,2', 'line 3: time "yesterday" is no time'],
    ['a column less', '2026-06-01T00:30:00+07:00', 'line 3: has 1 columns, the header 2'],
    ['a column more', '2026-06-01T00:30:00+07:00,2,3', 'line 3: has 3 columns, the header 2'],
    ['two values', '2026-05-31T17:00:00Z,2', 'line 3: kw is 2 at 2026-05-31T17:00:00.000Z, but 1 on line 2'],
    [
      'a quote left open',
      '"2026-06-01T00:30:00+07:00,2\n2026-06-01T01:00:00+07:00,3',
      'line 3: a quotation mark'
    ]
  ])('%s', async (_, bad, expected) => {
    await write([good, bad])
    const { code, said, complained } = await run([file(), ...event, '--json'])
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain(expected)
  })

  it('as a process: every line is named, after comments and empty lines too', async () => {
    await writeFile(file(), `# a comment\ntime,kw\n${good}\n\nx,1\n2026-06-01T01:00:00+07:00,y\n`)
    const { code, stdout, stderr } = await asProcess('baseline', [file(), ...event, '--json'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('line 5: time "x"')
    expect(stderr).toContain('line 6: kw "y"')
  })

  it.each([
    ['an empty file', '', 'is empty'],
    ['another header', 'date,power\n1,2\n', 'line 1: the header has no column time and kw'],
    ['no rows', 'time,kw\n', 'no rows'],
    ['one row', `time,kw\n${good}\n`, 'its interval cannot be known'],
    ['a time of another century', `time,kw\n${good}\n1026-06-01T00:00:00+07:00,1\n`, 'more than 60 years']
  ])('%s', async (_, text, expected) => {
    await writeFile(file(), text)
    const { code, said, complained } = await run([file(), ...event])
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain(expected)
  })

  it('files that the options name, likewise', async () => {
    await write(repeatingRows('2026-05-01T00:00', 60))
    await writeFile(file('bad.csv'), 'date\n2026-06-01\n2026-06-31\n')
    for (const option of ['--holidays', '--exclude-days', '--events']) {
      const { code, said, complained } = await run([file(), ...event, option, file('bad.csv')])
      expect([code, said]).toEqual([1, ''])
      expect(complained).toContain('bad.csv, line 3: "2026-06-31"')
    }
    expect((await run([file('none.csv'), ...event])).complained).toContain('cannot be read')
  })

  it.each([
    [['--event', '2026-06-24T18:00:00/PT2H'], 'has no offset'],
    [['--event', '2026-06-24T18:00:00+07:00'], 'does not end in'],
    [['--event', '2026-06-24T18:00:00+07:00/PT0H'], 'ends before'],
    [[], 'say which event'],
    [[...event, '--method', 'best'], 'no method best'],
    [[...event, '--adjust', 'multiplicative'], '--adjust multiplicative is none of'],
    [[...event, '--window', '-1h'], "Option '--window' argument is ambiguous"],
    [[...event, '--window=-1h/-4h'], 'is not like -4h/-1h'],
    [[...event, '--time-zone', 'Mars/Olympus'], 'no time zone'],
    [[...event, '--work-days', 'Mon-Funday'], 'not like Mon-Sat'],
    [[...event, '--interval', '0'], 'no number of minutes'],
    [[...event, '--colour', 'red'], "Unknown option '--colour'"]
  ])('%j: %s', async (args, expected) => {
    await write(repeatingRows('2026-05-01T00:00', 60))
    const { code, said, complained } = await run([file(), ...args])
    expect([code, said]).toEqual([2, ''])
    expect(complained).toContain(expected)
    expect(complained).toContain('Usage: npm run -s baseline')
  })

  it('--help tells every option', async () => {
    const { code, said } = await run(['--help'])
    expect(code).toBe(0)
    for (const option of ['--event', '--method', '--adjust', '--window', '--time-zone', '--holidays'])
      expect(said).toContain(option)
  })
})
