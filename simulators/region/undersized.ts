import { createModel } from '../load/model.ts'
import { HOT_SUBSTATION, type LargeConsumer, type Sites, type Transformer } from './sites.ts'

const MINUTE = 60_000
const RATINGS_KVA = [3150, 4000, 5000, 6300]
/** Load over rating on the hot afternoon: beyond the hot spot of normal cyclic loading then, within it on a usual day. */
const AIMED_PU = 1.1
/** Of its load, at least, its consumers must have agreed to give up. */
const LEAST_COMMITTED_SHARE = 0.16
const LEAST_COOLING_SHARE = 0.12
const REPORT_INTERVAL_S = 15

/**
 * The same sites with one intermediate transformer of the hot substation grown too small: two enrolled consumers are fed
 * by it, and on the hot afternoon it is loaded beyond its rating.
 */
export function withUndersized(sites: Sites, designDay: number, offsetMs: number): Sites {
  const model = createModel(sites, designDay, offsetMs)
  const { afternoonStart } = model.clock
  const at = [30, 60, 90, 120, 150, 180].map(minutes => afternoonStart + minutes * MINUTE)
  const kvaOf = (transformer: Transformer, consumers: readonly LargeConsumer[]) => {
    const kva = at.map(t => {
      let { kw, kvar } = model.transformers.get(transformer.id)?.power(t) ?? { kw: 0, kvar: 0 }
      for (const { customerId, powerFactor } of consumers) {
        const own = model.consumers.get(customerId)?.(t) ?? 0
        kw += own
        kvar += own * Math.tan(Math.acos(powerFactor))
      }
      return Math.hypot(kw, kvar)
    })
    return kva.reduce((sum, value) => sum + value, 0) / kva.length
  }

  let best: { transformer: Transformer; consumers: LargeConsumer[]; ratingKva: number; miss: number } | null =
    null
  for (const { id: feederId } of sites.feeders.filter(
    ({ substationId }) => substationId === HOT_SUBSTATION
  )) {
    const transformer = sites.transformers.find(one => one.feederId === feederId && one.oilFault === null)
    if (transformer === undefined) continue
    for (const consumers of pairs(sites.consumers.filter(one => one.feederId === feederId && isFit(one)))) {
      const kva = kvaOf(transformer, consumers)
      const committedKw = consumers.reduce((sum, one) => sum + (one.committedKw ?? 0), 0)
      if (committedKw < LEAST_COMMITTED_SHARE * kva) continue
      for (const ratingKva of RATINGS_KVA) {
        const miss = Math.abs(kva / ratingKva - AIMED_PU)
        if (best === null || miss < best.miss) best = { transformer, consumers, ratingKva, miss }
      }
    }
  }
  return best === null ? sites : placed(sites, best)
}

/** Called at any hour of the afternoon, and with a load that the heat drives: on a usual day all is well. */
const isFit = ({ committedKw, industry }: LargeConsumer) =>
  committedKw !== null && industry.shifts !== 'one' && industry.coolingShare >= LEAST_COOLING_SHARE

function pairs<T>(items: readonly T[]): T[][] {
  return items.flatMap((first, index) => items.slice(index + 1).map(second => [first, second]))
}

function placed(
  sites: Sites,
  {
    transformer,
    consumers,
    ratingKva
  }: { transformer: Transformer; consumers: LargeConsumer[]; ratingKva: number }
): Sites {
  const below = consumers.map(consumer => ({ ...consumer, transformerId: transformer.id }))
  const undersized: Transformer = {
    ...transformer,
    name: transformer.name.replace('MBA', 'MBA trung gian'),
    ...{ ratingKva, cooling: 'ONAN', consumers: below, reportIntervalS: REPORT_INTERVAL_S }
  }
  return {
    ...sites,
    transformers: sites.transformers.map(one => (one === transformer ? undersized : one)),
    consumers: sites.consumers.map(
      one => below.find(({ customerId }) => customerId === one.customerId) ?? one
    )
  }
}
