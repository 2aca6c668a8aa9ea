import { type Static, Type } from 'typebox'
import { ID_PATTERN } from './id.ts'

export const Id = Type.String({ pattern: ID_PATTERN })

/** A moment on the wire: RFC 3339 with an offset; what Gridload writes itself ends in `Z`. */
export const Time = Type.String({ format: 'date-time' })

/** Epoch milliseconds, UTC: only in columns, where a string each would cost too much. */
export const EpochMs = Type.Integer()

/** Active power, kW; import from the grid is positive. */
export const Kw = Type.Number()

/** A number that may be unknown. Unknown is null: never 0, never a huge number. */
export const Unknown = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** The name of a person, or of what stands for one. In a command it may be left out: then the login says it. */
export const PersonName = Type.String({ minLength: 1, maxLength: 80 })
export type PersonName = Static<typeof PersonName>

/** Who did something, as recorded: a person's name, or `name (token name)` where a machine acted for somebody. */
export const SignedName = Type.String({ minLength: 1, maxLength: 170 })
export type SignedName = Static<typeof SignedName>

/** Free text by a person: a note, a reason. */
export const Note = Type.String({ maxLength: 1000 })

/** A day by the local calendar of the setting TIME_ZONE: `2026-04-30`. */
export const LocalDate = Type.String({ format: 'date' })
