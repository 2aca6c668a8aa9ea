/**
 * From what the stores hold to what acts on a transformer, by data time.
 *
 *   mean over [ts, ts + interval)   ├─ acts ─┤ stamped at its end
 *   instantaneous                   ●─ acts ─● until the next, as long as it holds; stamped at the next
 *   own load unknown                ├── half-hour of the node's roll-up ──┤
 */
import type { AmbientOrigin, LoadOrigin } from '../../../contract/transformers.ts'
import type { TransformerSample } from '../live.ts'
import { ambientOf, loadPuOf, type TransformerPlate } from '../plate.ts'
import { type StationColumns, stationAt } from './station.ts'

/** A transformer's own readings, ascending by `t`; columns kw, kva, kvar, oil_c, winding_c, ambient_c. */
export interface OwnColumns {
  t: readonly number[]
  intervalS: readonly number[]
  quality: readonly number[]
  columns: Readonly<Record<string, readonly (number | null)[]>>
}

/** Half-hours of the node's roll-up that are known well enough; `t` is their start. */
export interface HalfHourColumns {
  t: readonly number[]
  kw: readonly (number | null)[]
}

export interface TransformerInputs {
  own: OwnColumns
  halfHours: HalfHourColumns
  station: StationColumns
}

/** One stretch with where its values come from. */
export interface SourcedSample extends TransformerSample {
  loadFrom: LoadOrigin
  ambientFrom: AmbientOrigin
  /** Measured kW over kVA; null where one of them is not known. */
  powerFactor: number | null
}

export const ownFields = ['kw', 'kva', 'kvar', 'oil_c', 'winding_c', 'ambient_c'] as const

const MINUTE = 60_000
const HALF_HOUR = 30 * MINUTE

/**
 * What acts, in the order of its end. The newest instantaneous reading comes twice: as the end of what acted before it,
 * and by itself without any length, so that its load is the present one.
 */
export function samplesOf(plate: TransformerPlate, inputs: TransformerInputs): SourcedSample[] {
  const own = ownSamples(plate, inputs)
  const filled = halfHourSamples(plate, inputs, loadSpans(plate, inputs))
  if (filled.length === 0) return own
  return [...own, ...filled].sort((a, b) => a.endMs - b.endMs || a.startMs - b.startMs)
}

/** From where to where (epoch ms) its own readings leave the load unknown; longer than it holds. */
export function loadGaps(
  plate: TransformerPlate,
  own: OwnColumns,
  from: number,
  to: number
): { from: number; to: number }[] {
  const gaps: { from: number; to: number }[] = []
  let known = from
  for (const span of spansOf(plate, own)) {
    if (span.from > known) gaps.push({ from: known, to: Math.min(span.from, to) })
    known = Math.max(known, span.to)
  }
  if (known < to) gaps.push({ from: known, to })
  return gaps
}

const loadSpans = (plate: TransformerPlate, { own }: TransformerInputs) => spansOf(plate, own)

/** Where its own readings say the load, each as long as it holds. */
function spansOf(plate: TransformerPlate, own: OwnColumns): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = []
  const { kw, kva } = own.columns
  for (let i = 0; i < own.t.length; i++) {
    if ((kva?.[i] ?? kw?.[i] ?? null) === null) continue
    const from = own.t[i] ?? 0
    const to = from + (own.intervalS[i] ?? 0) * 1000 + plate.holdMin * MINUTE
    const last = spans.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else spans.push({ from, to })
  }
  return spans
}

function halfHourSamples(
  plate: TransformerPlate,
  { halfHours, station }: TransformerInputs,
  spans: readonly { from: number; to: number }[]
): SourcedSample[] {
  const samples: SourcedSample[] = []
  let next = 0
  for (const [i, startMs] of halfHours.t.entries()) {
    const kw = halfHours.kw[i] ?? null
    const endMs = startMs + HALF_HOUR
    while (next < spans.length && (spans[next]?.to ?? 0) <= startMs) next++
    if (kw === null || (spans[next]?.from ?? Number.POSITIVE_INFINITY) < endMs) continue
    const ambientC = stationAt(station, startMs + HALF_HOUR / 2)
    samples.push({
      ...{
        startMs,
        endMs,
        loadPu: loadPuOf(plate, { kw }),
        ambientC,
        oilC: null,
        windingC: null,
        quality: 0
      },
      ...{ loadFrom: 'roll-up', ambientFrom: ambientC === null ? 'none' : 'station', powerFactor: null }
    })
  }
  return samples
}

function ownSamples(
  plate: TransformerPlate,
  { own, halfHours, station }: TransformerInputs
): SourcedSample[] {
  const samples: SourcedSample[] = []
  const { length } = own.t
  const holdMs = plate.holdMin * MINUTE
  let isContinued = false
  for (let i = 0; i < length; i++) {
    const at = own.t[i] ?? 0
    const lengthMs = (own.intervalS[i] ?? 0) * 1000
    if (lengthMs > 0) {
      samples.push({ ...acting(plate, own, i, at, at + lengthMs, halfHours, station), ...sensed(own, i) })
      isContinued = false
      continue
    }
    // What it measured is of this moment, whatever acted before it.
    if (!isContinued) samples.push({ ...NOTHING, startMs: at, endMs: at, ...sensed(own, i) })
    const next = own.t[i + 1]
    isContinued = next !== undefined && next - at <= holdMs && (own.intervalS[i + 1] ?? 0) === 0
    const end = isContinued && next !== undefined ? next : at
    samples.push({
      ...acting(plate, own, i, at, end, halfHours, station),
      ...sensed(own, isContinued ? i + 1 : i)
    })
  }
  return samples
}

const NOTHING = {
  loadPu: null,
  ambientC: null,
  loadFrom: 'none',
  ambientFrom: 'none',
  powerFactor: null
} as const

/** The load and the air over a stretch, by its reading. */
function acting(
  plate: TransformerPlate,
  { columns }: OwnColumns,
  i: number,
  startMs: number,
  endMs: number,
  halfHours: HalfHourColumns,
  station: StationColumns
): Omit<SourcedSample, 'oilC' | 'windingC' | 'quality'> {
  const power = { kva: columns.kva?.[i], kw: columns.kw?.[i], kvar: columns.kvar?.[i] }
  const middle = (startMs + endMs) / 2
  const measuredPu = loadPuOf(plate, power)
  const rolledUpKw = measuredPu === null ? halfHourAt(halfHours, middle) : null
  const ownC = columns.ambient_c?.[i] ?? null
  const ambientC = ambientOf(ownC, ownC === null ? stationAt(station, middle) : null)
  return {
    ...{ startMs, endMs, ambientC },
    loadPu: measuredPu ?? loadPuOf(plate, { kw: rolledUpKw }),
    loadFrom: measuredPu === null ? (rolledUpKw === null ? 'none' : 'roll-up') : originOf(power),
    ambientFrom: ambientC === null ? 'none' : ownC === null ? 'station' : 'own',
    powerFactor: powerFactorOf(power)
  }
}

/** Near no load it says nothing of what is to come. */
const LEAST_POWER_FACTOR = 0.5

interface Power {
  kva?: number | null | undefined
  kw?: number | null | undefined
  kvar?: number | null | undefined
}

function powerFactorOf({ kva, kw, kvar }: Power): number | null {
  const apparent = kva ?? (kw == null || kvar == null ? null : Math.hypot(kw, kvar))
  if (kw == null || apparent === null || !(apparent > 0)) return null
  const factor = Math.min(1, Math.abs(kw) / apparent)
  return factor < LEAST_POWER_FACTOR ? null : factor
}

function originOf({ kva, kvar }: Power) {
  return kva != null ? 'kva' : kvar != null ? 'kw-kvar' : 'kw'
}

/** What its sensors said with a reading. */
function sensed({ columns, quality }: OwnColumns, i: number) {
  return {
    oilC: columns.oil_c?.[i] ?? null,
    windingC: columns.winding_c?.[i] ?? null,
    quality: quality[i] ?? 0
  }
}

function halfHourAt({ t, kw }: HalfHourColumns, at: number): number | null {
  const i = t.indexOf(Math.floor(at / HALF_HOUR) * HALF_HOUR)
  return i < 0 ? null : (kw[i] ?? null)
}
