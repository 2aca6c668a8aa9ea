import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, localTime } from '../../../server/contract/localTime.ts'
import { defaultBaseline } from '../../../server/contract/programmeDefaults.ts'
import { createMeasurement } from '../../../server/curtailment/performance/measurement.ts'
import type { MeterHistory } from '../../../server/curtailment/slots/slots.ts'
import {
  between,
  measurementNeeds,
  oneParticipant,
  participantOf,
  type Settlement,
  settle
} from '../settle.ts'

const HOUR = 3_600_000
const ZONE = 'Asia/Ho_Chi_Minh'
const local = localTime(ZONE)
/** A Tuesday. */
const DAY = '2026-06-02'
const start = local.dayStart(DAY) + 14 * HOUR
const end = start + 2 * HOUR

/** 50 days at 5 minutes until the end of the chart; load by hour of day and by date. */
function history(kw: (hour: number, date: string) => number | null): MeterHistory {
  const t: number[] = []
  for (let at = local.dayStart(addDays(DAY, -50)); at < end + 2 * HOUR; at += 300_000) t.push(at)
  const dates = t.map(local.date)
  return {
    t,
    intervalS: t.map(() => 300),
    kw: t.map((at, i) => kw((at - local.dayStart(dates[i] ?? DAY)) / HOUR, dates[i] ?? DAY))
  }
}
const daily = (hour: number) => 1000 + 300 * Math.sin((hour / 24) * 2 * Math.PI)
const event: Omit<Settlement, 'history'> = { start, end, zone: ZONE }

describe('laws of settlement', () => {
  it('a load that repeats itself without curtailment settles to zero', async () => {
    for (const minutes of [1, 15, 30, 60]) {
      const result = await settle({ ...event, minutes, history: history(daily) })
      expect(result.deliveredKwh).toBeCloseTo(0, 9)
      expect(result.baseline?.factor).toBeCloseTo(1, 12)
      expect(result.knownSlots).toBe(120 / minutes)
    }
  })

  it('what is cut is what is settled', async () => {
    const cut = history((hour, date) => daily(hour) - (date === DAY && hour >= 14 && hour < 16 ? 250 : 0))
    const result = await settle({ ...event, history: cut, requestedKw: 500 })
    expect(result.deliveredKwh).toBeCloseTo(500, 9)
    expect(result.ratio).toBeCloseTo(0.5, 12)
  })

  it('a load twice as large settles twice as large', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.01, max: 100, noNaN: true }), async scale => {
        const load = (hour: number, date: string) =>
          daily(hour) * (1 + (Number(date.slice(-2)) % 7) / 50) - (date === DAY && hour >= 14 ? 200 : 0)
        const one = await settle({ ...event, history: history(load) })
        const scaled = await settle({ ...event, history: history((hour, date) => scale * load(hour, date)) })
        expect(scaled.deliveredKwh).toBeCloseTo(scale * (one.deliveredKwh ?? NaN), 6)
      }),
      { seed: 20_263, numRuns: 5 }
    )
  })

  it('the order of readings and repeated ones change nothing', async () => {
    const whole = history((hour, date) => daily(hour) + Number(date.slice(-2)))
    const mixed = (from: number, to: number): MeterHistory => {
      const { t, intervalS, kw } = between(whole, from, to)
      const places = t.map((_, i) => i).concat(t.map((_, i) => i))
      places.sort((a, b) => ((a * 7919) % 10_007) - ((b * 7919) % 10_007))
      return {
        t: places.map(i => t[i] ?? 0),
        intervalS: places.map(i => intervalS[i] ?? 0),
        kw: places.map(i => kw[i] ?? null)
      }
    }
    const measure = (read: (from: number, to: number) => MeterHistory) =>
      createMeasurement(
        measurementNeeds({ zone: ZONE, history: async (_, from, to) => read(from, to) })
      ).measure(oneParticipant({ start, end, notifiedAt: null, requestedKw: 100 }), {
        now: end,
        isFresh: true
      })
    expect(await measure(mixed)).toEqual(await measure((from, to) => between(whole, from, to)))
  })
})

describe('the explanation', () => {
  it('names days, factor and window', async () => {
    const hot = history((hour, date) => daily(hour) * (date === DAY ? 1.1 : 1))
    const { baseline } = await settle({ ...event, history: hot, holidays: ['2026-05-20'] })
    expect(baseline?.daysUsed).toEqual(
      ['06-01', '05-29', '05-28', '05-27', '05-26', '05-25', '05-22', '05-21', '05-19', '05-18'].map(
        day => `2026-${day}`
      )
    )
    expect(baseline).toMatchObject({
      method: '10of10',
      daysRejected: expect.arrayContaining([{ day: '2026-05-20', cause: 'holiday', reason: 'holiday' }]),
      factor: expect.closeTo(1.1, 9),
      factorCapped: false,
      adjustmentFrom: new Date(start - 4 * HOUR).toISOString(),
      adjustmentTo: new Date(start - HOUR).toISOString(),
      note: null
    })
  })

  it('says that there is no baseline when there are too few days', async () => {
    const young = history((hour, date) => (date >= '2026-05-28' ? daily(hour) : null))
    const result = await settle({ ...event, history: young, rule: { ...defaultBaseline, fallback: [] } })
    expect(result.baselineKw.every(kw => kw === null)).toBe(true)
    expect(result.deliveredKwh).toBeNull()
    expect(result.baseline).toMatchObject({
      daysUsed: [],
      note: 'only 3 usable working days in the last 45, at least 5 are needed'
    })
  })

  it('looks further back when days have gaps, but no further than 45 days', async () => {
    const gaps = history((hour, date) =>
      date !== DAY && Number(date.slice(-2)) % 2 === 0 ? null : daily(hour)
    )
    const { baseline } = await settle({ ...event, history: gaps })
    expect(baseline?.daysUsed).toHaveLength(10)
    expect(baseline?.daysUsed.at(-1)).toBe('2026-05-07')
    const old = history((hour, date) => (date < '2026-04-19' || date === DAY ? daily(hour) : null))
    expect((await settle({ ...event, history: old })).baseline?.daysUsed).toEqual([])
  })

  it('leaves the days of other calls out', async () => {
    const day = local.dayStart('2026-05-28')
    const { baseline } = await settle({
      ...event,
      history: history(daily),
      otherCalls: [{ start: day + 14 * HOUR, end: day + 15 * HOUR }]
    })
    expect(baseline?.daysUsed).not.toContain('2026-05-28')
    expect(baseline?.daysRejected).toContainEqual({
      ...{ day: '2026-05-28', cause: 'event', reason: 'event day' }
    })
  })

  it('does not adjust by a morning in which another call was answered', async () => {
    const otherCalls = [{ start: start - 3 * HOUR, end: start - 2 * HOUR }]
    const { baseline } = await settle({ ...event, history: history(daily), otherCalls })
    expect(baseline).toMatchObject({
      factor: null,
      note: 'not adjusted: another call fell into the adjustment window'
    })
  })

  it('does not adjust when the morning is not known', async () => {
    const blind = history((hour, date) => (date === DAY && hour < 12 ? null : daily(hour)))
    const { baseline, deliveredKwh } = await settle({ ...event, history: blind })
    expect(baseline?.note).toBe('not adjusted: less than 80 % of the adjustment window is known')
    expect(deliveredKwh).toBeCloseTo(0, 9)
  })
})

describe('coarse readings', () => {
  it('that began before the first slot of a window still act in it', async () => {
    const fine = history(() => 1000)
    const hourly = fine.t.flatMap(t => (Math.abs(t - start) % HOUR === HOUR / 2 ? [t] : []))
    const result = await settle({
      ...event,
      history: { t: hourly, intervalS: hourly.map(() => 3600), kw: hourly.map(() => 1000) },
      rule: { ...defaultBaseline, adjustment: null }
    })
    expect(result.meteredKw.every(kw => kw !== null)).toBe(true)
    expect(result.baselineKw.every(kw => kw !== null)).toBe(true)
  })
})

describe('over midnight', () => {
  it('an event is compared with the same nights', async () => {
    const night = local.dayStart('2026-05-28') + 23 * HOUR
    const load = history((hour, date) => daily(hour) + (date === '2026-05-28' && hour >= 23 ? -100 : 0))
    const result = await settle({ ...event, start: night, end: night + 2 * HOUR, history: load })
    expect(result.deliveredKwh).toBeCloseTo(100, 9)
    expect(result.baseline?.daysUsed[0]).toBe('2026-05-26')
  })
})

describe('a running event', () => {
  it('shows the slots that have ended, and counts those of the event so far', async () => {
    const result = await settle({ ...event, history: history(daily), now: start + HOUR + 60_000 })
    expect(result.slots).toBe(2)
    expect(result.baselineKw).toHaveLength(6)
    expect(result.deliveredKw).toEqual([null, null, null, null, expect.closeTo(0, 9), expect.closeTo(0, 9)])
  })
})

describe('reading', () => {
  /** Counts what is read of the days before, and measures again and again. */
  function watched(load: (hour: number, date: string) => number | null) {
    let earlierReads = 0
    const whole = history(load)
    const { measure } = createMeasurement(
      measurementNeeds({
        zone: ZONE,
        async history(_, from, to) {
          if (to <= local.dayStart(DAY)) earlierReads++
          return between(whole, from, to)
        }
      })
    )
    const running = oneParticipant({ start, end, notifiedAt: start - HOUR, requestedKw: 100 })
    const at = (now: number, changes: Partial<typeof running> = {}, isFresh = false) =>
      measure({ ...running, ...changes }, { now, isFresh })
    return { at, reads: () => earlierReads }
  }

  it('of the days before happens once in ten minutes while the event runs', async () => {
    const { at, reads } = watched(daily)
    for (let s = 0; s < 600; s += 5) await at(start + s * 1000)
    expect(reads()).toBe(1)
    await at(start + 600_000)
    expect(reads()).toBe(2)
  })

  it('happens every minute while days have gaps or once the event is over, and always for a kept result', async () => {
    const gappy = watched((hour, date) => (date === '2026-05-28' ? null : daily(hour)))
    await gappy.at(start)
    await gappy.at(start + 59_999)
    expect(gappy.reads()).toBe(1)
    await gappy.at(start + 60_000)
    expect(gappy.reads()).toBe(2)

    const over = watched(daily)
    await over.at(end)
    await over.at(end + 60_000, { state: 'ended' })
    expect(over.reads()).toBe(2)
    await over.at(end + 60_001, { state: 'ended' }, true)
    expect(over.reads()).toBe(3)
  })

  it('fails the whole measurement, rather than leaving somebody out', async () => {
    const broken = createMeasurement(
      measurementNeeds({ history: () => Promise.reject(new Error('the store is away')) })
    )
    const event = oneParticipant({ start, end, notifiedAt: null, requestedKw: 1 })
    await expect(broken.measure(event, { now: end, isFresh: true })).rejects.toThrow('the store is away')
  })
})

describe('a participant’s own part', () => {
  const HALF_HOUR = HOUR / 2
  const measured = async (
    changes: Parameters<typeof participantOf>[1],
    load: typeof daily,
    now = end + 2 * HOUR
  ) => {
    const whole = history((hour, date) => load(hour) - (date === DAY && hour >= 14 && hour < 16 ? 200 : 0))
    const event = oneParticipant({ start, end, notifiedAt: start - 5 * HOUR, requestedKw: 200 })
    const read = async (_: string, from: number, to: number) => between(whole, from, to)
    return createMeasurement(measurementNeeds({ zone: ZONE, history: read })).measure(
      { ...event, state: 'ended', participants: [participantOf({ start, end, requestedKw: 200 }, changes)] },
      { now, isFresh: true }
    )
  }

  it('called later and let go earlier, it is measured over what was its own', async () => {
    const own = { start: new Date(start + HALF_HOUR).toISOString(), end: new Date(end - HOUR).toISOString() }
    const { participants, total } = await measured(own, daily)
    expect(participants[0]).toMatchObject({ slots: 1, knownSlots: 1, averageKw: expect.closeTo(200, 6) })
    // Let go an hour before the end it is still down: no rebound.
    expect(participants[0]?.rebound).toMatchObject({ energyKwh: expect.closeTo(0, 6) })
    expect(total.deliveredKw.filter(kw => kw !== null)).toHaveLength(1)
  })

  it('called away before it began it has none, and is in no sum', async () => {
    const gone = { end: new Date(start).toISOString(), supersededBy: 'CE-20260602-002' }
    const { participants, total } = await measured(gone, daily)
    expect(participants).toEqual([])
    expect(total).toMatchObject({ requestedKw: 0, deliveredKwh: null })
  })

  it('with several meters is their sum, unknown when one is', async () => {
    const further = { furtherMeters: [{ meteringPointId: 'MP2', meterId: 'M2' }] }
    const twice = await measured(further, daily)
    expect(twice.participants[0]).toMatchObject({
      averageKw: expect.closeTo(400, 6),
      ratio: expect.closeTo(2, 9)
    })
    const silent = createMeasurement(
      measurementNeeds({
        zone: ZONE,
        history: async (meter, from, to) =>
          meter === 'M2' ? { t: [], intervalS: [], kw: [] } : between(history(daily), from, to)
      })
    )
    const event = oneParticipant({ start, end, notifiedAt: null, requestedKw: 200 })
    const { participants } = await silent.measure(
      { ...event, participants: [participantOf({ start, end }, further)] },
      { now: end, isFresh: true }
    )
    expect(participants[0]).toMatchObject({ averageKw: null, knownSlots: 0, slots: 4 })
  })
})

describe('what comes back, and what was shifted before', () => {
  it('is measured beside the event, and a clean one has neither sign', async () => {
    const load = (hour: number, date: string) => {
      if (date !== DAY) return 1000
      if (hour >= 14 && hour < 16) return 700
      return hour >= 16 && hour < 17 ? 1150 : 1000
    }
    const result = await settle({ ...event, notifiedAt: start - 3 * HOUR, history: history(load) })
    expect(result).toMatchObject({
      deliveredKwh: expect.closeTo(600, 6),
      rebound: {
        ...{
          energyKwh: expect.closeTo(150, 6),
          peakKw: expect.closeTo(150, 6),
          ratio: expect.closeTo(0.25, 6)
        }
      },
      preload: { energyKwh: expect.closeTo(0, 6), ratio: expect.closeTo(0, 6) },
      signs: [],
      timeTo90Minutes: null
    })
  })

  it('a load that rises between notice and start is said, with the factor that profits from it', async () => {
    const load = (hour: number, date: string) => {
      if (date !== DAY || hour < 9) return 1000
      return hour < 14 ? 1300 : 900
    }
    // Told five hours before: the window before the notice is clean, so nothing is gained.
    const fair = await settle({ ...event, notifiedAt: start - 5 * HOUR, history: history(load) })
    expect(fair.baseline?.factor).toBeCloseTo(1, 9)
    expect(fair.preload?.energyKwh).toBeCloseTo(1500, 6)
    expect(fair.signs.map(({ sign }) => sign)).toEqual(['rise-after-notice'])
    // Told the day before, the same rise lifts the baseline to its cap.
    const shaped = await settle({ ...event, notifiedAt: start - 24 * HOUR, history: history(load) })
    expect(shaped.baseline?.factorCapped).toBe(true)
    expect(shaped.signs.map(({ sign }) => sign)).toContain('factor-at-cap')
    expect(shaped.signs.map(({ sign }) => sign)).toContain('pre-event-inflation')
  })
})
