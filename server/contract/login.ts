/**
 * What the login page and the account page say to the server, and hear.
 *
 *   nobody ──password──► factor ──TOTP, passkey or recovery code──► full ◄──► stepped up for 5 minutes
 *      │        │                                                    ▲
 *      │        └─ no factor yet, but one is obligatory ──► enrol ───┘ (enrolling one)
 *      ├──discoverable passkey──────────────────────────────────────►│
 *      └──the utility's directory──► factor | enrol | full
 *
 * Each arrow gives a fresh cookie and a fresh `csrfToken`; both are in the answer. Where a session exists, `x-csrf-token` is
 * asked for under /api/auth/ too. A wrong proof is 401 under /api/auth/ and 422 under /api/account; 429 says in `retry-after`
 * when to try again.
 */
import { type Static, Type } from 'typebox'
import { LoginSession, Role, SessionInfo, User } from './access.ts'
import { Id, Kw, PersonName, Time, Unknown } from './units.ts'

const closed = { additionalProperties: false }

export const sessionStates = ['factor', 'enrol', 'full'] as const
export const SessionState = Type.Enum([...sessionStates])
export type SessionState = (typeof sessionStates)[number]

export const factorKinds = ['totp', 'passkey', 'recovery'] as const
export const FactorKind = Type.Enum([...factorKinds])
export type FactorKind = (typeof factorKinds)[number]

/** 12 to 128 characters, judged in words by the server; longer is cut off here so that no megabyte is ever hashed. */
export const Password = Type.String({ minLength: 1, maxLength: 512 })
/** Six digits, or a recovery code. Spaces and hyphens do not count. */
export const FactorCode = Type.String({ minLength: 6, maxLength: 64 })
/** The secret part of a one-time link. */
export const LinkToken = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })
/** JSON of the browser's WebAuthn calls, as `@simplewebauthn/browser` takes and gives it. */
export const WebAuthnJson = Type.Object({}, { additionalProperties: true })

/** `POST /api/auth/login` */
export const LoginCommand = Type.Object(
  { userName: Type.String({ minLength: 1, maxLength: 64 }), password: Password },
  closed
)
export type LoginCommand = Static<typeof LoginCommand>

/**
 * Answer of everything that logs in or further: login, totp, passkey/verify, setup.
 * done: the session is whole · factor: one of `factors` is asked for · enrol: only the account can be used until a factor is
 * set up.
 */
export const LoginAnswer = Type.Object({
  next: Type.Enum(['done', 'factor', 'enrol']),
  /** What the user can prove itself by; empty unless `next` is factor. */
  factors: Type.Array(FactorKind),
  csrfToken: Type.String(),
  /** null while `next` is factor: nothing of the user is told before the second factor. */
  session: Unknown(SessionInfo)
})
export type LoginAnswer = Static<typeof LoginAnswer>

/** `GET /api/auth/session`, always 200: whether someone is logged in, and what ways in there are. */
export const SessionAnswer = Type.Object({
  state: Type.Union([SessionState, Type.Literal('none')]),
  /** Of the present session, also of a half one; null: none. */
  csrfToken: Unknown(Type.String()),
  /** In the states enrol and full. */
  session: Unknown(SessionInfo),
  /** In the state factor. */
  factors: Type.Array(FactorKind),
  /** What the logged-in user can step up with: `password`: alone; `password+totp`; `passkey`; `directory`: by logging in there again. */
  stepUpBy: Type.Array(
    Type.Enum(['password', 'password+totp', 'password+recovery', 'totp', 'passkey', 'directory'])
  ),
  /** The utility's directory is set: `/api/auth/oidc/start` leads to it. */
  hasDirectory: Type.Boolean(),
  /** No user exists yet: the link of the server's log makes the first administrator. */
  needsSetup: Type.Boolean(),
  isDemo: Type.Boolean(),
  /** Setting APPROVAL_ABOVE_KW: an event asking more in sum is sent only after a second person's approval. */
  approvalAboveKw: Kw
})
export type SessionAnswer = Static<typeof SessionAnswer>

/** `POST /api/auth/totp`: the second factor of a half session. */
export const CodeCommand = Type.Object({ code: FactorCode }, closed)
export type CodeCommand = Static<typeof CodeCommand>

/** `POST /api/auth/passkey/options`: login: without a password · factor: after it · step-up: once more. */
export const PasskeyPurpose = Type.Enum(['login', 'factor', 'step-up'])
export type PasskeyPurpose = 'login' | 'factor' | 'step-up'
export const PasskeyOptionsCommand = Type.Object({ purpose: PasskeyPurpose }, closed)
/** `options` goes to `startAuthentication({ optionsJSON })`, or for registering to `startRegistration({ optionsJSON })`. */
export const PasskeyOptions = Type.Object({ options: WebAuthnJson })
export type PasskeyOptions = Static<typeof PasskeyOptions>

/** `POST /api/auth/passkey/verify`: what `startAuthentication` gave; the challenge knows what it was for (login or factor). */
export const PasskeyCommand = Type.Object({ response: WebAuthnJson }, closed)
export type PasskeyCommand = Static<typeof PasskeyCommand>

/** `POST /api/auth/step-up`: password (and code, when the user has TOTP), or a passkey's response. Answer: LoginAnswer, next `done`. */
export const StepUpCommand = Type.Object(
  {
    password: Type.Optional(Password),
    code: Type.Optional(FactorCode),
    response: Type.Optional(WebAuthnJson)
  },
  closed
)
export type StepUpCommand = Static<typeof StepUpCommand>

/** `POST /api/auth/setup`: makes the first administrator by the link `/#/setup/<token>`. Answer: LoginAnswer, next `enrol`. */
export const SetupCommand = Type.Object(
  {
    token: LinkToken,
    userName: Type.String({ minLength: 2, maxLength: 64 }),
    name: PersonName,
    password: Password
  },
  closed
)
export type SetupCommand = Static<typeof SetupCommand>

/** `POST /api/auth/reset`: a new password by the link `/#/reset/<token>` that an administrator made; then the user logs in. */
export const ResetCommand = Type.Object({ token: LinkToken, password: Password }, closed)
export type ResetCommand = Static<typeof ResetCommand>
export const ResetAnswer = Type.Object({ userName: Type.String() })
export type ResetAnswer = Static<typeof ResetAnswer>

/** Why the directory's answer led back to `/#/login?refused=<this>`. */
export const directoryRefusals = [
  'unavailable',
  'try-again',
  'no-role',
  'unknown-role',
  'unknown-company',
  'disabled',
  'other-person'
] as const
export type DirectoryRefusal = (typeof directoryRefusals)[number]

/** One of the users that the demo makes and shows. */
export const DemoUser = Type.Object({
  userName: Type.String(),
  name: PersonName,
  roles: Type.Array(Role),
  companyId: Unknown(Id),
  customerId: Unknown(Id)
})
export type DemoUser = Static<typeof DemoUser>

/** `GET /api/auth/demo-users`; 404 without the demo. All have the same password. */
export const DemoUsersAnswer = Type.Object({ password: Type.String(), users: Type.Array(DemoUser) })
export type DemoUsersAnswer = Static<typeof DemoUsersAnswer>

export const Passkey = Type.Object({
  id: Id,
  /** Given by its owner: "blue key". */
  name: PersonName,
  createdAt: Time,
  lastUsedAt: Unknown(Time)
})
export type Passkey = Static<typeof Passkey>

/** `GET /api/account` */
export const Account = Type.Object({
  user: User,
  passkeys: Type.Array(Passkey),
  recoveryCodesLeft: Type.Integer(),
  /** A second factor is obligatory for a role of the user: the last one cannot be removed. */
  mustHaveFactor: Type.Boolean()
})
export type Account = Static<typeof Account>

/** `POST /api/account/password`. Ends all other sessions of the user; answer: LoginAnswer. */
export const ChangePassword = Type.Object({ current: Password, password: Password }, closed)
export type ChangePassword = Static<typeof ChangePassword>

/** Answer of `POST /api/account/totp`: shown as QR code (`uri`) and text (`secret`, base 32); stands for 10 minutes. */
export const TotpOffer = Type.Object({ uri: Type.String(), secret: Type.String(), offer: Type.String() })
export type TotpOffer = Static<typeof TotpOffer>

/** `POST /api/account/totp/confirm`: the offer as it came, and a code of the app. */
export const ConfirmTotp = Type.Object(
  { offer: Type.String({ minLength: 1, maxLength: 2000 }), code: FactorCode },
  closed
)
export type ConfirmTotp = Static<typeof ConfirmTotp>

/** `POST /api/account/passkeys`, after `POST /api/account/passkeys/options`. */
export const RegisterPasskey = Type.Object({ name: PersonName, response: WebAuthnJson }, closed)
export type RegisterPasskey = Static<typeof RegisterPasskey>

/** Answer of totp/confirm, passkeys and `POST /api/account/recovery-codes`. The codes are shown this once; empty: the old ones stand. */
export const FactorAnswer = Type.Object({
  recoveryCodes: Type.Array(Type.String()),
  login: LoginAnswer
})
export type FactorAnswer = Static<typeof FactorAnswer>

/** `GET /api/account/sessions`; ended by `DELETE /api/account/sessions/:id`, all others by `DELETE /api/account/sessions`. */
export const SessionsAnswer = Type.Object({ sessions: Type.Array(LoginSession) })
export type SessionsAnswer = Static<typeof SessionsAnswer>

/** Who knocks: the secret of its cookie, if it has one, from where, and when (epoch ms). */
export interface Visit {
  secret: string | null
  address: string
  userAgent: string
  now: number
}

/** Why someone does not get further, in words. `type` as in a problem document, where a page acts on it. */
export interface Denied {
  denied: { status: number; detail: string; type?: string; retryAfterS?: number }
}

/** A step further: the secret of the fresh session, for the cookie, and the answer. */
export interface Passed<Answer = LoginAnswer> {
  secret: string
  answer: Answer
}
