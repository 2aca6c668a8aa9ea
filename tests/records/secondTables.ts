import { type Kysely, sql } from 'kysely'
import { canonicalJson } from '../../server/contract/canonicalJson.ts'
import { migrations } from '../../server/records/migrations.ts'
import type { Schema } from '../../server/records/schema.ts'
import { sha256 } from '../../server/records/sha256.ts'
import { at, minutes, noon } from './samples.ts'

/** The tables as the second version of Gridload made them. */
export const secondMigrations = Object.fromEntries(Object.entries(migrations).slice(0, 2))

const baseline = {
  ...{ method: '10 of 10 same-type days, same-day factor ±20 %', daysUsed: ['2026-05-19'], factor: 1.1 },
  daysRejected: [
    { day: '2026-04-30', reason: 'holiday' },
    { day: '2026-05-13', reason: 'event day' },
    { day: '2026-05-12', reason: 'low usage: 1.0 kW is below 2.0 kW (25 %)' },
    { day: '2026-05-11', reason: 'less than 90 % of its slots are known' }
  ],
  ...{ factorUncapped: 1.1, factorCapped: false, adjustmentFrom: null, adjustmentTo: null, note: null }
}
const measured = (customerId: string, ratio: number | null) => ({
  ...{ customerId, customerName: `Nhà máy ${customerId}`, requestedKw: 500 },
  baseline: ratio === null ? null : baseline,
  ...{ baselineKw: [4000], meteredKw: [4000], deliveredKw: [ratio === null ? null : ratio * 500] },
  ...{ deliveredKwh: ratio && ratio * 500, averageKw: ratio && ratio * 500, ratio },
  ...{ knownSlots: ratio === null ? 0 : 1, slots: 1 }
})

/** A result as the second version kept it: one an event, without version. */
export const secondResult = (eventId: string) => ({
  ...{ eventId, version: 5, state: 'final', isFinal: true, computedAt: at(noon + minutes(90)) },
  ...{ intervalMinutes: 60, start: at(noon), end: at(noon + minutes(60)), t: [noon] },
  participants: [measured('C1', 0.8), measured('C2', null)],
  total: {
    ...{ requestedKw: 1000, baselineKw: [4000], meteredKw: [3600], deliveredKw: [400], unknown: [1] },
    ...{ deliveredKwh: 400, averageKw: 400, ratio: 0.4 }
  }
})

/** A programme, two contracts (one ended), a final event with its result and one that runs, as the second version wrote them. */
export async function insertSecondState(db: Kysely<Schema>): Promise<void> {
  const run = async (...statements: string[]) => {
    for (const one of statements) await sql.raw(one).execute(db)
  }
  await run(
    `insert into customer (id, name) values ('C1', 'Thép'), ('C2', 'Giấy')`,
    `insert into node (id, kind, name, customer_id) values ('MP-C1', 'meteringPoint', 'MP-C1', 'C1')`,
    `insert into programme (id, name, settlement_interval_minutes, settle_delay_minutes) values ('p', 'P', 15, 5)`,
    `insert into enrolment (id, programme_id, customer_id, metering_point_id, committed_kw, since, until)
      values ('EN-000001', 'voluntary', 'C1', 'MP-C1', 500, ${noon}, ${noon + 1}),
             ('EN-000002', 'voluntary', 'C1', 'MP-C1', 600, ${noon + 1}, null)`,
    `insert into counter (name, last) values ('enrolment', 2)`,
    ...['CE-1', 'CE-2'].flatMap((id, i) => [
      `insert into event (id, state, version, node_id, node_name, programme_id, start_at, end_at, reason)
        values ('${id}', '${i === 0 ? 'final' : 'active'}', 1, 'F1', 'Lộ 471', 'p', ${noon}, ${noon + minutes(60)}, 'Nắng nóng')`,
      `insert into event_history (event_id, version, state, at, "by", by_id)
        values ('${id}', 1, '${i === 0 ? 'final' : 'active'}', ${noon}, 'Lan', 'usr-lan')`,
      ...['C1', 'C2'].map(
        (customer, position) => `insert into participant (event_id, customer_id, position, customer_name,
          metering_point_id, meter_id, requested_kw, committed_kw, answer) values ('${id}', '${customer}', ${position},
          'Nhà máy ${customer}', 'MP-${customer}', 'M-${customer}', 500, 600, ${position === 1 ? 'null' : `'${answer}'`})`
      )
    ])
  )
  const text = canonicalJson(secondResult('CE-1'))
  await sql`insert into result (event_id, performance, sha256) values ('CE-1', ${text}, ${sha256(text)})`.execute(
    db
  )
}

const answer = JSON.stringify({
  ...{ answer: 'accept', version: 1, at: at(noon), via: 'mqtt', kw: 450.5, reason: null }
})
