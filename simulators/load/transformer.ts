import type { RegionClock } from '../clock.ts'
import { noise } from '../random.ts'
import type { Household, Street, Transformer } from '../region/sites.ts'
import { createOil } from './oil.ts'
import { hill, plateau } from './shapes.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const POWER_FACTOR = 0.95
/** Losses as shares of the rating: without load, and at full load. */
const NO_LOAD_LOSS = 0.0015
const LOAD_LOSS = 0.011

export interface TransformerLoad {
  householdKw(household: Household, t: number): number
  power(t: number): { kw: number; kvar: number }
  oilC(t: number): number
  ambientC(t: number): number
}

/** A large consumer below it, with what it does by order. */
export interface FedConsumer {
  powerFactor: number
  kw(t: number): number
}

/** `coolingNeed`: the weather's share (1 at 36 °C); `temperatureC`: the air around it. */
export function createTransformerLoad(
  transformer: Transformer,
  clock: RegionClock,
  coolingNeed: (t: number) => number,
  temperatureC: (t: number) => number,
  consumers: readonly FedConsumer[]
): TransformerLoad {
  const { households, ratingKva, street, streetKw, key } = transformer
  const sum = (of: (home: Household) => number) => households.reduce((total, home) => total + of(home), 0)
  const allBaseKw = sum(home => home.baseKw)
  const allAirConditioningKw = sum(home => home.airConditioningKw)

  const homes = (t: number) => homeShares(clock.hour(t), clock.isWeekend(clock.day(t)), coolingNeed(t))
  const smoothStreetKw = (t: number) =>
    streetKw * streetShare(street, clock.hour(t)) * (0.4 + 0.6 * coolingNeed(t))

  /** What passes through it, over the rating. */
  const loading = (kw: number, kvar: number) => Math.hypot(kw, kvar) / ratingKva
  const lossesKw = (pu: number) => ratingKva * (NO_LOAD_LOSS + LOAD_LOSS * pu ** 2)
  const reactive = (kw: number, powerFactor: number) => kw * Math.tan(Math.acos(powerFactor))
  const fed = (t: number) => {
    let [kw, kvar] = [0, 0]
    for (const consumer of consumers) {
      const own = consumer.kw(t)
      kw += own
      kvar += reactive(own, consumer.powerFactor)
    }
    return { kw, kvar }
  }

  const ambientC = (t: number) => temperatureC(t) + 0.8
  const smoothLoading = (t: number) => {
    const { base, airConditioning } = homes(t)
    const street = allBaseKw * base + allAirConditioningKw * airConditioning + smoothStreetKw(t)
    const { kw, kvar } = fed(t)
    return loading(kw + street, kvar + reactive(street, POWER_FACTOR))
  }
  const day = (t: number) => clock.day(t) + clock.hour(t) / 24
  const cooling = transformer.cooling === 'ONAN' ? 'ONAN' : null
  const oilC = createOil({
    ...{ key, fault: transformer.oilFault, cooling },
    day,
    loading: smoothLoading,
    ambientC
  })

  function power(t: number): { kw: number; kvar: number } {
    const shares = homes(t)
    const streetNow = smoothStreetKw(t) * (1 + 0.03 * noise(key, t, 10 * MINUTE))
    const served = sum(home => householdKw(home, shares, t)) + streetNow
    const below = fed(t)
    const servedKvar = reactive(served, POWER_FACTOR - 0.01 * noise(key ^ 0x11, t, HOUR))
    const kvar = servedKvar + below.kvar
    const kw = served + below.kw
    return { kw: kw + lossesKw(loading(kw, kvar)), kvar }
  }

  return {
    householdKw: (household, t) => householdKw(household, homes(t), t),
    power,
    oilC,
    ambientC
  }
}

interface HomeShares {
  base: number
  airConditioning: number
}

function homeShares(hour: number, isWeekend: boolean, coolingNeed: number): HomeShares {
  const atHome = plateau(hour, 8, 17, 2) * (isWeekend ? 0 : 0.3)
  return {
    base: 0.35 + 0.35 * hill(hour, 6.5, 1.2) + 0.4 * hill(hour, 12, 1.2) + 0.75 * hill(hour, 19.5, 2.2),
    airConditioning:
      coolingNeed * (0.25 + 0.4 * plateau(hour, 12, 16, 2) + 0.6 * hill(hour, 21.5, 3.2)) * (1 - atHome)
  }
}

function householdKw(household: Household, shares: HomeShares, t: number): number {
  const mood = noise(household.key, t, 15 * MINUTE)
  return (
    household.baseKw * shares.base * (1 + 0.6 * mood) +
    household.airConditioningKw * shares.airConditioning * (1 - 0.45 * mood)
  )
}

function streetShare(street: Street, hour: number): number {
  const lamps = 0.12 * (1 - plateau(hour, 5.7, 18.2, 0.3))
  switch (street) {
    case 'homes':
      return 0.3 + lamps + 0.5 * plateau(hour, 7, 21.5, 2)
    case 'market':
      return 0.2 + lamps + 0.65 * plateau(hour, 6, 20.5, 1.5) + 0.1 * hill(hour, 18.5, 1.5)
    case 'workshops':
      return 0.15 + lamps + 0.8 * plateau(hour, 7.3, 17.5, 0.6) * (1 - 0.2 * plateau(hour, 11.5, 13.02, 0.07))
  }
}
