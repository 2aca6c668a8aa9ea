import type { Kysely } from 'kysely'
import type { ApiToken } from '../contract/access.ts'
import { byId, toMs, toMsOrNull, toTime, toTimeOrNull } from './columns.ts'
import type { ApiTokenRow, Schema } from './schema.ts'

/** With the SHA-256 (hexadecimal) of its secret: never to be shown. */
export interface KeptApiToken extends ApiToken {
  sha256: string
}

export interface ApiTokens {
  /** Rejects when the id is taken. */
  insert(token: KeptApiToken): Promise<void>
  /** Also one that was revoked or has run out: that is for the caller to see. */
  byId(id: string): Promise<KeptApiToken | null>
  /** All, by id, without what they are checked against. */
  list(): Promise<ApiToken[]>
  /** The first time stays. null when there is no such token. */
  revoke(id: string, at: number): Promise<ApiToken | null>
  used(id: string, at: number): Promise<void>
}

export function createApiTokens(db: Kysely<Schema>): ApiTokens {
  async function rowOf(id: string): Promise<ApiTokenRow | undefined> {
    return db.selectFrom('api_token').selectAll().where('id', '=', id).executeTakeFirst()
  }
  return {
    async insert(token) {
      await db.insertInto('api_token').values(toRow(token)).execute()
    },
    async byId(id) {
      const row = await rowOf(id)
      return row === undefined ? null : { ...fromRow(row), sha256: row.sha256 }
    },
    async list() {
      return (await db.selectFrom('api_token').selectAll().execute()).map(fromRow).sort(byId)
    },
    async revoke(id, at) {
      const valid = db.updateTable('api_token').set({ revoked_at: at }).where('id', '=', id)
      await valid.where('revoked_at', 'is', null).execute()
      const row = await rowOf(id)
      return row === undefined ? null : fromRow(row)
    },
    async used(id, at) {
      await db.updateTable('api_token').set({ last_used_at: at }).where('id', '=', id).execute()
    }
  }
}

function toRow(token: KeptApiToken): ApiTokenRow {
  return {
    id: token.id,
    name: token.name,
    sha256: token.sha256,
    scopes: JSON.stringify(token.scopes),
    company_id: token.companyId,
    customer_id: token.customerId,
    created_by: token.createdBy,
    created_at: toMs(token.createdAt),
    expires_at: toMs(token.expiresAt),
    revoked_at: toMsOrNull(token.revokedAt),
    last_used_at: toMsOrNull(token.lastUsedAt)
  }
}

function fromRow(row: ApiTokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes),
    companyId: row.company_id,
    customerId: row.customer_id,
    createdBy: row.created_by,
    createdAt: toTime(row.created_at),
    expiresAt: toTime(row.expires_at),
    revokedAt: toTimeOrNull(row.revoked_at),
    lastUsedAt: toTimeOrNull(row.last_used_at)
  }
}
