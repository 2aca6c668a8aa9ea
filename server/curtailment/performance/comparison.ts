import { type BaselineMethodName, baselineMethodNames } from '../../contract/baselines.ts'
import type { BaselineComparison } from '../../contract/performance.ts'
import { type DayReader, readBaseline } from '../baseline/engine.ts'
import type { DayRange } from '../baseline/input.ts'
import type { DayLoads } from '../slots/dayLoads.ts'
import { deliveredOf } from './delivered.ts'
import type { Prepared } from './measurement.ts'
import { metersOf, readOwnDay } from './meters.ts'
import type { MeasurementNeeds } from './needs.ts'
import { placeboOf } from './uncertainty.ts'

/**
 * One participant by every baseline method, each with its explanation: what the programme's method says beside what the
 * others would have said. `settling`: the method that its result rests on.
 */
export async function compareMethods(
  { history, assessed }: Pick<MeasurementNeeds, 'history' | 'assessed'>,
  { event, participant, part, site, window, chart, input, reader, facts }: Prepared,
  now: number
): Promise<BaselineComparison> {
  const { slots } = window
  const own = await readOwnDay(history, metersOf(participant), slots, now)
  const tested = site.enrolmentId === null ? [] : await assessed.placebo(site.enrolmentId)
  const once = readOnce(reader)
  const needs = await input()
  const { adjustment } = needs.rule
  const settling = (await readBaseline(needs, once)).explanation.method
  const place = new Map(slots.map((slot, i) => [slot.start, i]))
  const charted = (column: readonly (number | null)[]) =>
    chart.map(({ start }) => column[place.get(start) ?? -1] ?? null)
  const byMethod = async (method: BaselineMethodName) => {
    const rule = { method, adjustment, fallback: [] }
    const { baselineKw, explanation } = await readBaseline({ ...needs, rule }, once)
    const columns = { baselineKw, meteredKw: own.kw }
    const { deliveredKwh, averageKw, ratio } = deliveredOf(slots, part, columns, participant.requestedKw)
    return {
      method,
      isSettling: method === settling,
      baseline: explanation,
      baselineKw: charted(baselineKw),
      ...{ deliveredKwh, averageKw, ratio },
      placebo: placeboOf(tested, method, adjustment) ?? placeboOf(tested, method, null)
    }
  }
  const methods: BaselineComparison['methods'] = []
  for (const method of baselineMethodNames) methods.push(await byMethod(method))
  return {
    eventId: event.id,
    customerId: participant.customerId,
    customerName: participant.customerName,
    start: participant.start,
    end: participant.end,
    intervalMinutes: facts.programme.settlementIntervalMinutes,
    t: chart.map(({ start }) => start),
    meteredKw: charted(own.kw),
    methods
  }
}

/** What one method has read the next one need not read again. */
function readOnce({ load, temperature }: DayReader): DayReader {
  const remembered = (read: (range: DayRange) => Promise<DayLoads>) => {
    const known = new Map<string, Promise<DayLoads>>()
    return (range: DayRange) => {
      const key = `${range.from} ${range.to}`
      const days = known.get(key) ?? read(range)
      known.set(key, days)
      return days
    }
  }
  return temperature
    ? { load: remembered(load), temperature: remembered(temperature) }
    : { load: remembered(load) }
}
