import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const WITH_CREDENTIAL = 0x40

/** What a test can make go wrong. */
export interface Faults {
  origin?: string
  rpId?: string
  /** The device did not ask for fingerprint or PIN. */
  isUnverified?: boolean
  /** In the place of the device's own count. */
  counter?: number
  /** Signs with another key. */
  isForged?: boolean
  userHandle?: string
}

/** A passkey in software, as a browser with a device answers: P-256, attestation none (WebAuthn level 3, 6.1 and 6.5). */
export function softPasskey(home = { origin: 'http://localhost:8080', rpId: 'localhost' }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let counter = 0
  let owner: string | null = null

  const clientData = (type: string, challenge: string, faults: Faults): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin: faults.origin ?? home.origin, crossOrigin: false }))

  function deviceData(faults: Faults, extra: Buffer = Buffer.alloc(0)): Buffer {
    counter++
    const flags =
      USER_PRESENT | (faults.isUnverified ? 0 : USER_VERIFIED) | (extra.length > 0 ? WITH_CREDENTIAL : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(faults.counter ?? counter)
    const site = createHash('sha256')
      .update(faults.rpId ?? home.rpId)
      .digest()
    return Buffer.concat([site, Buffer.from([flags]), count, extra])
  }

  return {
    id: id.toString('base64url'),
    /** The answer to `navigator.credentials.create`. */
    register(options: object, faults: Faults = {}) {
      const { challenge, user } = options as { challenge: string; user: { id: string } }
      owner = user.id
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const cose = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url')
      ])
      const length = Buffer.from([0, id.length])
      const authData = deviceData(faults, Buffer.concat([Buffer.alloc(16), length, id, cose]))
      const attestationObject = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
        Buffer.from([0x58, authData.length]),
        authData
      ])
      return {
        id: id.toString('base64url'),
        rawId: id.toString('base64url'),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, faults).toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
          transports: ['internal']
        }
      }
    },
    /** The answer to `navigator.credentials.get`. */
    show(options: object, faults: Faults = {}) {
      const { challenge } = options as { challenge: string }
      const client = clientData('webauthn.get', challenge, faults)
      const authenticatorData = deviceData(faults)
      const signed = Buffer.concat([authenticatorData, createHash('sha256').update(client).digest()])
      const key = faults.isForged ? other.privateKey : privateKey
      return {
        id: id.toString('base64url'),
        rawId: id.toString('base64url'),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: authenticatorData.toString('base64url'),
          signature: sign('sha256', signed, key).toString('base64url'),
          userHandle: faults.userHandle ?? owner ?? ''
        }
      }
    }
  }
}
