import type { CurtailmentEvent, Participant } from '../../server/contract/events.ts'
import type { ParticipantPerformance, Performance } from '../../server/contract/performance.ts'
import type { CustomerRecord } from '../../server/contract/record.ts'
import type { Reward } from '../../server/contract/rewards.ts'
import type { SeasonReport, SeasonSums } from '../../server/contract/season.ts'
import type { EventReportParts } from '../../server/recognition/report/eventReport.ts'
import type { Source } from '../../server/recognition/report/parts.ts'

const HOUR_MS = 3_600_000
/** 13:00 in Vietnam. */
const start = Date.parse('2026-06-12T06:00:00.000Z')
const end = start + 1.5 * HOUR_MS
const at = (ms: number) => new Date(ms).toISOString()

export const names = [
  'Nhà máy thép Việt Đức',
  'Xi măng Hoàng Thạch',
  'Dệt may Nam Định',
  'Gốm sứ Bát Tràng',
  'Bia Sài Gòn – Hà Nội',
  'Công ty Cổ phần Hoá chất và Phân bón Đức Giang Lào Cai',
  'Giấy Bãi Bằng'
]

const answer = (word: 'accept' | 'decline') =>
  ({
    answer: word,
    version: 2,
    at: at(start - HOUR_MS),
    via: 'http',
    kw: null,
    reasonCode: null,
    reason: null
  }) as const

export function participant(index: number): Participant {
  return {
    customerId: `C${index}`,
    customerName: names[index % names.length] ?? '',
    meteringPointId: `MP-${index}`,
    meterId: `M-${index}`,
    furtherMeters: [],
    requestedKw: 2000 / (index + 1),
    committedKw: 2400 / (index + 1),
    start: at(start),
    end: at(end),
    releaseGroup: 1,
    releasedAt: null,
    supersededBy: null,
    acknowledgedAt: at(start - HOUR_MS),
    answer: index === 2 ? answer('decline') : answer('accept'),
    thanks: index === 0 ? { by: 'Nguyễn Thị Lan', at: at(end + 20 * HOUR_MS), note: 'Rất đúng giờ' } : null
  }
}

const slots = Array.from({ length: 16 }, (_, i) => start - 3 * HOUR_MS + i * HOUR_MS * 0.5)
const inEvent = (t: number) => t >= start && t < end

export function measured(one: Participant, isKnown = true): ParticipantPerformance {
  const base = one.requestedKw * 2.4
  const baselineKw = slots.map((_, i) => (isKnown ? base * (1 + 0.04 * Math.sin(i / 2)) : null))
  const meteredKw = slots.map((t, i) => {
    const kw = baselineKw[i] ?? null
    if (kw === null || i === 3) return null
    const share = inEvent(t) ? 0.95 * one.requestedKw : t >= end ? -0.12 * one.requestedKw : 0
    return kw * (1 + 0.01 * Math.cos(i * 3)) - share
  })
  const deliveredKw = slots.map((t, i) => {
    const [baseline, metered] = [baselineKw[i] ?? null, meteredKw[i] ?? null]
    return !inEvent(t) || baseline === null || metered === null ? null : baseline - metered
  })
  const known = deliveredKw.flatMap(kw => kw ?? [])
  const averageKw = known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length
  return {
    customerId: one.customerId,
    customerName: one.customerName,
    requestedKw: one.requestedKw,
    committedKw: one.committedKw,
    acceptedKw: null,
    baseline: isKnown
      ? {
          method: '10of10',
          insteadOf: [],
          daysUsed: ['2026-06-11', '2026-06-10', '2026-06-09', '2026-06-05', '2026-06-04', '2026-06-03'],
          daysRejected: [
            { day: '2026-06-02', cause: 'gaps', reason: '12 of 48 slots' },
            { day: '2026-06-08', cause: 'event', reason: 'CE-20260608-001' }
          ],
          factor: 1.047,
          factorUncapped: 1.047,
          factorCapped: false,
          offsetKw: null,
          adjustmentFrom: at(start - 4 * HOUR_MS),
          adjustmentTo: at(start - HOUR_MS),
          note: null,
          dataHash: 'a3'.repeat(32)
        }
      : null,
    baselineKw,
    meteredKw,
    deliveredKw,
    deliveredKwh: averageKw === null ? null : averageKw * 1.5,
    averageKw,
    ratio: averageKw === null ? null : averageKw / one.requestedKw,
    sustainedKw: known.length === 0 ? null : Math.min(...known),
    timeTo90Minutes: null,
    excessKw: null,
    preload: null,
    rebound: { energyKwh: 190, peakKw: 260, ratio: 0.07 },
    uncertaintyKw: averageKw === null ? null : 84,
    credit: averageKw === null ? null : { energyKwh: averageKw * 1.5, averageKw, vnd: null },
    signs: [],
    knownSlots: known.length,
    slots: 3
  }
}

export function performanceOf(participants: readonly ParticipantPerformance[]): Performance {
  const sum = (pick: (one: ParticipantPerformance) => readonly (number | null)[]) =>
    slots.map((_, i) => {
      const known = participants.flatMap(one => pick(one)[i] ?? [])
      return known.length === 0 ? null : known.reduce((a, b) => a + b, 0)
    })
  const known = participants.flatMap(({ averageKw }) => averageKw ?? [])
  const averageKw = known.length === 0 ? null : known.reduce((a, b) => a + b, 0)
  const requestedKw = participants.reduce((all, one) => all + one.requestedKw, 0)
  return {
    eventId: 'CE-20260612-001',
    version: 7,
    state: 'final',
    isDrill: false,
    isFinal: true,
    resultVersion: 2,
    computedAt: '2026-06-12T10:00:00.000Z',
    intervalMinutes: 30,
    start: at(start),
    end: at(end),
    t: slots,
    participants: [...participants],
    total: {
      requestedKw,
      baselineKw: sum(one => one.baselineKw),
      meteredKw: sum(one => one.meteredKw),
      deliveredKw: sum(one => one.deliveredKw),
      unknown: slots.map(() => 0),
      deliveredKwh: averageKw === null ? null : averageKw * 1.5,
      averageKw,
      ratio: averageKw === null ? null : averageKw / requestedKw,
      uncertaintyKw: averageKw === null ? null : 190,
      commonErrorShare: 0.05,
      isDistinguishable: averageKw === null ? null : true
    }
  }
}

export function event(participants: Participant[]): CurtailmentEvent {
  return {
    id: 'CE-20260612-001',
    state: 'final',
    version: 7,
    nodeId: 'E01',
    nodeName: 'Trạm 110 kV Đông Anh E01',
    programmeId: 'voluntary',
    findingId: null,
    isDrill: false,
    priority: 1,
    targetKw: 5000,
    releaseStepMinutes: 0,
    start: at(start),
    end: at(end),
    reason: 'Nắng nóng 38,4 °C, máy biến áp E01 gần giới hạn.',
    participants,
    history: [
      { version: 1, state: 'notified', at: at(start - 2 * HOUR_MS), by: 'Lan', byId: null, note: null },
      { version: 7, state: 'final', at: '2026-06-12T10:00:00.000Z', by: 'clock', byId: null, note: null }
    ]
  }
}

export const reward: Reward = {
  id: 'RW-000001',
  customerId: 'C0',
  customerName: names[0] ?? '',
  eventId: 'CE-20260612-001',
  season: 2026,
  kind: 'transformer-test',
  state: 'booked',
  plannedFor: '2026-12-10',
  history: [
    { state: 'offered', at: at(end + 24 * HOUR_MS), by: 'Lan', note: '', plannedFor: null },
    { state: 'booked', at: at(end + 48 * HOUR_MS), by: 'Lan', note: '', plannedFor: '2026-12-10' }
  ]
}

export const source: Source = {
  eventId: 'CE-20260612-001',
  resultVersion: 2,
  kind: 'final',
  computedAt: '2026-06-12T10:00:00.000Z',
  sha256: '3f5a'.repeat(16)
}

export function eventParts(count: number, isKnown = true): EventReportParts {
  const participants = Array.from({ length: count }, (_, i) => participant(i))
  const performance = performanceOf(participants.map(one => measured(one, isKnown)))
  const programme = 'Điều chỉnh phụ tải phi thương mại'
  return { event: event(participants), performance, source, programme, rewards: [reward] }
}

const sums = (size: number): SeasonSums => ({
  ...{ events: 7, customers: 40 * size, calls: 260 * size, accepted: 210 * size, declined: 12 * size },
  ...{ optedOut: 3 * size, unanswered: 35 * size, measured: 251 * size, requestedKwh: 480_000 * size },
  ...{ deliveredKwh: 441_230 * size, ratio: 0.918, coincidentKw: 61_400 * size, coincidentAt: at(start) },
  ...{ creditVnd: null, thanked: 240 * size, rewards: { offered: 4, booked: 3, done: 20, declined: 1 } }
})

const corporations = [
  'Điện lực miền Bắc',
  'Điện lực miền Trung',
  'Điện lực miền Nam',
  'Hà Nội',
  'TP. Hồ Chí Minh'
]

export const season: SeasonReport = {
  year: 2026,
  from: '2026-01-01',
  to: '2026-12-31',
  computedAt: '2026-09-30T10:00:00.000Z',
  companies: corporations.map((name, i) => ({
    companyId: `evn-${i}`,
    name: `Tổng công ty ${name}`,
    sums: sums([5, 2, 6, 3, 4][i] ?? 1)
  })),
  total: sums(20),
  drills: { events: 2, calls: 80, answered: 71 },
  open: 1,
  customers: Array.from({ length: 75 }, (_, i) => ({
    ...{ customerId: `C${i}`, name: names[i % names.length] ?? '', companyId: `evn-${i % 5}` },
    ...{ events: 7, deliveredKwh: 52_000 / (i + 1), ratio: 0.95 - i / 200, thanked: 6 }
  }))
}

export function record(count: number): CustomerRecord {
  const entries = Array.from({ length: count }, (_, i) => {
    const from = start - i * 7 * 24 * HOUR_MS
    const ratio = [0.96, 0.94, 0.6, 1.08, 0.91][i % 5] ?? 1
    return {
      ...{
        eventId: `CE-${at(from).slice(0, 10).replaceAll('-', '')}-001`,
        version: 7,
        state: 'final' as const
      },
      ...{ isDrill: i === 4, start: at(from), end: at(from + 1.5 * HOUR_MS), reason: 'Nắng nóng' },
      ...{ requestedKw: 2000, committedKw: 2400, meteringPointId: 'MP-0', meterId: 'M-0' },
      ...{ acknowledgedAt: null, answer: answer('accept'), averageKw: 2000 * ratio, ratio },
      ...{ deliveredKwh: 3000 * ratio, sustainedKw: 1700, uncertaintyKw: 84, creditVnd: null },
      ...{ resultVersion: 2, thanks: null }
    }
  })
  return {
    customer: { id: 'C0', name: names[0] ?? '' },
    enrolments: [],
    presentKw: null,
    openNotices: [],
    entries,
    rewards: [reward],
    totals: {
      ...{ events: count - 1, deliveredKwh: 17_400, ratio: 0.91, thanks: 3, drills: 1, creditVnd: null }
    }
  }
}
