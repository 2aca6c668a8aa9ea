import { activePowerKw, apparentPowerKva, type PowerValues } from './hold.ts'
import type { LiveSources } from './liveSources.ts'
import type { OwnValues } from './loadStates.ts'
import type { Topology } from './topology.ts'

/** The sources of every node by their numbers, looked up once a registry. */
export interface NodeSources {
  /** Of node i: numbers[starts[i] … starts[i + 1]), the preferred one first. */
  starts: Uint32Array
  numbers: Uint32Array
  /** The weather station of each node; −1: none. */
  stations: Int32Array
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

/** What the sources of the node at `index` say at `now`; a value no longer held is unknown. */
export function ownValues(
  index: number,
  { starts, numbers, stations }: NodeSources,
  { values, kind }: Pick<LiveSources, 'values' | 'kind'>,
  now: number,
  defaultS: number
): OwnValues {
  const own: OwnValues = { kw: null, at: NaN, kva: null, temperatureC: null, oilTemperatureC: null }
  for (let i = starts[index] ?? 0; i < (starts[index + 1] ?? 0); i += 1) {
    const n = numbers[i] ?? 0
    const isTransformer = kind(n) === 'transformer'
    if (isTransformer) own.oilTemperatureC = temperatureOf(n, values, now, defaultS)
    const ts = values.powerTs[n] ?? NaN
    if (!values.isHeld(n, ts, values.powerIntervalS[n] ?? 0, now, defaultS)) continue
    const power = powerOf(n, values)
    if (isTransformer) own.kva = apparentPowerKva(power)
    const kw = activePowerKw(power)
    if (own.kw !== null || kw === null) continue
    own.kw = kw
    own.at = ts
  }
  const station = stations[index] ?? -1
  if (station >= 0) own.temperatureC = temperatureOf(station, values, now, defaultS)
  return own
}

function powerOf(n: number, { kw, kva, kvar }: LiveSources['values']): PowerValues {
  return { kw: known(kw[n]), kva: known(kva[n]), kvar: known(kvar[n]) }
}

function temperatureOf(
  n: number,
  values: LiveSources['values'],
  now: number,
  defaultS: number
): number | null {
  const ts = values.temperatureTs[n] ?? NaN
  const isHeld = values.isHeld(n, ts, values.temperatureIntervalS[n] ?? 0, now, defaultS)
  return isHeld ? known(values.temperatureC[n]) : null
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
