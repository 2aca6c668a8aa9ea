import { type Static, Type } from 'typebox'
import { readingKinds } from '../../contract/telemetry.ts'
import { SparkplugSettings } from '../sparkplug/settings.ts'

/** The mapping file, as it is written; docs/payloads.md explains each member. */

const strict = { additionalProperties: false }
const Pointer = Type.String({ maxLength: 500 })
const Words = Type.String({ maxLength: 200 })

const TimeSettings = Type.Object(
  { pointer: Type.Optional(Pointer), format: Words, zone: Type.Optional(Words) },
  strict
)
export type TimeSettings = Static<typeof TimeSettings>

const FieldSettings = Type.Object(
  {
    pointer: Type.Optional(Pointer),
    obis: Type.Optional(Words),
    scale: Type.Optional(Type.Number()),
    add: Type.Optional(Type.Number()),
    /** The value is the energy of the interval in kWh, of which the mean power is meant. */
    energyKwhPerInterval: Type.Optional(Type.Boolean()),
    /** For people only: what the sender means. */
    unit: Type.Optional(Words)
  },
  strict
)
export type FieldSettings = Static<typeof FieldSettings>

const ObisSettings = Type.Object(
  {
    /** Where the codes stand: an object with a member for each, or a list of entries that name theirs. */
    pointer: Type.Optional(Pointer),
    /** What values are in that come without a scaler: W, var, VA, Wh or their thousands. */
    units: Type.Enum(['W', 'kW']),
    /** Inside an entry that is an object. */
    code: Type.Optional(Pointer),
    value: Type.Optional(Pointer),
    scaler: Type.Optional(Pointer),
    /** Whether the members that `fields` does not name come from their usual codes. */
    defaults: Type.Optional(Type.Boolean())
  },
  strict
)
export type ObisSettings = Static<typeof ObisSettings>

export const MappingSettings = Type.Object(
  {
    name: Type.Optional(Words),
    topic: Type.String({ minLength: 1, maxLength: 500 }),
    kind: Type.Enum([...readingKinds]),
    id: Type.String({ minLength: 1, maxLength: 200 }),
    idReplacement: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]?$' })),
    csv: Type.Optional(
      Type.Object(
        {
          separator: Type.String({ minLength: 1, maxLength: 1 }),
          header: Type.Boolean()
        },
        strict
      )
    ),
    items: Type.Optional(Type.Array(Pointer, { maxItems: 4 })),
    decimal: Type.Optional(Type.Enum(['.', ','])),
    time: TimeSettings,
    stamps: Type.Optional(Type.Enum(['start', 'end'])),
    issued: Type.Optional(TimeSettings),
    intervalS: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 86_400 })),
    interval: Type.Optional(
      Type.Object({ pointer: Pointer, scale: Type.Optional(Type.Number({ exclusiveMinimum: 0 })) }, strict)
    ),
    obis: Type.Optional(ObisSettings),
    fields: Type.Optional(Type.Record(Type.String(), FieldSettings))
  },
  strict
)
export type MappingSettings = Static<typeof MappingSettings>

export const MappingFile = Type.Object(
  {
    mappings: Type.Optional(Type.Array(MappingSettings, { maxItems: 1000 })),
    sparkplug: Type.Optional(SparkplugSettings)
  },
  strict
)
export type MappingFile = Static<typeof MappingFile>
