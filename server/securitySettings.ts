import { pairLimits } from './access/loginThrottle.ts'
import { passwordLength } from './access/passwords.ts'
import { withSecondFactor } from './access/people.ts'
import { rights } from './access/rights.ts'
import { sessionLifetimes } from './access/sessions.ts'
import { STEP_UP_STANDS_MS } from './access/stepUp.ts'
import { isValid } from './access/tokenCallers.ts'
import { LONGEST_TOKEN_DAYS } from './access/tokens.ts'
import { perMinute } from './api/rateLimits.ts'
import type { Config } from './config.ts'
import type { SecuritySettings } from './contract/securitySettings.ts'
import type { Doors } from './doors.ts'
import type { Records } from './records/openRecords.ts'

const MINUTE_MS = 60_000
const encrypted = ['mqtts:', 'wss:']

/** What is in force right now. Of secrets it tells only whether they are set. */
export async function securitySettings(
  { access, demo, mqtt }: Config,
  doors: Doors,
  records: Records,
  now: number
): Promise<SecuritySettings> {
  const { directory } = access
  const { shortest, longest } = passwordLength
  const { idle, absolute } = sessionLifetimes.full
  const tokens = await records.apiTokens.list()
  return {
    publicUrl: doors.publicUrl,
    isHttps: doors.isHttps,
    isDemo: demo,
    trustedProxies: [...access.trustedProxies],
    passwords: { shortest, longest, refusesGuessable: true, hash: 'argon2id' },
    secondFactor: { kinds: ['passkey', 'totp'], obligatoryFor: [...withSecondFactor] },
    loginTries: {
      free: pairLimits.free,
      firstWaitS: pairLimits.firstWaitMs / 1000,
      longestWaitS: pairLimits.longestWaitMs / 1000,
      refusedSinceStart: doors.logins.throttle.refused
    },
    sessions: {
      idleMinutes: idle / MINUTE_MS,
      absoluteMinutes: absolute / MINUTE_MS,
      stepUpMinutes: STEP_UP_STANDS_MS / MINUTE_MS
    },
    stepUpFor: Object.keys(rights).filter(operation => rights[operation]?.stepUp === true),
    approvalAboveKw: access.approvalAboveKw,
    requestsPerMinute: {
      person: perMinute.person,
      token: perMinute.token,
      loginByAddress: perMinute.login
    },
    tokens: {
      hasAdminToken: access.adminToken !== null,
      longestDays: LONGEST_TOKEN_DAYS,
      valid: tokens.filter(token => isValid(token, now)).length
    },
    directory: directory && {
      issuer: directory.issuer,
      hasClientSecret: directory.clientSecretFile !== null
    },
    mqtt: { ...mqttSettings(mqtt), validCredentials: (await records.deviceCredentials.hashes()).length },
    audit: await auditSettings(doors, records)
  }
}

function mqttSettings(mqtt: Config['mqtt']): Omit<SecuritySettings['mqtt'], 'validCredentials'> {
  if (mqtt.kind === 'external') {
    const isEncrypted = encrypted.includes(new URL(mqtt.url).protocol)
    return { broker: 'external', listeners: [], isEncrypted }
  }
  const { host, port, anonymous, tls } = mqtt
  const plain = { host, port, tls: false, clientCertificates: false, anonymous }
  const secure = tls && {
    host: tls.host,
    port: tls.port,
    tls: true,
    clientCertificates: tls.caFile !== null,
    anonymous: tls.anonymous
  }
  return { broker: 'built-in', listeners: secure === null ? [plain] : [plain, secure], isEncrypted: null }
}

async function auditSettings(
  { audit, auditWatch }: Doors,
  records: Records
): Promise<SecuritySettings['audit']> {
  const { verifiedAt, fault } = auditWatch.state()
  const { height } = await records.audit.head()
  return {
    height,
    lastVerifiedAt: verifiedAt === null ? null : new Date(verifiedAt).toISOString(),
    ok: verifiedAt === null ? null : fault === null,
    failures: audit.state().failures
  }
}
