import { createHash, randomBytes } from 'node:crypto'
import { mosquittoHashOf } from '../access/credentials.ts'
import type { Config } from '../config.ts'
import {
  type DeviceRights,
  type FurtherTopics,
  parseIdentity,
  rightsOf,
  serverRights
} from '../contract/deviceRights.ts'
import { CommandFailure } from './command.ts'

/** One user of another broker: what it may do there, and what its password is checked against. */
export interface AclUser extends DeviceRights {
  name: string
  /** Of the password, hexadecimal. */
  sha256: string
  /** `$7$…` */
  mosquittoHash: string
}

export interface CredentialRow {
  identity: string
  sha256: string
  mosquittoHash: string
}

/** What no file format gives a meaning to. */
const PLAIN_NAME = /^[A-Za-z0-9._@/-]{1,120}$/

/** Gridload itself, as the address of its broker names it; null: it names nobody. */
export function serverUser(mqtt: Config['mqtt'], further: FurtherTopics): AclUser | null {
  if (mqtt.kind !== 'external') return null
  const url = new URL(mqtt.url)
  const name = decodeURIComponent(url.username)
  const password = decodeURIComponent(url.password)
  if (name === '') return null
  if (!PLAIN_NAME.test(name) || parseIdentity(name) !== null)
    throw new CommandFailure(
      'the user name in MQTT_URL must be letters, digits and . _ @ - /, and not that of a device'
    )
  return {
    ...serverRights(further),
    name,
    sha256: createHash('sha256').update(password).digest('hex'),
    mosquittoHash: mosquittoHashOf(password, randomBytes(12))
  }
}

export function deviceUsers(rows: readonly CredentialRow[], further: FurtherTopics): AclUser[] {
  return rows.flatMap(({ identity, sha256, mosquittoHash }) => {
    const device = parseIdentity(identity)
    if (device === null) return []
    return [{ ...rightsOf(device, further), name: identity, sha256, mosquittoHash }]
  })
}
