import { registryColumns } from '../server/contract/registry.ts'
import { type AdjustmentKw, createModel, type LoadModel } from './load/model.ts'
import { createConsumers } from './region/consumers.ts'
import { HOT_SUBSTATION, type Sites } from './region/sites.ts'
import { createTransformers } from './region/transformers.ts'
import { withUndersized } from './region/undersized.ts'

const MINUTE = 60_000
/** When the hot substation's load passes the share of its capacity that makes a heat peak. */
const CROSSING_AFTER_MS = 72_000
const PEAK_SHARE = 0.9
/** A Wednesday: the limits are laid out for a working day. */
const DESIGN_DAY = Date.parse('2026-06-10T13:00:00+07:00')
const DESIGN_OFFSET_MS = 7 * 60 * MINUTE

/** The demo region: who is in it, and what its company, substations and feeders can carry. */
export interface Region {
  sites: Sites
  /** kW by node id. */
  capacityKw: ReadonlyMap<string, number>
}

/** The same seed gives the same region. */
export function createRegion(seed: number): Region {
  const sites = withUndersized(createSites(seed), DESIGN_DAY, DESIGN_OFFSET_MS)
  const design = createModel(sites, DESIGN_DAY, DESIGN_OFFSET_MS)
  const crossing = design.clock.afternoonStart + CROSSING_AFTER_MS
  const afternoon = [10, 60, 120, 180].map(minutes => design.clock.afternoonStart + minutes * MINUTE)
  const peak = (load: (t: number) => number) => Math.max(...afternoon.map(load))
  const capacityKw = new Map<string, number>()
  const set = (id: string, kw: number) => capacityKw.set(id, Math.round(kw / 100) * 100)

  set(sites.company.id, peak(t => sum(sites.substations, ({ id }) => design.substationKw(id, t))) / 0.85)
  for (const { id } of sites.substations) {
    const load = (t: number) => design.substationKw(id, t)
    set(id, id === HOT_SUBSTATION ? load(crossing) / PEAK_SHARE : peak(load) / 0.74)
  }
  for (const [index, { id }] of sites.feeders.entries()) {
    set(id, peak(t => design.feederKw(id, t)) / (0.7 + 0.03 * (index % 4)))
  }
  return { sites, capacityKw }
}

/**
 * The region's load, its heat tuned so that on the anchor's day the hot substation passes 90 % of its capacity 72 s
 * after the afternoon shift starts, whatever day of the week that is.
 */
export function createRegionModel(
  { sites, capacityKw }: Region,
  anchor: number,
  offsetMs: number,
  adjustmentKw?: AdjustmentKw
): LoadModel {
  const loadKw = (gain: number) => {
    const model = createModel(sites, anchor, offsetMs, gain)
    return model.substationKw(HOT_SUBSTATION, model.clock.afternoonStart + CROSSING_AFTER_MS)
  }
  const wantedKw = PEAK_SHARE * (capacityKw.get(HOT_SUBSTATION) ?? 0)
  const [low, high] = [loadKw(1), loadKw(1.5)]
  const gain = 1 + (0.5 * (wantedKw - low)) / (high - low)
  return createModel(sites, anchor, offsetMs, Math.min(2, Math.max(0.6, gain)), adjustmentKw)
}

/** The registry of this seed's region as CSV text, in the contract's columns. */
export function regionCsv(seed: number): string {
  const { sites, capacityKw } = createRegion(seed)
  const columns = [...registryColumns, 'cooling'] as const
  type Row = Partial<Record<(typeof columns)[number], string | number>>
  const capacity = (id: string) => ({ capacity_kw: capacityKw.get(id) ?? '' })
  const [firstStation] = sites.stations
  const { company, province } = sites
  const rows: Row[] = [
    { kind: 'company', ...company, weather: firstStation?.id ?? '', ...capacity(company.id) },
    { kind: 'province', ...province, parent: company.id },
    ...sites.substations.map(({ id, name, stationId }) => ({
      kind: 'substation',
      id,
      name,
      parent: province.id,
      weather: stationId,
      ...capacity(id)
    })),
    ...sites.feeders.map(({ id, name, substationId }) => ({
      kind: 'feeder',
      id,
      name,
      parent: substationId,
      ...capacity(id)
    })),
    ...sites.consumers.map(({ customerId, name }) => ({ kind: 'customer', id: customerId, name })),
    ...sites.transformers.map(({ id, name, feederId, ratingKva, cooling, reportIntervalS }) => ({
      kind: 'transformer',
      id,
      parent: feederId,
      name,
      rating_kva: ratingKva,
      report_interval_s: reportIntervalS,
      cooling: cooling ?? ''
    })),
    ...sites.consumers.map(consumer => ({
      kind: 'meteringPoint',
      id: consumer.meteringPointId,
      parent: consumer.transformerId ?? consumer.feederId,
      name: consumer.name,
      meter: consumer.meterId,
      report_interval_s: 15,
      customer: consumer.customerId,
      committed_kw: consumer.committedKw ?? ''
    })),
    ...sites.transformers.flatMap(({ id, households }) =>
      households.map(household => ({
        kind: 'meteringPoint',
        id: household.meteringPointId,
        parent: id,
        name: household.name,
        meter: household.meterId,
        report_interval_s: 1800
      }))
    )
  ]
  const lines = rows.map(row => columns.map(column => quoted(row[column] ?? '')).join(','))
  return `${[columns.join(','), ...lines].join('\n')}\n`
}

function createSites(seed: number): Sites {
  const substations = [
    { id: 'E71', name: 'TBA 110 kV E7.1 Đông Sơn', stationId: 'W-DONGSON' },
    { id: 'E72', name: 'TBA 110 kV E7.2 Tây Hà', stationId: 'W-TAYHA' }
  ]
  const feeders = substations.flatMap(({ id }) =>
    [471, 473, 475].map(number => ({
      id: `${id}-${number}`,
      name: `Xuất tuyến ${number} ${id.replace('E7', 'E7.')}`,
      substationId: id
    }))
  )
  return {
    seed,
    company: { id: 'NPC', name: 'Tổng công ty Điện lực miền Bắc (mô phỏng)' },
    province: { id: 'NPC-KB', name: 'Công ty Điện lực Kinh Bắc (mô phỏng)' },
    stations: [
      { id: 'W-DONGSON', deltaC: 0 },
      { id: 'W-TAYHA', deltaC: -0.5 }
    ],
    substations,
    feeders,
    transformers: createTransformers(seed, feeders, substations),
    consumers: createConsumers(seed, feeders, substations)
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

function quoted(value: string | number): string {
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
