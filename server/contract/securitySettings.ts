import { type Static, Type } from 'typebox'
import { Role } from './access.ts'
import { Kw, Time, Unknown } from './units.ts'

const Count = Type.Integer({ minimum: 0 })

/**
 * `GET /api/security/settings`: what is in force, for machines (IEC 62443-4-2, CR 7.6 RE 1). No secrets: of those only
 * whether they are set.
 */
export const SecuritySettings = Type.Object({
  publicUrl: Type.String(),
  isHttps: Type.Boolean(),
  /** Demo users, whose password everybody sees, may log in. */
  isDemo: Type.Boolean(),
  trustedProxies: Type.Array(Type.String()),
  passwords: Type.Object({
    shortest: Count,
    longest: Count,
    /** What consists of common words, names, dates and runs is refused. */
    refusesGuessable: Type.Boolean(),
    hash: Type.String()
  }),
  secondFactor: Type.Object({ kinds: Type.Array(Type.String()), obligatoryFor: Type.Array(Role) }),
  loginTries: Type.Object({ free: Count, firstWaitS: Count, longestWaitS: Count, refusedSinceStart: Count }),
  sessions: Type.Object({ idleMinutes: Count, absoluteMinutes: Count, stepUpMinutes: Count }),
  /** Operations before which a person proves its identity once more. */
  stepUpFor: Type.Array(Type.String()),
  /** An event asking more in sum needs a second person's approval. */
  approvalAboveKw: Kw,
  requestsPerMinute: Type.Object({ person: Count, token: Count, loginByAddress: Count }),
  tokens: Type.Object({ hasAdminToken: Type.Boolean(), longestDays: Count, valid: Count }),
  /** The utility's own; null: people log in here only. */
  directory: Unknown(Type.Object({ issuer: Type.String(), hasClientSecret: Type.Boolean() })),
  mqtt: Type.Object({
    broker: Type.Enum(['built-in', 'external']),
    /** Of the built-in broker. */
    listeners: Type.Array(
      Type.Object({
        host: Type.String(),
        port: Count,
        tls: Type.Boolean(),
        clientCertificates: Type.Boolean(),
        /** Setting MQTT_ANONYMOUS: everyone who reaches it may publish. */
        anonymous: Type.Boolean()
      })
    ),
    /** Way to another broker; null: the built-in one is used. */
    isEncrypted: Unknown(Type.Boolean()),
    validCredentials: Count
  }),
  audit: Type.Object({
    /** Of the newest entry. */
    height: Count,
    lastVerifiedAt: Unknown(Time),
    /** null: not verified yet since the start. */
    ok: Unknown(Type.Boolean()),
    /** Entries that could not be written since the start; their commands were refused. */
    failures: Count
  })
})
export type SecuritySettings = Static<typeof SecuritySettings>
