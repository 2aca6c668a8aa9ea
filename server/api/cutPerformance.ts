import type { Performance } from '../contract/performance.ts'

type Total = Performance['total']
const HOUR_MS = 3_600_000

/** The participants that are seen, and their sums alone. */
export function cutPerformance(
  performance: Performance,
  isSeen: (customerId: string) => boolean
): Performance {
  const participants = performance.participants.filter(({ customerId }) => isSeen(customerId))
  if (participants.length === performance.participants.length) return performance
  return { ...performance, participants, total: totalOf({ ...performance, participants }) }
}

/**
 * As the whole's total is made: slot by slot over those whose baseline and load are both known; average over the time in
 * which anybody is known; ratio of what was asked of just those.
 */
function totalOf({ participants, t, intervalMinutes, start, end }: Performance): Total {
  const total: Total = {
    requestedKw: participants.reduce((sum, { requestedKw }) => sum + requestedKw, 0),
    ...{ baselineKw: [], meteredKw: [], deliveredKw: [], unknown: [] },
    ...{ deliveredKwh: null, averageKw: null, ratio: null }
  }
  const slotHours = (intervalMinutes * 60_000) / HOUR_MS
  let [hours, deliveredKwh, askedKwh] = [0, 0, 0]
  t.forEach((at, i) => {
    const known = participants.flatMap(({ baselineKw, meteredKw, requestedKw }) => {
      const [baseline, metered] = [baselineKw[i] ?? null, meteredKw[i] ?? null]
      return baseline === null || metered === null ? [] : [{ baseline, metered, requestedKw }]
    })
    const sum = (value: (one: (typeof known)[number]) => number): number | null =>
      known.length === 0 ? null : known.reduce((all, one) => all + value(one), 0)
    const isInEvent = at >= Date.parse(start) && at < Date.parse(end)
    const delivered = isInEvent ? sum(one => one.baseline - one.metered) : null
    total.baselineKw.push(sum(one => one.baseline))
    total.meteredKw.push(sum(one => one.metered))
    total.deliveredKw.push(delivered)
    total.unknown.push(participants.length - known.length)
    if (delivered === null) return
    hours += slotHours
    deliveredKwh += delivered * slotHours
    askedKwh += (sum(one => one.requestedKw) ?? 0) * slotHours
  })
  if (hours === 0) return total
  const ratio = askedKwh > 0 ? deliveredKwh / askedKwh : null
  return { ...total, deliveredKwh, averageKw: deliveredKwh / hours, ratio }
}
