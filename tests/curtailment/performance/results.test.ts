import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { baselineMethodNames, type PlaceboAccuracy } from '../../../server/contract/baselines.ts'
import type { CurtailmentEvent, EventState } from '../../../server/contract/events.ts'
import { BaselineComparison, Performance, Recomputation } from '../../../server/contract/performance.ts'
import { defaultBaseline } from '../../../server/contract/programmeDefaults.ts'
import { createResults } from '../../../server/curtailment/performance/results.ts'
import { memoryEvents, memoryResults } from '../../helpers/memoryRecords.ts'
import { measurementNeeds, oneParticipant, participantOf } from '../settle.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A Tuesday, UTC. */
const start = Date.parse('2026-06-02T14:00:00Z')
const end = start + 2 * HOUR

/** Two works of 1000 kW, one of which comes down by 300 kW; half-hour means, each there once it has ended. */
async function world() {
  const clock = { now: start + HOUR }
  const late = { until: 0, from: Infinity }
  const assessed = { rows: [] as PlaceboAccuracy[] }
  let reads = 0
  const events = memoryEvents()
  const event = {
    ...oneParticipant({ start, end, notifiedAt: start - 24 * HOUR, requestedKw: 300 }),
    participants: [
      participantOf({ start, end, requestedKw: 300 }),
      participantOf({ start, end }, { customerId: 'C2', customerName: 'Cement', meterId: 'M2' })
    ]
  }
  await events.insert(event)
  const kept = memoryResults()
  const results = createResults({
    ...measurementNeeds({
      async history(meter, from, to) {
        reads++
        const t: number[] = []
        for (let at = Math.ceil(from / (30 * MINUTE)) * 30 * MINUTE; at < to; at += 30 * MINUTE) t.push(at)
        const isThere = (at: number) =>
          at + 30 * MINUTE <= clock.now && !(meter === 'M1' && at >= late.from && clock.now < late.until)
        return {
          t,
          intervalS: t.map(() => 1800),
          kw: t.map(at => {
            if (!isThere(at)) return null
            return meter === 'M1' && at >= start && at < end ? 700 : 1000
          })
        }
      }
    }),
    assessed: { placebo: async () => assessed.rows, commonError: async () => ({ share: 0.05, days: 0 }) },
    events,
    results: kept,
    now: () => clock.now
  })
  const as = (state: EventState): CurtailmentEvent => ({ ...event, state, version: 5 })
  async function keep(state: 'provisional' | 'final', now: number) {
    clock.now = now
    return results.keep(await results.measure(as(state)), { kind: state, why: 'measured' })
  }
  return { clock, late, assessed, results, kept, as, keep, reads: () => reads }
}

describe('a result', () => {
  it('is measured while the event runs, and kept in versions after it', async () => {
    const { results, as, keep } = await world()
    const live = await results.of(as('active'))
    expect(live).toMatchObject({ resultVersion: 0, isFinal: false, total: { deliveredKwh: 300 } })
    expect([...Value.Errors(Performance, live)]).toEqual([])

    const provisional = await keep('provisional', end + 30 * MINUTE)
    expect(provisional).toMatchObject({ resultVersion: 1, isFinal: false, total: { deliveredKwh: 600 } })
    expect(await results.of(as('provisional'))).toEqual(provisional)
    const final = await keep('final', end + 40 * MINUTE)
    expect(final).toMatchObject({ resultVersion: 2, isFinal: true })
    expect([...Value.Errors(Performance, final)]).toEqual([])
    expect(await results.of(as('final'))).toEqual(final)
    expect(await results.kept(final.eventId, 1)).toEqual(provisional)
    expect(await results.kept(final.eventId, 3)).toBeNull()
    const { results: list } = await results.list(final.eventId)
    expect(list.map(({ kind, resultVersion }) => [kind, resultVersion])).toEqual([
      ['provisional', 1],
      ['final', 2]
    ])
  })

  it('of a running event is watched by the slots of each part, also those to come', async () => {
    const { results, as, assessed } = await world()
    const { adjustment } = defaultBaseline
    assessed.rows = [{ method: '10of10', adjustment, rrmseShare: 0.08, biasShare: 0, days: 30 }]
    const { basis, commonErrorShare } = await results.basis(as('active'))
    expect(commonErrorShare).toBe(0.05)
    expect(basis.get('C1')).toMatchObject({
      baselineKw: [1000, 1000, 1000, 1000].map(kw => expect.closeTo(kw, 6)),
      deliveredKw: [expect.closeTo(300, 6), expect.closeTo(300, 6), null, null],
      errorShare: 0.08
    })
    expect(basis.get('C1')?.slots.map(slot => slot.start)).toEqual(
      [0, 1, 2, 3].map(i => start + i * 30 * MINUTE)
    )
  })

  it('of a running event is measured once for all who ask at a time', async () => {
    const { results, as, reads } = await world()
    await results.of(as('active'))
    const before = reads()
    await Promise.all([1, 2, 3, 4].map(() => results.of(as('active'))))
    // The event's own day, once for each of two participants.
    expect(reads() - before).toBe(2)
  })

  it('that says nothing new is not kept again; the load after the event is one piece of news', async () => {
    const { results, keep } = await world()
    const first = await keep('final', end + 20 * MINUTE)
    expect(await keep('final', end + 20 * MINUTE)).toEqual(first)
    // A slot more of the load after the event.
    expect(await keep('final', end + HOUR)).toEqual(first)
    const whole = await keep('final', end + 2 * HOUR)
    expect(whole.resultVersion).toBe(2)
    expect((await results.list(first.eventId)).results.at(-1)?.why).toBe(
      'measured: the hours after its end have been measured too'
    )
    expect(await keep('final', end + 30 * HOUR)).toEqual(whole)
    // The newest are read from now on, the figures are the same.
    expect(whole.total.deliveredKwh).toBe(first.total.deliveredKwh)
  })
})

describe('late data', () => {
  it('makes a version beside the old, with the figures it would have had in time', async () => {
    const punctual = await world()
    const inTime = await punctual.keep('final', end + 20 * HOUR)

    const { results, keep, late } = await world()
    Object.assign(late, { from: start + HOUR, until: end + 20 * HOUR })
    const early = await keep('final', end + 19 * HOUR)
    expect(early.participants[0]).toMatchObject({ knownSlots: 2, slots: 4, deliveredKwh: 300 })
    const later = await keep('final', end + 20 * HOUR)
    expect(later.resultVersion).toBe(2)
    expect(later.participants).toEqual(inTime.participants)
    expect(later.total).toEqual(inTime.total)
    expect(await results.kept(later.eventId, 1)).toEqual(early)
    expect((await results.list(later.eventId)).results.at(-1)?.why).toMatch(
      /^measured: what 1 of 2 participants rest on is other than at 2026/
    )
  })
})

describe('recomputing', () => {
  it('gives the same digits, hours later and with other assessments', async () => {
    const { results, keep, as, clock, assessed } = await world()
    const { eventId, resultVersion } = await keep('final', end + 20 * MINUTE)
    const sha256 = (await results.list(eventId)).results[0]?.sha256
    clock.now = end + 40 * HOUR
    const { adjustment } = defaultBaseline
    assessed.rows = [{ method: '10of10', adjustment, rrmseShare: 0.08, biasShare: 0, days: 30 }]
    const recomputation = await results.recompute(as('final'))
    expect(recomputation).toEqual({
      ...{ resultVersion, keptSha256: sha256, recomputedSha256: sha256, isEqual: true, differences: [] }
    })
    expect([...Value.Errors(Recomputation, recomputation)]).toEqual([])
  })

  it('names whose numbers rest on other readings now', async () => {
    const { results, keep, as, late } = await world()
    Object.assign(late, { from: start + HOUR, until: end + HOUR })
    await keep('final', end + 20 * MINUTE)
    late.until = 0
    expect(await results.recompute(as('final'), 1)).toMatchObject({
      isEqual: false,
      differences: [{ customerId: 'C1', keptKwh: 300, recomputedKwh: 600, cause: 'data' }]
    })
    expect(await results.recompute(as('final'), 7)).toBeNull()
  })

  it('tells readings from a result that was not computed like this', async () => {
    const { results, keep, kept, as } = await world()
    const { participants, ...result } = await keep('final', end + 20 * MINUTE)
    const [first, second] = participants
    if (first === undefined || second === undefined) throw new Error('two participants')
    const forged = { ...result, participants: [{ ...first, deliveredKwh: 900 }, second] }
    await kept.save(forged, { kind: 'final', why: 'forged', deliveries: [] })
    expect(await results.recompute(as('final'), 2)).toMatchObject({
      isEqual: false,
      differences: [{ customerId: 'C1', keptKwh: 900, recomputedKwh: 600, cause: 'digits' }]
    })
  })
})

describe('one participant by every method', () => {
  it('shows them beside the one that settles', async () => {
    const { results, as, clock } = await world()
    clock.now = end + 3 * HOUR
    const comparison = await results.compare(as('final'), 'C1')
    expect([...Value.Errors(BaselineComparison, comparison)]).toEqual([])
    expect(comparison?.methods.map(({ method }) => method)).toEqual([...baselineMethodNames])
    expect(comparison?.methods.filter(({ isSettling }) => isSettling)).toMatchObject([
      { method: '10of10', deliveredKwh: 600, ratio: 1 }
    ])
    const byDays = comparison?.methods.filter(({ method }) => /of|day/.test(method)) ?? []
    for (const { deliveredKwh } of byDays) expect(deliveredKwh).toBeCloseTo(600, 6)
    const firm = comparison?.methods.find(({ method }) => method === 'firm-service-level')
    expect(firm).toMatchObject({ deliveredKwh: null, baseline: { note: expect.any(String) } })
  })

  it('is null for who does not take part', async () => {
    const { results, as } = await world()
    expect(await results.compare(as('final'), 'C9')).toBeNull()
  })
})
