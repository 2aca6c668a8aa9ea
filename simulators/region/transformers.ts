import { between, keyOf, uniform } from '../random.ts'
import type { Feeder, Household, OilFault, Street, Substation, Transformer } from './sites.ts'

const HOUSEHOLDS = 2_000
const TRANSFORMERS = 40
const RATINGS_KVA = [250, 320, 400, 560, 630, 750, 1000, 1250]
const LARGEST_RATING_KVA = 1600
const PLACES = [
  'Chợ Mới',
  'Đình Bảng',
  'Ngã Tư',
  'Bến Đò',
  'Cổng Làng',
  'Bờ Hồ',
  'Trường Tiểu học',
  'Ga Cũ',
  'Xóm Đông',
  'Phố Huyện'
]
/** By place in the row: of workshops one, whose load swings most, and of a market one. */
const faults: Readonly<Record<number, OilFault>> = { 14: 'cooling', 9: 'sensor' }
const STREETS: readonly { street: Street; kw: readonly [number, number] }[] = [
  { street: 'homes', kw: [100, 240] },
  { street: 'market', kw: [320, 650] },
  { street: 'workshops', kw: [400, 900] }
]

/** Forty transformers over the feeders in turn, with two thousand households behind them. */
export function createTransformers(
  seed: number,
  feeders: readonly Feeder[],
  substations: readonly Substation[]
): Transformer[] {
  const counts = householdCounts(seed)
  const perFeeder = Math.ceil(TRANSFORMERS / feeders.length)
  const slots = Array.from({ length: perFeeder }, (_, row) => feeders.map(feeder => ({ feeder, row }))).flat()
  let households = 0
  return counts.flatMap((count, index) => {
    const slot = slots[index]
    const station = substations.find(({ id }) => id === slot?.feeder.substationId)?.stationId
    if (slot === undefined || station === undefined) return []
    const first = households
    households += count
    return [transformer(seed, slot.feeder, station, slot.row, { index, first, count })]
  })
}

function transformer(
  seed: number,
  feeder: Feeder,
  stationId: string,
  row: number,
  homes: { index: number; first: number; count: number }
): Transformer {
  const number = `${feeder.id}-${String(row + 1).padStart(2, '0')}`
  // By row, so that every feeder has its share of each kind of street.
  const { street, kw } = STREETS[row % STREETS.length] ?? { street: 'homes', kw: [100, 240] }
  const streetKw = Math.round(between(keyOf(seed, number, 'street'), ...kw))
  const households = Array.from({ length: homes.count }, (_, offset) => household(seed, homes.first + offset))
  return {
    id: `T-${number}`,
    name: `MBA ${PLACES[homes.index % PLACES.length]} ${Math.floor(homes.index / PLACES.length) + 1}`,
    feederId: feeder.id,
    stationId,
    concentratorId: `DCU-${number}`,
    ratingKva: ratingFor(streetKw, households),
    ...{ cooling: null, consumers: [], reportIntervalS: 60 },
    street,
    streetKw,
    households,
    oilFault: faults[homes.index] ?? null,
    key: keyOf(seed, number)
  }
}

/** How many households each transformer feeds: uneven, and together exactly as many as there are. */
function householdCounts(seed: number): number[] {
  const weights = Array.from({ length: TRANSFORMERS }, (_, index) =>
    between(keyOf(seed, 'homes', index), 0.5, 1.6)
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let placed = 0
  let wanted = 0
  return weights.map(weight => {
    wanted += (weight / total) * HOUSEHOLDS
    const count = Math.round(wanted) - placed
    placed += count
    return count
  })
}

function household(seed: number, index: number): Household {
  const number = String(index + 1).padStart(5, '0')
  const key = keyOf(seed, 'home', number)
  return {
    meterId: `M-${number}`,
    meteringPointId: `MP-${number}`,
    name: `Hộ ${number}`,
    baseKw: 0.25 + 0.55 * uniform(key, 1),
    airConditioningKw: uniform(key, 2) < 0.75 ? 0.7 + 1.5 * uniform(key, 3) : 0,
    key
  }
}

/** The smallest rating that carries a hot evening at about 70 %. */
function ratingFor(streetKw: number, households: readonly Household[]): number {
  const homesKw = households.reduce((sum, home) => sum + 0.8 * home.baseKw + 0.75 * home.airConditioningKw, 0)
  const neededKva = (streetKw + homesKw) / 0.95 / 0.7
  return RATINGS_KVA.find(rating => rating >= neededKva) ?? LARGEST_RATING_KVA
}
