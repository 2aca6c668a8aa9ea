import { activePowerKw, apparentPowerKva, type PowerValues } from './hold.ts'
import type { LiveSources } from './liveSources.ts'
import type { Topology } from './topology.ts'

/** The sources of every node by their numbers, looked up once a registry. */
export interface NodeSources {
  /** Of node i: numbers[starts[i] … starts[i + 1]), the preferred one first. */
  starts: Uint32Array
  numbers: Uint32Array
  /** The weather station of each node; −1: none. */
  stations: Int32Array
}

/** What the measuring points of one node say at a moment; NaN where nothing fresh is known. */
export interface OwnValues {
  /** Active power and its data time, of the first of its own points that knows one. */
  kw: number
  at: number
  /** A transformer's own apparent power. */
  kva: number
  temperatureC: number
  oilTemperatureC: number
}

/** All of them must be known to `sources`. */
export function nodeSources({ places }: Topology, sources: Pick<LiveSources, 'numberOf'>): NodeSources {
  const starts = new Uint32Array(places.length + 1)
  const numbers: number[] = []
  const stations = new Int32Array(places.length)
  for (const { index, points, weatherId } of places) {
    for (const { kind, id } of points) numbers.push(sources.numberOf(kind, id))
    starts[index + 1] = numbers.length
    stations[index] = weatherId === null ? -1 : sources.numberOf('weather', weatherId)
  }
  return { starts, numbers: Uint32Array.from(numbers), stations }
}

/** Writes into `own` what the sources of the node at `index` say at `now`; a value no longer held is unknown. */
export function readOwnValues(
  own: OwnValues,
  index: number,
  { starts, numbers, stations }: NodeSources,
  { values, kind }: Pick<LiveSources, 'values' | 'kind'>,
  now: number,
  defaultS: number
): void {
  own.kw = NaN
  own.at = NaN
  own.kva = NaN
  own.oilTemperatureC = NaN
  const end = starts[index + 1] ?? 0
  for (let i = starts[index] ?? 0; i < end; i += 1) {
    const n = numbers[i] ?? 0
    const isTransformer = kind(n) === 'transformer'
    if (isTransformer) own.oilTemperatureC = temperatureOf(n, values, now, defaultS)
    const ts = values.powerTs[n] ?? NaN
    if (!values.isHeld(n, ts, values.powerIntervalS[n] ?? 0, now, defaultS)) continue
    if (isTransformer) own.kva = apparentPowerKva(powerOf(n, values)) ?? NaN
    if (!Number.isNaN(own.kw)) continue
    own.kw = kwOf(n, values)
    if (!Number.isNaN(own.kw)) own.at = ts
  }
  const station = stations[index] ?? -1
  own.temperatureC = station < 0 ? NaN : temperatureOf(station, values, now, defaultS)
}

/** Most say kW themselves: no object is made for them. */
function kwOf(n: number, values: LiveSources['values']): number {
  const kw = values.kw[n] ?? NaN
  return Number.isNaN(kw) ? (activePowerKw(powerOf(n, values)) ?? NaN) : kw
}

function powerOf(n: number, { kw, kva, kvar }: LiveSources['values']): PowerValues {
  return { kw: known(kw[n]), kva: known(kva[n]), kvar: known(kvar[n]) }
}

function temperatureOf(n: number, values: LiveSources['values'], now: number, defaultS: number): number {
  const ts = values.temperatureTs[n] ?? NaN
  const isHeld = values.isHeld(n, ts, values.temperatureIntervalS[n] ?? 0, now, defaultS)
  return isHeld ? (values.temperatureC[n] ?? NaN) : NaN
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
