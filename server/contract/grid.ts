import { type Static, Type } from 'typebox'
import { type QualityName, qualityBits } from './quality.ts'
import { NodeKind } from './registry.ts'
import { EpochMs, Id, Kw, Time, Unknown } from './units.ts'

/** The present load of one node and how complete it is. */
export const LoadState = Type.Object({
  id: Id,
  kind: NodeKind,
  name: Type.String(),
  parent: Unknown(Id),
  customerId: Unknown(Id),
  loadKw: Unknown(Kw),
  /** Where loadKw comes from: its own meter, the sum of its children, or nobody reported. */
  source: Type.Enum(['meter', 'sum', 'none']),
  /** Of the points that make up loadKw: how many there are, and how many hold a fresh value. */
  expected: Type.Integer(),
  reported: Type.Integer(),
  /** Data time of the newest value in it: epoch ms. */
  newestAt: Unknown(EpochMs),
  capacityKw: Unknown(Kw),
  ratingKva: Unknown(Type.Number()),
  /** Load as a share of capacity (kW) or of rating (kVA), 1 = at the limit. */
  loading: Unknown(Type.Number()),
  /** Newest fresh temperature of its weather station, °C. */
  temperatureC: Unknown(Type.Number()),
  /** A transformer's newest fresh measured oil temperature, °C. */
  oilTemperatureC: Unknown(Type.Number())
})
export type LoadState = Static<typeof LoadState>

/** Every node but households: metering points appear when they belong to a customer. */
export const GridAnswer = Type.Object({
  at: Time,
  timeZone: Type.String(),
  nodes: Type.Array(LoadState)
})
export type GridAnswer = Static<typeof GridAnswer>

/** One node with its place: ancestors from the top down, children with their load. */
export const GridNodeAnswer = Type.Object({
  at: Time,
  node: LoadState,
  ancestors: Type.Array(LoadState),
  children: Type.Array(LoadState),
  /** The meter and the weather station in use, own or inherited. */
  meter: Unknown(Id),
  weather: Unknown(Id)
})
export type GridNodeAnswer = Static<typeof GridNodeAnswer>

/**
 * A node's load over time, as columns of equal length; `t` is the start of each window (epoch ms, ascending).
 * `kw` is the time-weighted mean of the window, `min` and `max` its extremes: no window loses them.
 */
export const LoadColumns = Type.Object({
  node: Id,
  windowMs: Type.Integer(),
  t: Type.Array(EpochMs),
  kw: Type.Array(Unknown(Kw)),
  min: Type.Array(Unknown(Kw)),
  max: Type.Array(Unknown(Kw)),
  reported: Type.Array(Type.Integer()),
  expected: Type.Array(Type.Integer())
})
export type LoadColumns = Static<typeof LoadColumns>

/** A finding of validation about a reading; the bits behind the names are in `quality.ts`. */
export const QualityFlag = Type.Unsafe<QualityName>(Type.Enum(Object.keys(qualityBits)))

/** Raw readings as columns: `t`, `interval_s`, the asked fields, and beyond `points` windows `<field>_min/_max`. */
export const ReadingColumns = Type.Object({
  kind: Type.String(),
  id: Id,
  /** null: raw readings; else the length of a window, and each field is the mean of its values in it. */
  windowMs: Unknown(Type.Integer()),
  t: Type.Array(EpochMs),
  columns: Type.Record(Type.String(), Type.Array(Unknown(Type.Number()))),
  /** What validation holds against the reading, or any reading of the window, at `t`; only where there is something. */
  flags: Type.Array(Type.Object({ t: EpochMs, names: Type.Array(QualityFlag) }))
})
export type ReadingColumns = Static<typeof ReadingColumns>
