import type { Caller, LoginSession, User } from '../contract/access.ts'
import type { NewUser } from '../contract/accounts.ts'
import type { ChangeUser, InvitedUser, InviteUser, OneTimeLink } from '../contract/administration.ts'
import type { Denied } from '../contract/login.ts'
import { isActingAdministrator, type KnownPlaces, mayGiveRoles, rolesProblem } from './giving.ts'
import type { Links } from './links.ts'
import { denied, isDenied } from './loginAudit.ts'
import type { RecoveryCodes } from './recoveryCodes.ts'
import type { Sessions } from './sessions.ts'

export interface UserAdministrationNeeds {
  users: {
    list(): Promise<User[]>
    get(id: string): Promise<User | null>
    insert(user: NewUser): Promise<boolean>
    update(id: string, change: ChangeUser): Promise<User | null>
    setPassword(id: string, hash: null): Promise<void>
    setTotp(id: string, totp: null): Promise<void>
    /** Ends the sessions too. */
    disable(id: string, at: number): Promise<User | null>
    enable(id: string): Promise<User | null>
    erase(id: string, at: number): Promise<User | null>
  }
  passkeys: {
    of(userId: string): Promise<{ credentialId: string }[]>
    remove(userId: string, credentialId: string): Promise<boolean>
  }
  recovery: Pick<RecoveryCodes, 'drop'>
  sessions: Pick<Sessions, 'of' | 'endAllOf'>
  links: Pick<Links, 'resetLink'>
  audit: { erasePersonal(userId: string): Promise<number> }
  known: KnownPlaces
  seesAll(user: User): boolean
  isDemo: boolean
  random(bytes: number): Buffer
}

type Changed = Promise<User | Denied>

/** What administrators do to users. `by` sees all companies: the guard has looked at that. */
export interface UserAdministration {
  list(): Promise<User[]>
  get(id: string): Promise<User | null>
  /** A user without a password, and the link to set one. */
  invite(by: Caller, command: InviteUser, now: number): Promise<InvitedUser | Denied>
  /** Other rights end the user's sessions. */
  change(by: Caller, id: string, change: ChangeUser): Changed
  disable(by: Caller, id: string, now: number): Changed
  enable(by: Caller, id: string): Changed
  /** Takes password and second factors away and ends the sessions; the link sets a new password. */
  reset(by: Caller, id: string, now: number): Promise<OneTimeLink | Denied>
  /** May be repeated where it was cut short. */
  erase(by: Caller, id: string, now: number): Changed
  /** `thisId`: the asking session. */
  sessions(id: string, thisId: string, now: number): Promise<LoginSession[] | Denied>
  endSessions(by: Caller, id: string): Promise<Denied | null>
}

export function createUserAdministration(needs: UserAdministrationNeeds): UserAdministration {
  const { users, sessions, links, known, random } = needs
  const inTurn = oneAfterTheOther()
  const acts = (user: User): boolean => isActingAdministrator(user, needs.isDemo, needs.seesAll)

  async function found(id: string): Changed {
    return (await users.get(id)) ?? denied(404, `there is no user ${id}`)
  }

  /** Whom `by` may command: a token that could change an administrator, or take over its login, would be one. */
  async function target(by: Caller, id: string, change: 'of all' | 'not of oneself' = 'of all'): Changed {
    const user = await found(id)
    if (isDenied(user)) return user
    if (!mayGiveRoles(by, user.roles)) return denied(403, 'this user may do more than you')
    if (change === 'not of oneself' && user.id === by.id)
      return denied(409, 'nobody does this to themselves: ask another administrator')
    return user
  }

  const isLast = async (user: User): Promise<boolean> =>
    acts(user) && !(await users.list()).some(other => other.id !== user.id && acts(other))

  async function linkFor(id: string, now: number): Promise<OneTimeLink | Denied> {
    const link = await links.resetLink(id, now)
    if (link === null) return denied(409, 'this user has no password here')
    return { link: link.url, expiresAt: new Date(link.expiresAt).toISOString() }
  }

  async function takeFactors(id: string): Promise<void> {
    await users.setPassword(id, null)
    await users.setTotp(id, null)
    for (const { credentialId } of await needs.passkeys.of(id)) await needs.passkeys.remove(id, credentialId)
    await needs.recovery.drop(id)
    await sessions.endAllOf(id)
  }

  return {
    list: () => users.list(),
    get: id => users.get(id),

    async invite(by, { userName, name, roles, companyId = null, customerId = null }, now) {
      const place = { companyId, customerId }
      const problem = nameProblem(name) ?? rolesProblem({ roles, ...place }, known)
      if (problem !== null) return denied(422, problem)
      if (!mayGiveRoles(by, roles)) return MORE_THAN_OWN
      const id = `usr-${random(12).toString('base64url')}`
      const origin = { issuer: null, subject: null, isDemo: false, passwordHash: null, createdAt: now }
      const isNew = await users.insert({ id, userName, name: name.trim(), roles, ...place, ...origin })
      if (!isNew) return denied(409, 'this user name is taken')
      const [user, link] = [await found(id), await linkFor(id, now)]
      if (isDenied(user)) return user
      return isDenied(link) ? link : { user, ...link }
    },

    change: (by, id, asked) =>
      inTurn(async () => {
        const user = await target(by, id)
        if (isDenied(user)) return user
        const change = differing(user, asked)
        if (Object.keys(change).length === 0) return user
        const next = { ...user, ...change }
        const refusal = unchangeable(user) ?? directorys(user) ?? unfit(by, next)
        if (refusal !== null) return refusal
        if (!acts(next) && (await isLast(user))) return LAST_ADMINISTRATOR
        const changed = (await users.update(id, change)) ?? user
        const { name: _, ...others } = change
        if (Object.keys(others).length > 0) await sessions.endAllOf(id)
        return changed
      }),

    disable: (by, id, now) =>
      inTurn(async () => {
        const user = await target(by, id, 'not of oneself')
        if (isDenied(user)) return user
        if (await isLast(user)) return LAST_ADMINISTRATOR
        return (await users.disable(id, now)) ?? user
      }),

    async enable(by, id) {
      const user = await target(by, id)
      if (isDenied(user)) return user
      return erased(user) ?? (await users.enable(id)) ?? user
    },

    async reset(by, id, now) {
      const user = await target(by, id, 'not of oneself')
      if (isDenied(user)) return user
      const refusal = unchangeable(user)
      if (refusal !== null) return refusal
      if (user.isFromDirectory) return denied(409, 'this user logs in through the directory')
      if (user.disabledAt !== null) return denied(409, 'this user is disabled: enable it first')
      await takeFactors(id)
      return linkFor(id, now)
    },

    erase: (by, id, now) =>
      inTurn(async () => {
        const user = await target(by, id, 'not of oneself')
        if (isDenied(user)) return user
        if (user.isDemo) return DEMO_STAYS
        if (await isLast(user)) return LAST_ADMINISTRATOR
        const changed = await users.erase(id, now)
        await needs.recovery.drop(id)
        await needs.audit.erasePersonal(id)
        return changed ?? user
      }),

    async sessions(id, thisId, now) {
      const user = await found(id)
      return isDenied(user) ? user : sessions.of(id, thisId, now)
    },

    async endSessions(by, id) {
      const user = await target(by, id)
      if (isDenied(user)) return user
      await sessions.endAllOf(id)
      return null
    }
  }

  function unfit(by: Caller, next: User): Denied | null {
    const problem = nameProblem(next.name) ?? rolesProblem(next, known)
    if (problem !== null) return denied(422, problem)
    return mayGiveRoles(by, next.roles) ? null : MORE_THAN_OWN
  }
}

const MORE_THAN_OWN = denied(403, 'nobody gives rights that they do not have')
const LAST_ADMINISTRATOR = denied(
  409,
  'this is the last administrator who can log in: make another one first'
)
const DEMO_STAYS = denied(409, 'a demo user stays as it is')

const erased = ({ erasedAt }: User): Denied | null =>
  erasedAt === null ? null : denied(409, 'the personal data of this user is erased: it stays as it is')

const unchangeable = (user: User): Denied | null => erased(user) ?? (user.isDemo ? DEMO_STAYS : null)

const directorys = ({ isFromDirectory }: User): Denied | null =>
  isFromDirectory ? denied(409, 'name, roles and company of this user are kept in the directory') : null

const nameProblem = (name: string): string | null => (name.trim() === '' ? 'a name has letters' : null)

/** What of the change is one. */
function differing(user: User, { name, roles, companyId, customerId }: ChangeUser): ChangeUser {
  const isSame = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every(one => b.includes(one))
  return {
    ...(name !== undefined && name.trim() !== user.name && { name: name.trim() }),
    ...(roles !== undefined && !isSame(roles, user.roles) && { roles }),
    ...(companyId !== undefined && companyId !== user.companyId && { companyId }),
    ...(customerId !== undefined && customerId !== user.customerId && { customerId })
  }
}

/** Of two who disable each other at the same moment, one is first. */
function oneAfterTheOther() {
  let last: Promise<unknown> = Promise.resolve()
  return <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}
