import type { CurtailmentEvent, Participant } from '../../../server/contract/events.ts'
import { addDays, localTime } from '../../../server/contract/localTime.ts'
import { defaultTerms } from '../../../server/contract/programmeDefaults.ts'
import type { Programme } from '../../../server/contract/programmes.ts'
import type { GridNode } from '../../../server/contract/registry.ts'
import type { Reading } from '../../../server/contract/telemetry.ts'
import { createWatching } from '../../../server/curtailment/live/watching.ts'
import { refuse } from '../../../server/curtailment/needs.ts'
import { createMeasurement } from '../../../server/curtailment/performance/measurement.ts'
import { slotGrid } from '../../../server/curtailment/slots/slotGrid.ts'
import type { MeterHistory } from '../../../server/curtailment/slots/slots.ts'
import { createLiveGrid } from '../../../server/grid/live.ts'
import { batchOf } from '../../../server/log/readingBatch.ts'
import { middleMs, type Part, type Row, seeded } from './part.ts'

const PARTICIPANTS = 2000
const UPDATES = 20
const EVERY_MS = 5000
const HOUR_MS = 3_600_000
const DATE = '2026-06-24'

const local = localTime('Asia/Ho_Chi_Minh')
const midnight = local.dayStart(DATE)
const start = midnight + 14 * HOUR_MS
const end = start + 2 * HOUR_MS
const iso = (t: number) => new Date(t).toISOString()
const programme: Programme = {
  id: 'voluntary',
  name: 'Voluntary',
  kind: 'voluntary',
  priority: 1,
  settlementIntervalMinutes: 30,
  settleDelayMinutes: 60,
  terms: [defaultTerms.voluntary]
}

/**
 * A running event of 2,000 participants against its target: 2,000 new readings into the live state, then the sum, its
 * uncertainty and the forecast. Their baselines come from 45 days of half hours by the engine that settles.
 */
export const live: Part = {
  name: 'live',
  async run(): Promise<Row[]> {
    let now = start + 5 * 60_000
    const grid = createLiveGrid({ localDate: local.date })
    grid.setRegistry(registry())
    const random = seeded(5)
    const report = () => grid.apply(batchOf(readings(now, random)), now)
    const measurement = createMeasurement(needs(() => now))
    const { of } = createWatching({
      basisOf: event => measurement.basis(event, now),
      presentOf: ({ meteringPointId }) => grid.present(meteringPointId, now),
      plan: async () => refuse(422, 'nobody else is there'),
      ceilToSlot: async (_, t) => slotGrid(local, 30).ceil(t),
      onFault: (what, error) => {
        throw new Error(what, { cause: error })
      },
      now: () => now
    })
    report()
    const first = await middleMs(1, () => of(event))
    let delivered: number | null = null
    const update = await middleMs(UPDATES, async () => {
      now += EVERY_MS
      report()
      const { known, deliveredKw } = await of(event)
      if (known !== PARTICIPANTS) throw new Error(`only ${known} are known`)
      delivered = deliveredKw
    })
    const again = await middleMs(1, () => measurement.basis(event, now))
    const note = `${((delivered ?? NaN) / 1000).toFixed(1)} MW delivered`
    return [
      { what: 'an update of 2,000 participants', value: update, unit: 'ms', limit: 200, note },
      { what: 'the first look: 2,000 baselines', value: first, unit: 'ms', limit: null },
      { what: 'read again after a slot, beside the answers', value: again, unit: 'ms', limit: null }
    ]
  }
}

const names = Array.from({ length: PARTICIPANTS }, (_, i) => String(i).padStart(4, '0'))

function registry(): GridNode[] {
  const plain = { weather: null, capacityKw: null, ratingKva: null, reportIntervalS: 15 }
  const feeder: GridNode = {
    ...plain,
    id: 'F1',
    kind: 'feeder',
    parent: null,
    name: 'F1',
    meter: null,
    customerId: null
  }
  return [
    feeder,
    ...names.map(
      (name): GridNode => ({
        ...plain,
        id: `P${name}`,
        kind: 'meteringPoint',
        parent: 'F1',
        name,
        meter: `M${name}`,
        customerId: `C${name}`
      })
    )
  ]
}

const readings = (now: number, random: () => number): Reading[] =>
  names.map(name => ({
    kind: 'meter',
    id: `M${name}`,
    ts: now,
    intervalS: 0,
    issued: null,
    quality: 0,
    values: { kw: 800 + 50 * random() }
  }))

const participants = names.map(
  (name): Participant => ({
    customerId: `C${name}`,
    customerName: name,
    meteringPointId: `P${name}`,
    meterId: `M${name}`,
    furtherMeters: [],
    requestedKw: 100,
    committedKw: 100,
    start: iso(start),
    end: iso(end),
    releaseGroup: 1,
    releasedAt: null,
    supersededBy: null,
    acknowledgedAt: null,
    answer: null,
    thanks: null
  })
)

const event: CurtailmentEvent = {
  id: 'CE-20260624-001',
  state: 'active',
  version: 3,
  nodeId: 'F1',
  nodeName: 'F1',
  programmeId: programme.id,
  findingId: null,
  isDrill: false,
  priority: 1,
  targetKw: null,
  releaseStepMinutes: 0,
  start: iso(start),
  end: iso(end),
  reason: 'heat',
  participants,
  history: [
    { version: 2, state: 'notified', at: iso(start - HOUR_MS), by: 'a person', byId: null, note: null },
    { version: 3, state: 'active', at: iso(start), by: 'clock', byId: null, note: null }
  ]
}

/** Half hours of the 45 days before and of the event's own day, the same for all. */
const history: MeterHistory = (() => {
  const random = seeded(7)
  const t: number[] = []
  for (let at = local.dayStart(addDays(DATE, -45)); at < end; at += HOUR_MS / 2) t.push(at)
  return { t, intervalS: t.map(() => 1800), kw: t.map(() => 900 + 50 * random()) }
})()

function needs(now: () => number): Parameters<typeof createMeasurement>[0] {
  return {
    events: { list: async () => [event] },
    programmes: { list: async () => [programme] },
    enrolments: { list: async () => [], ofCustomer: async () => [] },
    daysOff: async () => ({ publicHolidays: [], daysOff: [] }),
    assessed: { placebo: async () => [], commonError: async () => ({ share: 0.05, days: 0 }) },
    async history(_, from, to) {
      const first = history.t.findIndex(at => at >= from)
      const past = history.t.findIndex(at => at >= to)
      const part = <T>(column: readonly T[]) => column.slice(first, past < 0 ? undefined : past)
      return { t: part(history.t), intervalS: part(history.intervalS), kw: part(history.kw) }
    },
    timeZone: 'Asia/Ho_Chi_Minh',
    now
  }
}
