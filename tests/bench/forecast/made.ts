import { mkdir } from 'node:fs/promises'
import type { GridNode } from '../../../server/contract/registry.ts'
import { HALF_HOUR_MS, type History } from '../../../server/forecast/history/history.ts'
import { writeHistory } from '../../../server/forecast/history/historyFile.ts'
import { nodesAhead } from '../../../server/forecastingNodes.ts'
import { stations } from '../../../server/measuring.ts'
import { seeded } from '../programme/part.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const HISTORY_DAYS = 731
const STATIONS = 10
const LOCAL_MS = 7 * HOUR_MS

/** The register: a company, its feeders by station, and below each of them one metered point of a household. */
export function madeRegistry(count: number): { nodes: GridNode[]; csv: string } {
  const plain = { meter: null, weather: null, capacityKw: null, ratingKva: null, reportIntervalS: null }
  const nodes: GridNode[] = [
    { ...plain, id: 'CO', kind: 'company', parent: null, name: 'CO', customerId: null }
  ]
  for (let i = 0; nodes.length < count; i++) {
    const place = { kind: 'feeder', parent: 'CO', meter: `M${i}`, weather: `W${i % STATIONS}` } as const
    nodes.push({ ...plain, ...place, id: `F${i}`, name: `F${i}`, capacityKw: 4000, customerId: null })
  }
  const head =
    'kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw'
  const rows = nodes.map(({ kind, id, parent, name, meter, weather, capacityKw }) =>
    [kind, id, parent ?? '', name, meter ?? '', weather ?? '', capacityKw ?? '', '', '', '', ''].join()
  )
  return { nodes, csv: [head, ...rows].join('\n') }
}

export const stationNames = Array.from({ length: STATIONS }, (_, i) => `W${i}`)

/** A year with a hot season, hot spells of some days, and days of their own. */
export function madeTemperature(seed: number, from: number, count: number): Float32Array {
  const random = seeded(1000 + seed)
  let spell = 0
  return Float32Array.from({ length: count }, (_, i) => {
    const t = from + i * HALF_HOUR_MS + LOCAL_MS
    if (i % 48 === 0) spell = 0.8 * spell + 3 * (random() + random() + random() - 1.5)
    const season = 5 * Math.sin((2 * Math.PI * (t / DAY_MS - 100)) / 365.25)
    return (
      27 + season + spell + 4 * Math.cos((2 * Math.PI * (t / HOUR_MS - 14)) / 24) + 0.3 * (random() - 0.5)
    )
  })
}

/** Two years of one feeder: its own share of homes and works, of cooling, of growth and of restlessness. */
function madeLoad(seed: number, from: number, temperature: Float32Array): Float32Array {
  const random = seeded(seed)
  const [works, cooling, growth] = [random(), 0.01 + 0.04 * random(), 0.05 * random()]
  const [sizeKw, unrest] = [300 + 3000 * random(), 0.01 + 0.03 * random()]
  let warmth = 0
  let drift = 0
  return temperature.map((temperatureC, i) => {
    const t = from + i * HALF_HOUR_MS + LOCAL_MS
    const hour = (t / HOUR_MS) % 24
    const weekday = Math.floor(t / DAY_MS + 4) % 7
    warmth += (Math.max(0, temperatureC - 24) - warmth) / 24
    drift = 0.98 * drift + unrest * 0.2 * (random() - 0.5)
    const home = 0.5 + 0.3 * bell(hour, 20, 3) + 0.12 * bell(hour, 7, 2)
    const shift = (weekday === 0 ? 0.25 : 1) * (0.3 + 0.6 * bell(hour, 10, 3) + 0.6 * bell(hour, 15, 3))
    const heat = cooling * (0.5 * Math.max(0, temperatureC - 24) + 0.5 * warmth)
    const rest = 1 + (growth * i) / 17_520 + drift + unrest * (random() - 0.5)
    return sizeKw * ((1 - works) * home + works * shift + heat) * rest
  })
}

const bell = (hour: number, at: number, width: number): number => Math.exp(-(((hour - at) / width) ** 2) / 2)

/** Writes the histories of all nodes and stations as the run itself would have them, up to the half-hour before `until`. */
export async function writeMade(
  directory: string,
  nodes: readonly GridNode[],
  until: number
): Promise<Map<string, string>> {
  await mkdir(directory, { recursive: true })
  const end = Math.floor(until / HALF_HOUR_MS) * HALF_HOUR_MS
  const count = HISTORY_DAYS * 48
  const startMs = end - count * HALF_HOUR_MS
  const base = { startMs, readUntil: end, composition: '' }
  const temperatures = new Map<string, Float32Array>()
  for (const [i, station] of stationNames.entries()) {
    const temperature = madeTemperature(i, startMs, count)
    temperatures.set(station, temperature)
    const columns = [temperature, temperature.map(celsius => Math.min(95, 130 - 2 * celsius))]
    await writeHistory(`${directory}/${station}.weather`, { ...base, columns })
  }
  const { nodes: ahead } = await nodesAhead(
    nodes,
    stations(() => nodes)
  )
  for (const [i, { id, station, composition }] of ahead.entries()) {
    const temperature = temperatures.get(station ?? stationNames[0] ?? '') ?? new Float32Array(count)
    const history: History = { ...base, composition, columns: [madeLoad(i, startMs, temperature)] }
    await writeHistory(`${directory}/${id}.load`, history)
  }
  return new Map(ahead.map(({ id, composition }) => [id, composition]))
}
