import type { Kysely } from 'kysely'
import type { Role, User } from '../contract/access.ts'
import type { NewUser } from '../contract/accounts.ts'
import { byId, toTime, toTimeOrNull } from './columns.ts'
import type { Schema, UserRow } from './schema.ts'

export interface UserChange {
  name?: string
  roles?: readonly Role[]
  companyId?: string | null
  customerId?: string | null
}

export interface TotpSecret {
  /** Encrypted; opened only with the key ring. */
  sealed: string
  /** The 30-second step used last; null: none yet. */
  lastStep: number | null
}

/** What a login is checked against. Never leaves the server. */
export interface UserSecrets {
  passwordHash: string | null
  totp: TotpSecret | null
}

export interface Users {
  /** All, also disabled and erased ones, by id. */
  list(): Promise<User[]>
  get(id: string): Promise<User | null>
  byUserName(userName: string): Promise<User | null>
  bySubject(issuer: string, subject: string): Promise<User | null>
  /** false when the id, the user name or the subject is taken. */
  insert(user: NewUser): Promise<boolean>
  /** Changes what is given; null when there is no such user. */
  update(id: string, change: UserChange): Promise<User | null>
  setPassword(id: string, hash: string | null): Promise<void>
  setTotp(id: string, totp: TotpSecret | null): Promise<void>
  /** Replaces the sealed text only while it is still `from`: false when it was changed meanwhile. */
  resealTotp(id: string, from: string, to: string): Promise<boolean>
  /** false when this step or a later one was used already: a replay. Of two that use one step, one wins. */
  useTotpStep(id: string, step: number): Promise<boolean>
  /** Ends its sessions in the same moment; the first time stays. null when there is no such user. */
  disable(id: string, at: number): Promise<User | null>
  /** An erased user stays disabled. null when there is no such user. */
  enable(id: string): Promise<User | null>
  /**
   * Names, secrets, passkeys and sessions are gone, also the name in the history of events, under findings and thanks;
   * the id stays, which is all that the audit holds of it then, once its entries are erased too. Cannot be undone. null when there is no such user.
   */
  erase(id: string, at: number): Promise<User | null>
  secretsOf(id: string): Promise<UserSecrets | null>
  /** Sealed texts of all, to be sealed anew. */
  sealedTotps(): Promise<{ id: string; sealed: string }[]>
}

export function createUsers(db: Kysely<Schema>): Users {
  const first = async (column: 'id' | 'user_name', value: string) => {
    const row = await db.selectFrom('user_account').selectAll().where(column, '=', value).executeTakeFirst()
    return row === undefined ? null : withPasskeys(db, row)
  }
  const get = (id: string) => first('id', id)
  const set = async (id: string, columns: Partial<UserRow>) => {
    await db.updateTable('user_account').set(columns).where('id', '=', id).execute()
  }
  return {
    get,
    byUserName: userName => first('user_name', userName),
    async list() {
      const rows = await db.selectFrom('user_account').selectAll().execute()
      const keys = await db.selectFrom('passkey').select('user_id').execute()
      const keysOf = Map.groupBy(keys, one => one.user_id)
      return rows.map(row => fromRow(row, keysOf.get(row.id)?.length ?? 0)).sort(byId)
    },
    async bySubject(issuer, subject) {
      const query = db.selectFrom('user_account').selectAll()
      const row = await query.where('issuer', '=', issuer).where('subject', '=', subject).executeTakeFirst()
      return row === undefined ? null : withPasskeys(db, row)
    },
    async insert(user) {
      const insert = db.insertInto('user_account').values(toRow(user))
      const inserted = await insert
        .onConflict(c => c.doNothing())
        .returning('id')
        .execute()
      return inserted.length > 0
    },
    async update(id, { name, roles, companyId, customerId }) {
      const columns = {
        ...(name !== undefined && { name }),
        ...(roles !== undefined && { roles: JSON.stringify(roles) }),
        ...(companyId !== undefined && { company_id: companyId }),
        ...(customerId !== undefined && { customer_id: customerId })
      }
      if (Object.keys(columns).length > 0) await set(id, columns)
      return get(id)
    },
    setPassword: (id, hash) => set(id, { password_hash: hash }),
    setTotp: (id, totp) =>
      set(id, { totp_sealed: totp?.sealed ?? null, totp_last_step: totp?.lastStep ?? null }),
    async resealTotp(id, from, to) {
      const update = db.updateTable('user_account').set({ totp_sealed: to })
      const result = await update.where('id', '=', id).where('totp_sealed', '=', from).executeTakeFirst()
      return result.numUpdatedRows > 0n
    },
    async useTotpStep(id, step) {
      const unused = await db
        .updateTable('user_account')
        .set({ totp_last_step: step })
        .where('id', '=', id)
        .where('totp_sealed', 'is not', null)
        .where(eb => eb.or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', step)]))
        .executeTakeFirst()
      return unused.numUpdatedRows > 0n
    },
    async disable(id, at) {
      await db.transaction().execute(async trx => {
        const open = trx.updateTable('user_account').set({ disabled_at: at }).where('id', '=', id)
        await open.where('disabled_at', 'is', null).execute()
        await trx.deleteFrom('login_session').where('user_id', '=', id).execute()
      })
      return get(id)
    },
    async enable(id) {
      const disabled = db.updateTable('user_account').set({ disabled_at: null }).where('id', '=', id)
      await disabled.where('erased_at', 'is', null).execute()
      return get(id)
    },
    async erase(id, at) {
      await db.transaction().execute(trx => erase(trx, id, at))
      return get(id)
    },
    async secretsOf(id) {
      const query = db.selectFrom('user_account').select(['password_hash', 'totp_sealed', 'totp_last_step'])
      const row = await query.where('id', '=', id).executeTakeFirst()
      if (row === undefined) return null
      const { password_hash: passwordHash, totp_sealed: sealed, totp_last_step: lastStep } = row
      return { passwordHash, totp: sealed === null ? null : { sealed, lastStep } }
    },
    async sealedTotps() {
      const rows = await db.selectFrom('user_account').select(['id', 'totp_sealed']).execute()
      return rows.flatMap(({ id, totp_sealed: sealed }) => (sealed === null ? [] : [{ id, sealed }]))
    }
  }
}

async function erase(db: Kysely<Schema>, id: string, at: number): Promise<void> {
  const row = await db.selectFrom('user_account').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined || row.erased_at !== null) return
  await db.deleteFrom('login_session').where('user_id', '=', id).execute()
  await db.deleteFrom('passkey').where('user_id', '=', id).execute()
  await db
    .updateTable('event')
    .set(eb => ({ revision: eb('revision', '+', 1) }))
    .where(eb =>
      eb.or([
        eb('id', 'in', db.selectFrom('event_history').select('event_id').where('by_id', '=', id)),
        eb('id', 'in', db.selectFrom('participant').select('event_id').where('thanked_by_id', '=', id))
      ])
    )
    .execute()
  await db.updateTable('event_history').set({ by: id }).where('by_id', '=', id).execute()
  await db.updateTable('finding').set({ acknowledged_by: id }).where('acknowledged_by_id', '=', id).execute()
  await db.updateTable('participant').set({ thanked_by: id }).where('thanked_by_id', '=', id).execute()
  await db.updateTable('reward_history').set({ by: id }).where('by_id', '=', id).execute()
  await db
    .updateTable('user_account')
    .set({
      // Not a user name that anybody could type, and different for each.
      user_name: `erased ${id}`,
      name: id,
      issuer: null,
      subject: null,
      password_hash: null,
      totp_sealed: null,
      totp_last_step: null,
      disabled_at: row.disabled_at ?? at,
      erased_at: at
    })
    .where('id', '=', id)
    .execute()
}

async function withPasskeys(db: Kysely<Schema>, row: UserRow): Promise<User> {
  const keys = await db.selectFrom('passkey').select('credential_id').where('user_id', '=', row.id).execute()
  return fromRow(row, keys.length)
}

function toRow(user: NewUser): UserRow {
  return {
    id: user.id,
    user_name: user.userName,
    name: user.name,
    roles: JSON.stringify(user.roles),
    company_id: user.companyId,
    customer_id: user.customerId,
    issuer: user.issuer,
    subject: user.subject,
    is_demo: user.isDemo ? 1 : 0,
    password_hash: user.passwordHash,
    totp_sealed: null,
    totp_last_step: null,
    created_at: user.createdAt,
    disabled_at: null,
    erased_at: null
  }
}

function fromRow(row: UserRow, passkeys: number): User {
  return {
    id: row.id,
    userName: row.user_name,
    name: row.name,
    roles: JSON.parse(row.roles),
    companyId: row.company_id,
    customerId: row.customer_id,
    isFromDirectory: row.issuer !== null,
    isDemo: row.is_demo === 1,
    hasPassword: row.password_hash !== null,
    hasTotp: row.totp_sealed !== null,
    passkeys,
    createdAt: toTime(row.created_at),
    disabledAt: toTimeOrNull(row.disabled_at),
    erasedAt: toTimeOrNull(row.erased_at)
  }
}
