import { createHash } from 'node:crypto'
import type { IClientOptions } from 'mqtt'
import { type Broker, type BrokerOptions, startBroker } from '../../server/ingest/broker.ts'
import { type CredentialHash, packCredentials } from '../../server/ingest/credentialTable.ts'

/** The secret of every credential here. */
export const SECRET = 'a secret that nobody would guess'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export const credentialOf = (identity: string, secret = SECRET): CredentialHash => ({
  identity,
  sha256: sha256(secret)
})

let made = 0

/** Options of a client with a credential. */
export function asIdentity(identity: string, options: IClientOptions = {}): IClientOptions {
  return { username: identity, password: SECRET, clientId: `${identity}/${++made}`, ...options }
}

/** On loopback, open to who has no credential unless said otherwise; `service/test` has one. */
export function startTestBroker(
  options: Partial<BrokerOptions> & Pick<BrokerOptions, 'intake'>,
  identities: readonly string[] = []
): Promise<Broker> {
  return startBroker({
    listeners: [{ host: '127.0.0.1', port: 0, anonymous: true }],
    credentials: packCredentials(['service/test', ...identities].map(identity => credentialOf(identity))),
    now: Date.now,
    uniqueId: () => String(++made),
    warn: () => undefined,
    ...options
  })
}
