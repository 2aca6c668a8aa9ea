/** The server's keys in use: sealing, macs, the signing key of the audit; and their rotation. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual
} from 'node:crypto'
import { join } from 'node:path'
import { type KeyFile, type KeyRecord, openKeyFile, openKeyFolder } from './keyFiles.ts'
import {
  bytesOf,
  isSecretKey,
  isSigningKey,
  newSecretKey,
  newSigningKey,
  type PublicKey,
  type SecretKey,
  type SigningKey
} from './keyRecords.ts'

export interface Keys {
  /** Encrypts a text so that only `open` with the same context (`totp/usr-1`) gives it back. */
  seal(text: string, context: string): string
  /** Throws when it was altered, sealed for something else, or its key is gone. */
  open(sealed: string, context: string): string
  /** Which key it needs. */
  keyIdOf(sealed: string): string
  /** base64url. `purpose` keeps the macs of different uses apart. */
  mac(purpose: string, message: string): string
  /** With any key of the ring: a rotation ends no login. Takes the same time whatever is wrong. */
  checkMac(purpose: string, message: string, mac: string): boolean
  /** What checkpoints are signed with. */
  signing(): { id: string; privateKey: KeyObject }
  /** All public keys of checkpoints, the one in use first. */
  publicKeys(): PublicKey[]
  /** What is in the files, without any key: for people. */
  status(): { use: KeyUse; path: string; keys: KeyRecord[] }[]
  /** Puts a new key in the place of each in use; the old ones stay to open and check with. */
  rotate(now: number): Promise<void>
  /** Removes retired sealing keys that are not in `needed`, and retired mac keys; retired before `before` (epoch ms). */
  forget(before: number, needed: ReadonlySet<string>): Promise<string[]>
}

export type KeyUse = 'sealing' | 'csrf' | 'audit-signing'

/** With `create: false` a missing file is an error. Rejects with a KeyFileError that names the file. */
export async function openKeys(
  directory: string,
  { now, create = true }: { now: number; create?: boolean }
): Promise<Keys> {
  await openKeyFolder(directory, create)
  const fileOf = <K extends KeyRecord>(use: KeyUse, isKey: (value: unknown) => value is K, make: () => K) =>
    openKeyFile(join(directory, `${use}.json`), isKey, create ? make : null)
  const sealing = await fileOf('sealing', isSecretKey, () => newSecretKey(now))
  const csrf = await fileOf('csrf', isSecretKey, () => newSecretKey(now))
  const signing = await fileOf('audit-signing', isSigningKey, () => newSigningKey(now))
  const files = { sealing, csrf, 'audit-signing': signing }
  return {
    ...sealer(sealing),
    ...macs(csrf),
    signing: () => signingKey(signing),
    publicKeys: () => signing.keys().map(key => key.public),
    status: () =>
      Object.entries(files).map(([use, file]) => ({
        use: use as KeyUse,
        path: file.path,
        keys: file.keys().map(({ id, createdAt, retiredAt }) => ({ id, createdAt, retiredAt }))
      })),
    async rotate(at) {
      await sealing.write(retired(newSecretKey(at), sealing.keys(), at))
      await csrf.write(retired(newSecretKey(at), csrf.keys(), at))
      const signers = retired(newSigningKey(at), signing.keys(), at)
      await signing.write([signers[0], ...signers.slice(1).map(key => ({ ...key, private: null }))])
    },
    async forget(before, needed) {
      const sealers = await forgetKeys(sealing, key => isOld(key, before) && !needed.has(key.id))
      const macKeys = await forgetKeys(csrf, key => isOld(key, before))
      return [...sealers, ...macKeys]
    }
  }
}

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** `<key id>.<base64url of nonce, tag, ciphertext>`; the key id and the context are bound to it. */
function sealer(file: KeyFile<SecretKey>): Pick<Keys, 'seal' | 'open' | 'keyIdOf'> {
  const bound = (id: string, context: string) => Buffer.from(JSON.stringify([id, context]))
  return {
    seal(text, context) {
      const [{ id, key }] = file.keys()
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, bytesOf(key), nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(bound(id, context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${id}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed, context) {
      const id = keyIdOf(sealed)
      const found = file.keys().find(key => key.id === id)
      if (found === undefined) throw new Error(`sealed with the key ${id}, which is not in ${file.path}`)
      const bytes = bytesOf(sealed.slice(id.length + 1))
      if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('what is sealed was cut')
      const cipher = createDecipheriv(CIPHER, bytesOf(found.key), bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES
      })
      cipher.setAAD(bound(id, context))
      cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      const body = cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
      return Buffer.concat([body, cipher.final()]).toString('utf8')
    },
    keyIdOf
  }
}

const keyIdOf = (sealed: string): string => sealed.slice(0, Math.max(0, sealed.indexOf('.')))

function macs(file: KeyFile<SecretKey>): Pick<Keys, 'mac' | 'checkMac'> {
  const macBy = ({ key }: SecretKey, purpose: string, message: string): Buffer =>
    createHmac('sha256', bytesOf(key))
      .update(JSON.stringify([purpose, message]))
      .digest()
  return {
    mac: (purpose, message) => macBy(file.keys()[0], purpose, message).toString('base64url'),
    checkMac(purpose, message, mac) {
      const given = bytesOf(mac)
      const matching = file.keys().filter(key => {
        const own = macBy(key, purpose, message)
        return given.length === own.length && timingSafeEqual(given, own)
      })
      return matching.length > 0
    }
  }
}

function signingKey(file: KeyFile<SigningKey>): { id: string; privateKey: KeyObject } {
  const [{ id, private: secret, public: own }] = file.keys()
  if (secret === null) throw new Error(`${file.path}: the key in use cannot sign`)
  const jwk: JsonWebKey = { kty: own.kty, crv: own.crv, x: own.x, d: secret }
  return { id, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) }
}

function retired<K extends KeyRecord>(next: K, keys: readonly K[], at: number): [K, ...K[]] {
  const retiredAt = new Date(at).toISOString()
  return [next, ...keys.map(key => ({ ...key, retiredAt: key.retiredAt ?? retiredAt }))]
}

const isOld = ({ retiredAt }: KeyRecord, before: number): boolean =>
  retiredAt !== null && Date.parse(retiredAt) < before

async function forgetKeys<K extends KeyRecord>(
  file: KeyFile<K>,
  goes: (key: K) => boolean
): Promise<string[]> {
  const [inUse, ...others] = file.keys()
  const gone = others.filter(goes)
  if (gone.length > 0) await file.write([inUse, ...others.filter(key => !goes(key))])
  return gone.map(({ id }) => id)
}
