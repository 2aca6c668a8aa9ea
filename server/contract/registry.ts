import { type Static, Type } from 'typebox'
import { Id, Unknown } from './units.ts'

/** From the top of the grid to its edge; the parent is data, so a level may be left out. */
export const nodeKinds = [
  'company',
  'province',
  'substation',
  'feeder',
  'transformer',
  'meteringPoint'
] as const
export const NodeKind = Type.Enum([...nodeKinds])
export type NodeKind = (typeof nodeKinds)[number]

/** How a transformer is cooled, by the classes of IEC 60076-7; distribution: naturally by oil and air, up to 2,500 kVA. */
export const coolings = ['distribution', 'ONAN', 'ONAF', 'OF', 'OD'] as const
export const Cooling = Type.Enum([...coolings])
export type Cooling = (typeof coolings)[number]

/** A place in the grid where load is known: by its own meter, or as the sum of its children. */
export const GridNode = Type.Object({
  id: Id,
  kind: NodeKind,
  parent: Unknown(Id),
  name: Type.String(),
  /** The meter that measures this node itself. A transformer's own readings arrive under the node's id as well. */
  meter: Unknown(Id),
  /** Its weather station; without one, that of the nearest ancestor. */
  weather: Unknown(Id),
  capacityKw: Unknown(Type.Number({ exclusiveMinimum: 0 })),
  ratingKva: Unknown(Type.Number({ exclusiveMinimum: 0 })),
  /** Of a transformer; absent or null: by its rating. */
  cooling: Type.Optional(Unknown(Cooling)),
  /** How often its meter reports, in seconds. */
  reportIntervalS: Unknown(Type.Number({ exclusiveMinimum: 0 })),
  customerId: Unknown(Id)
})
export type GridNode = Static<typeof GridNode>

/**
 * The header of the registry's CSV, in this order; `cooling` may follow as one more column. Kind `customer` names a
 * customer: only id and name.
 */
export const registryColumns = [
  'kind',
  'id',
  'parent',
  'name',
  'meter',
  'weather',
  'capacity_kw',
  'rating_kva',
  'report_interval_s',
  'customer',
  'committed_kw'
] as const

export const ImportError = Type.Object({ line: Type.Integer(), reason: Type.String() })
export type ImportError = Static<typeof ImportError>

/** What an import did, or (dry run) would do. With errors nothing is written. */
export const ImportReport = Type.Object({
  applied: Type.Boolean(),
  rows: Type.Integer(),
  added: Type.Array(Type.String()),
  changed: Type.Array(Type.Object({ id: Type.String(), what: Type.String() })),
  unchanged: Type.Integer(),
  errors: Type.Array(ImportError)
})
export type ImportReport = Static<typeof ImportReport>
