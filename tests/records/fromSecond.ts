import { expect } from 'vitest'
import { canonicalJson } from '../../server/contract/canonicalJson.ts'
import type { Answer } from '../../server/contract/events.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { sha256 } from '../../server/records/sha256.ts'
import { at, enrolment, keepResult, minutes, noon, participant, programme } from './samples.ts'
import { secondResult } from './secondTables.ts'

/** What the second version of Gridload had written is there, in the words of today, and goes on. */
export async function expectSecondState(records: Records): Promise<void> {
  const { programmes, enrolments, events, answers, results, deliveries } = records
  const other = { id: 'p', name: 'P', settlementIntervalMinutes: 15, settleDelayMinutes: 5 }
  expect(await programmes.list()).toEqual([programme(other), programme()])

  expect(await enrolments.list()).toEqual([enrolment('EN-000002', { since: at(noon + 1) })])
  expect(await enrolments.get('EN-000001')).toMatchObject({ until: at(noon + 1), committedKw: 500 })
  const again = { programmeId: 'voluntary', customerId: 'C1', meteringPointId: 'MP-C1', committedKw: 1 }
  expect(await enrolments.insert(again, noon)).toMatchObject({ ok: false, status: 409 })
  expect(await enrolments.recommit('EN-000002', { committedKw: 1 }, noon + 2)).toMatchObject({
    ...{ ok: true, enrolment: { id: 'EN-000003' } }
  })

  const accept: Answer = {
    ...{ answer: 'accept', version: 1, at: at(noon), via: 'mqtt', kw: 450.5 },
    ...{ reasonCode: null, reason: null }
  }
  const event = await events.get('CE-1')
  expect(event).toMatchObject({ isDrill: false, priority: 1, targetKw: null, releaseStepMinutes: 0 })
  expect(event?.participants).toEqual([participant('C1', { answer: accept }), participant('C2')])
  expect(await answers.ofEvent('CE-1')).toEqual([{ customerId: 'C1', customerName: 'Nhà máy C1', ...accept }])

  const text = canonicalJson(secondResult('CE-1'))
  expect(await results.list('CE-1')).toEqual({
    results: [
      {
        ...{ resultVersion: 1, kind: 'final', computedAt: at(noon + minutes(90)), deliveredKwh: 400 },
        ...{ why: 'kept by an earlier version of Gridload', sha256: sha256(text) }
      }
    ]
  })
  expect(await results.list('CE-2')).toEqual({ results: [] })
  const result = await results.get('CE-1')
  expect(result).toMatchObject({ resultVersion: 1, isDrill: false, isFinal: true })
  expect(result?.participants[0]).toMatchObject({
    ...{ ratio: 0.8, committedKw: 600, acceptedKw: null, sustainedKw: null, signs: [] },
    baseline: {
      ...{ method: '10of10', insteadOf: [], dataHash: null, factor: 1.1 },
      daysRejected: ['holiday', 'event', 'low-usage', 'gaps'].map(cause => ({ cause }))
    }
  })
  const delivered = { eventId: 'CE-1', programmeId: 'p', resultVersion: 1, isFinal: true, committedKw: 600 }
  expect(await deliveries.of({})).toMatchObject([
    { ...delivered, customerId: 'C1', acceptedKw: 450.5, averageKw: 400, ratio: 0.8, sustainedKw: null },
    { ...delivered, customerId: 'C2', acceptedKw: null, averageKw: null, ratio: null }
  ])
  if (event === null) throw new Error('CE-1 is gone')
  expect(await keepResult(records, event, { C1: 1, C2: 1 })).toMatchObject({ resultVersion: 2 })
  expect((await deliveries.of({})).map(({ ratio }) => ratio)).toEqual([1, 1])
}
