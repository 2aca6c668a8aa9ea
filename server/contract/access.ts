import { type Static, Type } from 'typebox'
import { deviceKinds } from './deviceKinds.ts'
import { Id, PersonName, Time, Unknown } from './units.ts'

/**
 * dispatcher: watches, plans, drafts events · supervisor: also approves and sends · programme-staff: register, enrolment, thanks
 * engineer: devices, data quality · auditor: reads everything, changes nothing · administrator: users, tokens, credentials
 * customer: its own metering points, its own record, its own answers
 */
export const roles = [
  'dispatcher',
  'supervisor',
  'programme-staff',
  'engineer',
  'auditor',
  'administrator',
  'customer'
] as const
export const Role = Type.Enum([...roles])
export type Role = (typeof roles)[number]

/** What an API token may be given; each operation belongs to one scope. */
export const scopes = [
  'grid:read',
  'readings:read',
  'events:read',
  'events:plan',
  'events:approve',
  'events:send',
  'answers:write',
  'findings:write',
  'register:read',
  'register:write',
  'records:read',
  'thanks:write',
  'devices:read',
  'devices:write',
  'access:read',
  'access:write',
  'audit:read',
  'metrics:read',
  'own:account'
] as const
export const Scope = Type.Enum([...scopes])
export type Scope = (typeof scopes)[number]

/**
 * Whoever asks. A person by a login session, a machine by a token.
 * `companyId` null: all companies. `customerId`: only that customer's own.
 */
export interface Caller {
  /** `usr-…`, `tok-…`, `admin-token`. */
  id: string
  /** Where two persons are asked for, a token counts as who made it: nobody becomes two by making one. `usr-…`, `admin-token`. */
  personId: string
  /** As shown and recorded. */
  name: string
  kind: 'person' | 'token'
  roles: readonly Role[]
  /** Of a token; null: a person, whose roles decide. */
  scopes: readonly Scope[] | null
  companyId: string | null
  customerId: string | null
}

/** A command with who stands behind it: `by` as recorded, `byId` the caller's `personId`, which tells two persons apart. */
export type Signed<Command extends { by?: string }> = Omit<Command, 'by'> & { by: string; byId: string }

/** What of the grid and its customers a caller sees. A foreign object does not exist for it. */
export interface View {
  /** Sees all: nothing has to be filtered. */
  whole: boolean
  /** Callers with the same key see the same. */
  key: string
  /** A customer's: of an event it sees what it was told, and of itself alone. */
  isCustomers: boolean
  node(id: string): boolean
  customer(id: string): boolean
  /** A device's own readings; an unassigned device only for who sees all. */
  source(kind: string, id: string): boolean
}

export const UserName = Type.String({ pattern: '^[a-z0-9][a-z0-9._@+-]{1,63}$' })

/** A person who may log in. Never carries a secret. */
export const User = Type.Object({
  id: Id,
  /** What is typed at login; lower case. */
  userName: Type.String(),
  name: PersonName,
  roles: Type.Array(Role, { minItems: 1, uniqueItems: true }),
  companyId: Unknown(Id),
  /** Set for the role customer only, and then required. */
  customerId: Unknown(Id),
  /** Known from the first login through the utility's directory. */
  isFromDirectory: Type.Boolean(),
  isDemo: Type.Boolean(),
  hasPassword: Type.Boolean(),
  hasTotp: Type.Boolean(),
  passkeys: Type.Integer(),
  createdAt: Time,
  disabledAt: Unknown(Time),
  /** Personal data is gone; the id stays in the audit. */
  erasedAt: Unknown(Time)
})
export type User = Static<typeof User>

/** Who is logged in, as the page needs it. */
export const SessionInfo = Type.Object({
  user: User,
  /** To be sent as `x-csrf-token` with every request that changes something. */
  csrfToken: Type.String(),
  scopes: Type.Array(Scope),
  /** What of the rights table is the user's, spelt as there: `POST /api/curtailment-events/:id/send`. The page offers nothing else. */
  operations: Type.Array(Type.String()),
  expiresAt: Time,
  /** Until when a second proof of identity stands; null: none yet. */
  steppedUpUntil: Unknown(Time),
  /** A second factor is obligatory for a role of the user and not set up yet: only the account can be used. */
  mustEnrolFactor: Type.Boolean()
})
export type SessionInfo = Static<typeof SessionInfo>

/** One login, as its owner and administrators see it. */
export const LoginSession = Type.Object({
  id: Id,
  userId: Id,
  createdAt: Time,
  lastSeenAt: Time,
  expiresAt: Time,
  address: Type.String(),
  userAgent: Type.String(),
  isThis: Type.Boolean()
})
export type LoginSession = Static<typeof LoginSession>

/** A machine's key. The secret is shown once, when it is made. */
export const ApiToken = Type.Object({
  id: Id,
  name: PersonName,
  scopes: Type.Array(Scope, { minItems: 1, uniqueItems: true }),
  companyId: Unknown(Id),
  customerId: Unknown(Id),
  createdBy: Id,
  createdAt: Time,
  expiresAt: Time,
  revokedAt: Unknown(Time),
  lastUsedAt: Unknown(Time)
})
export type ApiToken = Static<typeof ApiToken>

/** Who publishes or follows over MQTT. */
export const DeviceKind = Type.Enum([...deviceKinds])
export type DeviceKind = Static<typeof DeviceKind>

/**
 * A device's credential at the broker. Its identity, which is user name and beginning of the client id and, with a client
 * certificate, the common name, is `<kind>/<id>`: `meter/M-1`.
 */
export const DeviceCredential = Type.Object({
  kind: DeviceKind,
  id: Id,
  createdBy: Id,
  createdAt: Time,
  revokedAt: Unknown(Time)
})
export type DeviceCredential = Static<typeof DeviceCredential>
