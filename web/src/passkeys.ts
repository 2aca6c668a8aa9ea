import type { PasskeyPurpose } from '../../server/contract/login.ts'
import { accessApi } from './accessApi.ts'

export const hasPasskeys = () => 'PublicKeyCredential' in window

/** The browser's own library for them comes only when one is used. */
const library = () => import('@simplewebauthn/browser')

/** Lets the browser sign with a passkey. Rejects when the person turns back, or there is none for this site. */
export async function signWithPasskey(purpose: PasskeyPurpose): Promise<Record<string, unknown>> {
  const [{ startAuthentication }, { options }] = await Promise.all([
    library(),
    accessApi.passkeyOptions(purpose)
  ])
  type Options = Parameters<typeof startAuthentication>[0]['optionsJSON']
  return { ...(await startAuthentication({ optionsJSON: options as unknown as Options })) }
}

/** Lets the browser make a passkey for this site and its user. */
export async function makePasskey(): Promise<Record<string, unknown>> {
  const [{ startRegistration }, { options }] = await Promise.all([library(), accessApi.newPasskeyOptions()])
  type Options = Parameters<typeof startRegistration>[0]['optionsJSON']
  return { ...(await startRegistration({ optionsJSON: options as unknown as Options })) }
}
