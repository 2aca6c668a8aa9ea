import type { Kysely } from 'kysely'
import type { KeptPasskey } from '../contract/accounts.ts'
import type { PasskeyRow, Schema } from './schema.ts'

export interface Passkeys {
  /** Of one user, the oldest first. */
  of(userId: string): Promise<KeptPasskey[]>
  get(credentialId: string): Promise<KeptPasskey | null>
  /** false when it is registered already, whoever has it. */
  insert(passkey: KeptPasskey): Promise<boolean>
  /** Notes a use. false when the counter did not count up: the key may have been copied, and the use is refused. */
  counter(credentialId: string, counter: number, at: number): Promise<boolean>
  /** false when the user has no such passkey. */
  remove(userId: string, credentialId: string): Promise<boolean>
}

export function createPasskeys(db: Kysely<Schema>): Passkeys {
  return {
    async of(userId) {
      const rows = db.selectFrom('passkey').selectAll().where('user_id', '=', userId)
      return (await rows.execute()).map(fromRow).sort((a, b) => a.createdAt - b.createdAt)
    },
    async get(credentialId) {
      const query = db.selectFrom('passkey').selectAll().where('credential_id', '=', credentialId)
      const row = await query.executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async insert(passkey) {
      const insert = db.insertInto('passkey').values(toRow(passkey))
      const inserted = await insert
        .onConflict(c => c.column('credential_id').doNothing())
        .returning('credential_id')
        .execute()
      return inserted.length > 0
    },
    async counter(credentialId, counter, at) {
      const update = db.updateTable('passkey').set({ counter, last_used_at: at })
      const mine = update.where('credential_id', '=', credentialId)
      // WebAuthn Level 3, 7.2, step 22: both 0, or greater than the one before.
      const countsUp = counter === 0 ? mine.where('counter', '=', 0) : mine.where('counter', '<', counter)
      return (await countsUp.executeTakeFirst()).numUpdatedRows > 0n
    },
    async remove(userId, credentialId) {
      const mine = db.deleteFrom('passkey').where('user_id', '=', userId)
      const removed = await mine.where('credential_id', '=', credentialId).executeTakeFirst()
      return removed.numDeletedRows > 0n
    }
  }
}

function toRow(passkey: KeptPasskey): PasskeyRow {
  return {
    credential_id: passkey.credentialId,
    user_id: passkey.userId,
    public_key: passkey.publicKey,
    counter: passkey.counter,
    transports: JSON.stringify(passkey.transports),
    name: passkey.name,
    is_backed_up: passkey.isBackedUp ? 1 : 0,
    created_at: passkey.createdAt,
    last_used_at: passkey.lastUsedAt
  }
}

function fromRow(row: PasskeyRow): KeptPasskey {
  return {
    credentialId: row.credential_id,
    userId: row.user_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: JSON.parse(row.transports),
    name: row.name,
    isBackedUp: row.is_backed_up === 1,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at
  }
}
