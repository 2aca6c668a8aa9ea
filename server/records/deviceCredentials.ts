import type { Kysely } from 'kysely'
import type { DeviceCredential, DeviceKind } from '../contract/access.ts'
import { toMs, toTime, toTimeOrNull } from './columns.ts'
import type { DeviceCredentialRow, Schema } from './schema.ts'

/** With what its secret is checked against: here, and by Mosquitto. Never to be shown. */
export interface NewDeviceCredential {
  kind: DeviceKind
  id: string
  createdBy: string
  createdAt: string
  /** Of the secret, hexadecimal. */
  sha256: string
  /** `$7$…`: PBKDF2, as in Mosquitto's password file. */
  mosquittoHash: string
}

export interface DeviceHash {
  /** `<kind>/<id>` */
  identity: string
  sha256: string
  mosquittoHash: string
}

export interface DeviceCredentials {
  /** In the place of an earlier one of the same device, also of a revoked one. */
  put(credential: NewDeviceCredential): Promise<void>
  /** All, also revoked ones, by kind and id. */
  list(): Promise<DeviceCredential[]>
  /** The first time stays. null when there is no such credential. */
  revoke(kind: DeviceKind, id: string, at: number): Promise<DeviceCredential | null>
  /** Those that are valid, by identity. */
  hashes(): Promise<DeviceHash[]>
}

export function createDeviceCredentials(db: Kysely<Schema>): DeviceCredentials {
  return {
    async put({ kind, id, createdBy, createdAt, sha256, mosquittoHash }) {
      const columns = {
        sha256,
        mosquitto_hash: mosquittoHash,
        created_by: createdBy,
        created_at: toMs(createdAt),
        revoked_at: null
      }
      await db
        .insertInto('device_credential')
        .values({ kind, id, ...columns })
        .onConflict(c => c.columns(['kind', 'id']).doUpdateSet(columns))
        .execute()
    },
    async list() {
      const rows = await db.selectFrom('device_credential').selectAll().execute()
      return rows.sort(byIdentity).map(fromRow)
    },
    async revoke(kind, id, at) {
      const mine = db.updateTable('device_credential').set({ revoked_at: at }).where('kind', '=', kind)
      await mine.where('id', '=', id).where('revoked_at', 'is', null).execute()
      const query = db.selectFrom('device_credential').selectAll().where('kind', '=', kind)
      const row = await query.where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async hashes() {
      const valid = db.selectFrom('device_credential').selectAll().where('revoked_at', 'is', null)
      const rows = (await valid.execute()).sort(byIdentity)
      return rows.map(row => ({
        identity: identityOf(row),
        sha256: row.sha256,
        mosquittoHash: row.mosquitto_hash
      }))
    }
  }
}

const identityOf = ({ kind, id }: DeviceCredentialRow) => `${kind}/${id}`

/** The same order on every database, whatever its collation. */
function byIdentity(a: DeviceCredentialRow, b: DeviceCredentialRow): number {
  return identityOf(a) < identityOf(b) ? -1 : 1
}

function fromRow(row: DeviceCredentialRow): DeviceCredential {
  return {
    kind: row.kind as DeviceKind,
    id: row.id,
    createdBy: row.created_by,
    createdAt: toTime(row.created_at),
    revokedAt: toTimeOrNull(row.revoked_at)
  }
}
