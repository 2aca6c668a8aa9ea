import { createModel } from '../load/model.ts'
import { HOT_SUBSTATION, type LargeConsumer, type Sites, type Transformer } from './sites.ts'

const MINUTE = 60_000
const RATINGS_KVA = [2500, 3150, 4000, 5000, 6300]
/** Load over rating on the hot afternoon: beyond the hot spot of normal cyclic loading then, within it on a usual day. */
const AIMED_PU = 1.1
/** Of its load, at least, its consumers must have agreed to give up. */
const LEAST_COMMITTED_SHARE = 0.16
const LEAST_COOLING_SHARE = 0.12
const REPORT_INTERVAL_S = 15
/** Of a street's kW, about so much is drawn on a hot afternoon. */
const STREET_SHARE = 0.95
const ADJUSTMENTS = 4

interface Choice {
  transformer: Transformer
  consumers: readonly LargeConsumer[]
  ratingKva: number
}

/**
 * The same sites with one intermediate transformer, below a substation with room to spare, grown too small: two enrolled
 * consumers are fed by it, and its town has grown until it is loaded beyond its rating on the hot afternoon.
 */
export function withUndersized(sites: Sites, designDay: number, offsetMs: number): Sites {
  const choice = bestChoice(sites, designDay, offsetMs)
  if (choice === null) return sites
  let { streetKw } = choice.transformer
  for (let i = 0; i < ADJUSTMENTS; i += 1) {
    const kva = afternoonKva(placed(sites, choice, streetKw), choice.transformer.id, [], designDay, offsetMs)
    streetKw += Math.round((AIMED_PU * choice.ratingKva - kva) / STREET_SHARE)
  }
  return placed(sites, choice, streetKw)
}

/** The pair and the rating that leave least to the town. */
function bestChoice(sites: Sites, designDay: number, offsetMs: number): Choice | null {
  let best: (Choice & { leftKva: number }) | null = null
  for (const { id: feederId } of sites.feeders.filter(
    ({ substationId }) => substationId !== HOT_SUBSTATION
  )) {
    const transformer = sites.transformers.find(one => one.feederId === feederId && one.oilFault === null)
    if (transformer === undefined) continue
    for (const consumers of pairs(sites.consumers.filter(one => one.feederId === feederId && isFit(one)))) {
      const kva = afternoonKva(sites, transformer.id, consumers, designDay, offsetMs)
      const committedKw = consumers.reduce((sum, one) => sum + (one.committedKw ?? 0), 0)
      for (const ratingKva of RATINGS_KVA) {
        const leftKva = AIMED_PU * ratingKva - kva
        if (leftKva < 0 || committedKw < LEAST_COMMITTED_SHARE * AIMED_PU * ratingKva) continue
        if (best === null || leftKva < best.leftKva) best = { transformer, consumers, ratingKva, leftKva }
      }
    }
  }
  return best
}

/** The mean load of a transformer on the design day's afternoon, with consumers that are not yet below it. */
function afternoonKva(
  sites: Sites,
  transformerId: string,
  consumers: readonly LargeConsumer[],
  designDay: number,
  offsetMs: number
): number {
  const model = createModel(sites, designDay, offsetMs)
  const at = [60, 90, 120, 150, 180].map(minutes => model.clock.afternoonStart + minutes * MINUTE)
  const kva = at.map(t => {
    let { kw, kvar } = model.transformers.get(transformerId)?.power(t) ?? { kw: 0, kvar: 0 }
    for (const { customerId, powerFactor } of consumers) {
      const own = model.consumers.get(customerId)?.(t) ?? 0
      kw += own
      kvar += own * Math.tan(Math.acos(powerFactor))
    }
    return Math.hypot(kw, kvar)
  })
  return kva.reduce((sum, value) => sum + value, 0) / kva.length
}

/** Called at any hour of the afternoon, and with a load that the heat drives: on a usual day all is well. */
const isFit = ({ committedKw, industry }: LargeConsumer) =>
  committedKw !== null && industry.shifts !== 'one' && industry.coolingShare >= LEAST_COOLING_SHARE

function pairs<T>(items: readonly T[]): T[][] {
  return items.flatMap((first, index) => items.slice(index + 1).map(second => [first, second]))
}

function placed(sites: Sites, { transformer, consumers, ratingKva }: Choice, streetKw: number): Sites {
  const below = consumers.map(consumer => ({ ...consumer, transformerId: transformer.id }))
  const undersized: Transformer = {
    ...transformer,
    name: transformer.name.replace('MBA', 'MBA trung gian'),
    ...{ ratingKva, streetKw, cooling: 'ONAN', consumers: below, reportIntervalS: REPORT_INTERVAL_S }
  }
  return {
    ...sites,
    transformers: sites.transformers.map(one => (one === transformer ? undersized : one)),
    consumers: sites.consumers.map(
      one => below.find(({ customerId }) => customerId === one.customerId) ?? one
    )
  }
}
