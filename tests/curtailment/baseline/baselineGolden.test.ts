import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { addDays, localTime, weekday } from '../../../server/contract/localTime.ts'
import type { BaselineMethod } from '../../../server/curtailment/baseline/baselineMethods.ts'
import { tenOfTen } from '../../../server/curtailment/baseline/baselineMethods.ts'
import type { MeterHistory } from '../../../server/curtailment/slots/slots.ts'
import { needs } from '../../helpers/needs.ts'
import { additive, highFiveOfTen, multiplicative, tenOfTenPlain } from '../methods.ts'
import { inEvent, meanOf, settle } from '../settle.ts'

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

/** As the LBNL Buildings library does it: one day is enough, no screen. */
const modelica: BaselineMethod = {
  ...tenOfTenPlain,
  minDays: { working: 1, 'non-working': 1 },
  lowUsageShare: 0,
  adjustment: multiplicative
}
/** The library's first day is a Monday. */
const MONDAY = Date.parse('2018-01-01T00:00:00Z')

describe.skipIf(data === null)('LBNL Buildings library, simulated building 90', () => {
  it('10 of 10 with the same-day factor matches every sampled point within 0.01 W', async () => {
    const input = rows('golden_cbl_modelica_lbnl90_input_15min.csv.gz').slice(0, 21 * 96)
    const history = {
      t: input.map(([t]) => MONDAY + Number(t) * 1000),
      intervalS: input.map(() => 900),
      kw: input.map(([, , watts]) => Number(watts))
    }
    const predicted = async (slot: number) => {
      if (slot < 0) return 0
      const start = MONDAY + slot * 900_000
      const result = await settle({ history, start, end: start + 900_000, minutes: 15, method: modelica })
      return inEvent(result, result.baselineKw)[0] ?? 0
    }
    let worst = 0
    const golden = rows('golden_cbl_modelica_lbnl90.csv')
    for (const [time, expected] of golden) {
      const slot = Math.floor(Number(time) / 900)
      const before = await predicted(slot - 1)
      const value = before + ((await predicted(slot)) - before) * ((Number(time) - slot * 900) / 900)
      worst = Math.max(worst, Math.abs(value - Number(expected)))
    }
    expect(golden).toHaveLength(101)
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
  const loads: Record<string, (hour: number) => number> = {
    ConstantInput: () => 1,
    SineInput: hour => 0.5 + 0.5 * Math.cos((2 * Math.PI * hour) / 24 + Math.PI) + (isWorking(hour) ? 0 : 1)
  }

  it.each([
    ['ConstantInput', 'ConstantInput', tenOfTenPlain],
    ['SineInput', 'SineInput', tenOfTenPlain],
    ['SineInputDayOfAdjustment', 'SineInput', { ...tenOfTenPlain, adjustment: multiplicative }]
  ])('%s', async (name, load, method) => {
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
      if (method.adjustment !== null && hour % 24 < 4) continue
      const hours = Array.from({ length: hour + 1 }, (_, h) => h)
      const isToday = (h: number) => Math.floor(h / 24) === Math.floor(hour / 24)
      const result = await settle({
        history: {
          t: hours.map(h => MONDAY + h * HOUR_MS),
          intervalS: hours.map(() => 3600),
          kw: hours.map(h => (isEventMode(h) && !isToday(h) ? null : loadOf(h)))
        },
        start: MONDAY + hour * HOUR_MS,
        end: MONDAY + (hour + 1) * HOUR_MS,
        minutes: 60,
        method: { ...modelica, adjustment: method.adjustment }
      })
      expect(inEvent(result, result.baselineKw)[0] ?? 0, `at hour ${hour}`).toBeCloseTo(expected, 6)
      if (method.adjustment !== null && result.baseline?.factor) {
        expect(result.baseline.factor).toBeCloseTo(series['baseLoad.adj'][i] ?? NaN, 6)
      }
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
    holidays: ['2013-09-02']
  }

  it('unadjusted', async () => {
    const result = await settle({ ...event, history: office(), method: tenOfTenPlain })
    expect(meanOf(inEvent(result, result.baselineKw))).toBeCloseTo(15.992, 3)
    expect(meanOf(inEvent(result, result.meteredKw))).toBeCloseTo(14.603, 3)
    expect(result.deliveredKwh).toBeCloseTo(2.779, 3)
  })

  it('by the default method', async () => {
    const result = await settle({ ...event, history: office(), method: tenOfTen })
    expect(result.baseline?.factor).toBeCloseTo(1.0178, 4)
    expect(result.deliveredKwh).toBeCloseTo(3.347, 3)
    expect(result.baseline?.daysRejected).toContainEqual({ day: '2013-09-02', reason: 'holiday' })
  })
})

describe.skipIf(data === null)('placebo accuracy: days on which nothing happened, 13-17 h', () => {
  const unscreened = { lowUsageShare: 0, lookbackDays: 400, minDays: { working: 10, 'non-working': 10 } }
  const methods: Record<string, BaselineMethod> = {
    plain: { ...tenOfTenPlain, ...unscreened },
    multiplicative: { ...tenOfTenPlain, ...unscreened, adjustment: multiplicative },
    additive: { ...tenOfTenPlain, ...unscreened, adjustment: additive },
    highFive: { ...highFiveOfTen, ...unscreened }
  }
  const sites = {
    office: { load: office, zone: LOS_ANGELES, first: '2013-08-01', last: '2013-09-26' },
    steel: { load: steelPlant, zone: 'UTC', first: '2018-01-01', last: '2018-12-31' }
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
  ] as const)('%s, %s: RRMSE %f, bias %f', async (site, name, rrmse, bias) => {
    const { load, zone, first, last } = sites[site]
    const method = methods[name]
    const history = wholeDays(load(), zone)
    const local = localTime(zone)
    const otherCalls = leftOut.map(date => ({
      start: local.dayStart(date),
      end: local.dayStart(date) + HOUR_MS
    }))
    const errors: number[] = []
    const actuals: number[] = []
    for (let date = first; date <= last; date = addDays(date, 1)) {
      if (weekday(date) % 6 === 0 || leftOut.includes(date)) continue
      const start = local.dayStart(date) + 13 * HOUR_MS
      const calls = otherCalls.filter(call => call.end < start)
      const result = await settle({
        history,
        start,
        end: start + 4 * HOUR_MS,
        zone,
        minutes: 60,
        otherCalls: calls,
        ...(method ? { method } : {})
      })
      errors.push(...inEvent(result, result.deliveredKw))
      actuals.push(...inEvent(result, result.meteredKw))
    }
    const rms = Math.sqrt(meanOf(errors.map(error => error ** 2)))
    expect((100 * rms) / meanOf(actuals)).toBeCloseTo(rrmse, 1)
    expect((100 * meanOf(errors)) / meanOf(actuals)).toBeCloseTo(bias, 1)
  })
})
