/** What the pages of the administration say to the server, and hear. Secrets and links are in one answer, once. */
import { type Static, Type } from 'typebox'
import { ApiToken, DeviceCredential, DeviceKind, Role, Scope, User, UserName } from './access.ts'
import { AuditEntry } from './audit.ts'
import { Id, PersonName, Time, Unknown } from './units.ts'

const closed = { additionalProperties: false }
const OfCompany = Unknown(Id)
const UserRoles = Type.Array(Role, { minItems: 1, maxItems: 7, uniqueItems: true })

export const UsersAnswer = Type.Object({ users: Type.Array(User) })

/** `POST /api/users` */
export const InviteUser = Type.Object(
  {
    userName: UserName,
    name: PersonName,
    roles: UserRoles,
    /** Left out or null: all companies. */
    companyId: Type.Optional(OfCompany),
    /** Of a user with the role customer; that one belongs to no company. */
    customerId: Type.Optional(OfCompany)
  },
  closed
)
export type InviteUser = Static<typeof InviteUser>

/** For the person alone: it opens once, to set a password. Answer of `POST /api/users/:id/reset`. */
export const OneTimeLink = Type.Object({ link: Type.String(), expiresAt: Time })
export type OneTimeLink = Static<typeof OneTimeLink>
export const InvitedUser = Type.Object({ user: User, ...OneTimeLink.properties })
export type InvitedUser = Static<typeof InvitedUser>

/** `PATCH /api/users/:id`; a change of roles, company or customer ends the user's sessions. */
export const ChangeUser = Type.Object(
  {
    name: Type.Optional(PersonName),
    roles: Type.Optional(UserRoles),
    companyId: Type.Optional(OfCompany),
    customerId: Type.Optional(OfCompany)
  },
  { ...closed, minProperties: 1 }
)
export type ChangeUser = Static<typeof ChangeUser>

export const TokensAnswer = Type.Object({ tokens: Type.Array(ApiToken) })

/** `POST /api/tokens` */
export const NewToken = Type.Object(
  {
    name: PersonName,
    scopes: Type.Array(Scope, { minItems: 1, maxItems: 40, uniqueItems: true }),
    expiresAt: Time,
    companyId: Type.Optional(OfCompany),
    customerId: Type.Optional(OfCompany)
  },
  closed
)
export type NewToken = Static<typeof NewToken>
/** `secret` is what is sent: `gl_<id>_…`. */
export const MadeToken = Type.Object({ token: ApiToken, secret: Type.String() })
export type MadeToken = Static<typeof MadeToken>

export const CredentialsAnswer = Type.Object({ credentials: Type.Array(DeviceCredential) })

/** `POST /api/device-credentials`; takes the place of an earlier one. */
export const NewCredential = Type.Object({ kind: DeviceKind, id: Id }, closed)
export type NewCredential = Static<typeof NewCredential>
export const MadeCredential = Type.Object({ credential: DeviceCredential, secret: Type.String() })
export type MadeCredential = Static<typeof MadeCredential>

/** `GET /api/audit`: the newest first. */
export const AuditAnswer = Type.Object({
  entries: Type.Array(AuditEntry),
  /** As last verified; all null: not yet since the server started. */
  chain: Type.Object({
    /** Up to where it holds. */
    height: Unknown(Type.Integer()),
    verifiedAt: Unknown(Time),
    fault: Unknown(Type.Object({ height: Type.Integer(), text: Type.String() }))
  })
})
export type AuditAnswer = Static<typeof AuditAnswer>
