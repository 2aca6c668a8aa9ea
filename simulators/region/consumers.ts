import { between, keyOf, shuffled } from '../random.ts'
import { industries } from './industries.ts'
import type { Feeder, LargeConsumer, Substation } from './sites.ts'

/** How many are enrolled below each substation: forty together. */
const ENROLLED: Readonly<Record<string, number>> = { E71: 22, E72: 18 }

/** Sixty large consumers over the feeders in turn. */
export function createConsumers(
  seed: number,
  feeders: readonly Feeder[],
  substations: readonly Substation[]
): LargeConsumer[] {
  const consumers = substations.flatMap(substation =>
    namesOf(seed, substation, substations).map(({ name, industry }, index): LargeConsumer => {
      const own = feeders.filter(feeder => feeder.substationId === substation.id)
      const number = `${substation.id}${String(index + 1).padStart(2, '0')}`
      return {
        customerId: `KH-${number}`,
        meteringPointId: `MP-KH-${number}`,
        meterId: `M-KH-${number}`,
        name,
        feederId: own[index % own.length]?.id ?? substation.id,
        transformerId: null,
        stationId: substation.stationId,
        industry,
        usualKw: Math.round(between(keyOf(seed, name, 'usual'), ...industry.usualKw) / 10) * 10,
        powerFactor: between(keyOf(seed, name, 'pf'), 0.86, 0.97),
        committedKw: null,
        key: keyOf(seed, number)
      }
    })
  )
  const enrolled = new Set(
    substations.flatMap(({ id, stationId }) => {
      const below = consumers.filter(consumer => consumer.stationId === stationId)
      return shuffled(keyOf(seed, id, 'enrolled'), below).slice(0, ENROLLED[id] ?? 0)
    })
  )
  return consumers.map(consumer =>
    enrolled.has(consumer) ? { ...consumer, committedKw: commitment(seed, consumer) } : consumer
  )
}

/** Every industry is shared out over the substations in turn, so that none gets all the steel. */
function namesOf(seed: number, substation: Substation, substations: readonly Substation[]) {
  const everyone = Object.values(industries).flatMap(industry =>
    shuffled(keyOf(seed, 'names'), industry.names).map(name => ({ name, industry }))
  )
  const turn = substations.indexOf(substation)
  const mine = everyone.filter((_, index) => index % substations.length === turn)
  return shuffled(keyOf(seed, substation.id, 'order'), mine)
}

/** 12 to 29 % of its usual load. */
function commitment(seed: number, { usualKw, name }: LargeConsumer): number {
  return Math.ceil((usualKw * between(keyOf(seed, name, 'committed'), 0.12, 0.29)) / 5) * 5
}
