import { Secret, TOTP } from 'otpauth'

/** RFC 6238 with what every authenticator app understands. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** A code of the step before or after counts too: clocks differ. */
const STEPS_OFF = 1

/** 160 bits (RFC 4226, R6), base 32. */
export function newTotpSeed(random: (bytes: number) => Buffer): string {
  return new Secret({ buffer: new Uint8Array(random(20)).buffer }).base32
}

/** What the QR code holds. */
export function totpUri(seed: string, userName: string): string {
  return new TOTP({
    ...parameters,
    issuer: 'Gridload',
    label: userName,
    secret: Secret.fromBase32(seed)
  }).toString()
}

/** The 30-second step that a code belongs to, counted from 1970; null: to none near `now`. */
export function totpStep(seed: string, code: string, now: number): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const secret = Secret.fromBase32(seed)
  const delta = TOTP.validate({ ...parameters, token: code, secret, timestamp: now, window: STEPS_OFF })
  return delta === null ? null : Math.floor(now / 1000 / parameters.period) + delta
}
