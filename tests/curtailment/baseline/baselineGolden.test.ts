import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { addDays, localTime, weekday } from '../../../server/contract/localTime.ts'
import { type PlaceboRule, placeboAccuracy } from '../../../server/curtailment/baseline/placebo.ts'
import { siteCalendar } from '../../../server/curtailment/calendar/dayTypes.ts'
import { dayLoads, daySpan } from '../../../server/curtailment/slots/dayLoads.ts'
import { slotGrid } from '../../../server/curtailment/slots/slotGrid.ts'
import type { MeterHistory } from '../../../server/curtailment/slots/slots.ts'
import { needs } from '../../helpers/needs.ts'
import { additive, multiplicative } from '../methods.ts'
import { type Case, meanOf, settled } from './site.ts'

const data = needs('shared-data')
const HOUR_MS = 3_600_000
const LOS_ANGELES = 'America/Los_Angeles'

function rows(file: string): string[][] {
  const bytes = readFileSync(join(data ?? '', file))
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return lines.slice(1).map(line => line.split(','))
}

const losAngeles = localTime(LOS_ANGELES)
/** What the office's wall clock says; no clock change is near its data. */
const wallClock = (time: string) => {
  const asUtc = Date.parse(`${time.replace(' ', 'T')}Z`)
  return asUtc - losAngeles.offsetMs(asUtc)
}

function office(): MeterHistory {
  const readings = rows('lbnl_small_office_15min_kw_2013.csv.gz')
  return {
    t: readings.map(([time = '']) => wallClock(time)),
    intervalS: readings.map(() => 900),
    kw: readings.map(([, kw = '']) => (kw === '' || Number.isNaN(Number(kw)) ? null : Number(kw)))
  }
}

/** Without the days that have a gap. */
function wholeDays(history: MeterHistory, zone: string): MeterHistory {
  const { date } = localTime(zone)
  const dates = history.t.map(date)
  const known = Map.groupBy(
    dates.filter((_, i) => history.kw[i] !== null),
    day => day
  )
  return { ...history, kw: history.kw.map((kw, i) => (known.get(dates[i] ?? '')?.length === 96 ? kw : null)) }
}

/** Stamps are ends of quarter hours, energies kWh. */
function steelPlant(): MeterHistory {
  const readings = rows('steel_plant_korea_15min_2018.csv.gz')
  const first = Date.parse('2018-01-01T00:00:00Z')
  return {
    t: readings.map((_, i) => first + i * 900_000),
    intervalS: readings.map(() => 900),
    kw: readings.map(([, kwh]) => Number(kwh) * 4)
  }
}

/** The library's first day is a Monday; one day is enough, no screen. */
const MONDAY = Date.parse('2018-01-01T00:00:00Z')
const modelica: Pick<Case, 'parameters' | 'adjustment' | 'days'> = {
  parameters: { minDays: 1, lowUsageShare: 0 },
  adjustment: multiplicative,
  days: 62
}

describe.skipIf(data === null)('LBNL Buildings library, simulated building 90', () => {
  const golden = () => rows('golden_cbl_modelica_lbnl90.csv').map(row => row.map(Number))
  const input = () => rows('golden_cbl_modelica_lbnl90_input_15min.csv.gz').slice(0, 21 * 96)
  const columns = (column: number): MeterHistory => {
    const readings = input()
    return {
      t: readings.map(([t]) => MONDAY + Number(t) * 1000),
      intervalS: readings.map(() => 900),
      kw: readings.map(row => Number(row[column]))
    }
  }
  const history = () => columns(2)

  it.each([
    ['10of10', 1],
    ['weather', 2]
  ] as const)('%s with the same-day factor matches every sampled point within 0.01 W', (method, column) => {
    const temperature = columns(1)
    const load = history()
    const predicted = (slot: number) => {
      if (slot < 0) return 0
      const start = MONDAY + slot * 900_000
      const site = { history: load, temperature, start, end: start + 900_000, minutes: 15 }
      return settled({ ...site, ...modelica, method }).eventKw[0] ?? 0
    }
    let worst = 0
    for (const row of golden()) {
      const [time = 0] = row
      const slot = Math.floor(time / 900)
      const before = predicted(slot - 1)
      const value = before + (predicted(slot) - before) * ((time - slot * 900) / 900)
      worst = Math.max(worst, Math.abs(value - (row[column] ?? NaN)))
    }
    expect(golden()).toHaveLength(101)
    expect(worst).toBeLessThan(0.01)
  })
})

type Series = { time: number[]; 'baseLoad.PPre[1]': number[]; 'baseLoad.adj': number[] }

describe.skipIf(data === null)('LBNL Buildings library, predictor cases', () => {
  const cases = (): Record<string, Series> =>
    JSON.parse(readFileSync(join(data ?? '', 'golden_cbl_modelica_predictors.json'), 'utf8'))
  const isWorking = (hour: number) => Math.floor(hour / 24) % 7 < 5
  /** Load that counts as history: from noon of every seventh day, beginning with the second, to midnight it does not. */
  const isEventMode = (hour: number) => Math.floor(hour / 24) % 7 === 1 && hour % 24 >= 12
  /** The library compares such hours of the day itself with what it had stored a day before; here they adjust nothing. */
  const windowOf = (hour: number) => [hour - 4, hour - 3, hour - 2]
  const called = (hour: number) => {
    const noon = Math.floor(hour / 24) * 24 + 12
    return isEventMode(noon) && hour > noon
      ? [{ start: MONDAY + noon * HOUR_MS, end: MONDAY + (noon + 12) * HOUR_MS }]
      : []
  }
  const degrees = (hour: number) => 10 + (10 * hour) / (61 * 24)
  const loads: Record<string, (hour: number) => number> = {
    ConstantInput: () => 1,
    SineInput: hour => 0.5 + 0.5 * Math.cos((2 * Math.PI * hour) / 24 + Math.PI) + (isWorking(hour) ? 0 : 1),
    LinearInput: hour => 1 + 0.2 * degrees(hour)
  }

  it.each([
    ['ConstantInput', 'ConstantInput', '10of10', null],
    ['SineInput', 'SineInput', '10of10', null],
    ['SineInputDayOfAdjustment', 'SineInput', '10of10', multiplicative],
    ['LinearInput', 'LinearInput', 'weather', null],
    ['LinearInputDayOfAdjustment', 'LinearInput', 'weather', multiplicative]
  ] as const)('%s', (name, load, method, adjustment) => {
    const series = cases()[name]
    const loadOf = loads[load]
    if (series === undefined || loadOf === undefined) throw new Error(`no case ${name}`)
    const predictions = series['baseLoad.PPre[1]']
    const sampleS = 5_270_400 / (predictions.length - 1)
    let compared = 0
    for (const [i, expected] of predictions.entries()) {
      // On the hour the library still shows the hour before.
      const hour = Math.max(0, Math.ceil((i * sampleS) / 3600) - 1)
      // Early hours look back over midnight, where the library compares with the other day's own type.
      if (adjustment !== null && hour % 24 < 4) continue
      const hours = Array.from({ length: hour + 1 }, (_, h) => h)
      const isToday = (h: number) => Math.floor(h / 24) === Math.floor(hour / 24)
      const column = (kw: (number | null)[]) => ({
        t: hours.map(h => MONDAY + h * HOUR_MS),
        intervalS: hours.map(() => 3600),
        kw
      })
      const result = settled({
        history: column(hours.map(h => (isEventMode(h) && !isToday(h) ? null : loadOf(h)))),
        temperature: column(hours.map(degrees)),
        start: MONDAY + hour * HOUR_MS,
        end: MONDAY + (hour + 1) * HOUR_MS,
        minutes: 60,
        ...{ ...modelica, method, adjustment, calls: called(hour) }
      })
      const adj = series['baseLoad.adj'][i] ?? NaN
      const isDisturbed = adjustment !== null && windowOf(hour).some(isEventMode)
      if (isDisturbed) expect(result.explanation.note).toContain('another call fell into the adjustment')
      const wanted = isDisturbed ? expected / adj : expected
      expect(result.eventKw[0] ?? 0, `at hour ${hour}`).toBeCloseTo(wanted, 6)
      if (result.explanation.factor !== null) expect(result.explanation.factor).toBeCloseTo(adj, 6)
      compared++
    }
    expect(compared).toBeGreaterThan(80)
  })
})

describe.skipIf(data === null)('the real event of the LBNL office, 23 September 2013', () => {
  const event = {
    start: wallClock('2013-09-23 14:00:00'),
    end: wallClock('2013-09-23 16:00:00'),
    zone: LOS_ANGELES,
    minutes: 15,
    daysOff: ['2013-09-02']
  }

  it('unadjusted', () => {
    const result = settled({ ...event, history: office() })
    expect(meanOf(result.eventKw)).toBeCloseTo(15.992, 3)
    expect(meanOf(result.actualKw)).toBeCloseTo(14.603, 3)
    expect(result.deliveredKwh).toBeCloseTo(2.779, 3)
  })

  it('with the same-day factor', () => {
    const result = settled({ ...event, history: office(), adjustment: multiplicative })
    expect(result.explanation.factor).toBeCloseTo(1.0178, 4)
    expect(result.deliveredKwh).toBeCloseTo(3.347, 3)
    expect(result.explanation.daysRejected).toContainEqual({
      day: '2013-09-02',
      cause: 'holiday',
      reason: 'holiday'
    })
  })
})

describe.skipIf(data === null)('placebo accuracy: days on which nothing happened, 13-17 h', () => {
  const rules: Record<string, PlaceboRule> = {
    plain: { method: '10of10', adjustment: null },
    multiplicative: { method: '10of10', adjustment: multiplicative },
    additive: { method: '10of10', adjustment: additive },
    highFive: { method: 'high5of10', adjustment: null }
  }
  const sites = {
    office: { load: office, zone: LOS_ANGELES, from: '2013-08-01', to: '2013-09-26' },
    steel: { load: steelPlant, zone: 'UTC', from: '2018-01-01', to: '2018-12-31' }
  }
  const leftOut = ['2013-09-02', '2013-09-23']

  it.each([
    ['office', 'plain', 17.0, -1.5],
    ['office', 'multiplicative', 12.8, -2.6],
    ['office', 'additive', 13.0, -1.6],
    ['office', 'highFive', 20.2, 11.1],
    ['steel', 'plain', 39.2, 2.2],
    ['steel', 'multiplicative', 34.3, -1.4],
    ['steel', 'additive', 31.8, 0.1],
    ['steel', 'highFive', 46.8, 24.3]
  ] as const)('%s, %s: RRMSE %f, bias %f', (site, name, rrmse, bias) => {
    const { load, zone, from, to } = sites[site]
    const grid = slotGrid(localTime(zone), 60)
    const [run] = placeboAccuracy({
      rules: [rules[name] ?? { method: '10of10', adjustment: null }],
      grid,
      load: dayLoads(wholeDays(load(), zone), daySpan(grid, addDays(from, -70), to)),
      calendar: siteCalendar({ workDays: [1, 2, 3, 4, 5] }),
      calls: [],
      excludedDays: new Map(leftOut.map(date => [date, 'left out'])),
      dates: { from, to },
      hours: { fromMinute: 13 * 60, toMinute: 17 * 60 },
      parameters: { lowUsageShare: 0, lookbackDays: 400, minDays: 10 }
    })
    expect(100 * (run?.accuracy.rrmseShare ?? NaN)).toBeCloseTo(rrmse, 1)
    expect(100 * (run?.accuracy.biasShare ?? NaN)).toBeCloseTo(bias, 1)
    expect(run?.days.every(({ date }) => weekday(date) % 6 !== 0)).toBe(true)
  })
})
