import type { User } from '../contract/access.ts'
import type { NewUser } from '../contract/accounts.ts'
import type { Denied, DirectoryRefusal, Passed, Visit } from '../contract/login.ts'
import type { Answers } from './answers.ts'
import type { Claims, Directory, DirectorySettings, Errand } from './directory.ts'
import { type DirectoryPerson, directoryPerson } from './directoryPerson.ts'
import { stateAfter } from './login.ts'
import { isDenied, type NoteLogin } from './loginAudit.ts'
import { mayLogIn } from './people.ts'
import type { Sessions } from './sessions.ts'
import type { StepUp } from './stepUp.ts'

export interface DirectoryUsers {
  get(id: string): Promise<User | null>
  bySubject(issuer: string, subject: string): Promise<User | null>
  insert(user: NewUser): Promise<boolean>
  update(
    id: string,
    change: Partial<Pick<NewUser, 'name' | 'roles' | 'companyId' | 'customerId'>>
  ): Promise<User | null>
}

export interface DirectoryLoginNeeds {
  directory: Directory
  settings: Pick<DirectorySettings, 'rolesClaim' | 'companyClaim'>
  users: DirectoryUsers
  sessions: Sessions
  stepUp: StepUp
  answers: Answers
  note: NoteLogin
  knowsCompany(id: string): boolean
  random(bytes: number): Buffer
  isDemo: boolean
}

export interface DirectoryLogin {
  /** null: the directory cannot be reached. */
  start(purpose: 'login' | 'step-up', visit: Visit): Promise<{ url: string; browser: string } | null>
  finish(
    search: string,
    browser: string | null,
    visit: Visit
  ): Promise<Passed | Denied | { refused: DirectoryRefusal }>
}

/**
 * Lets in whom the utility's directory vouches for. Known by issuer and subject (ASVS 5.0, 6.8.1), never by a name or an
 * e-mail address, which others could come to have. Name, roles and company are the directory's at each login.
 */
export function createDirectoryLogin(needs: DirectoryLoginNeeds): DirectoryLogin {
  const { directory, settings, users, sessions, stepUp, answers, note, knowsCompany, random, isDemo } = needs

  async function refuse(refused: DirectoryRefusal, user: User | null, visit: Visit) {
    const after = { by: 'directory', reason: refused }
    const unwritten = await note({ action: 'login', user, outcome: 'refused', status: 401, after }, visit)
    return unwritten ?? { refused }
  }

  async function enter(claims: Claims, visit: Visit) {
    const person = directoryPerson(claims, settings, knowsCompany)
    if ('refused' in person) return refuse(person.refused, null, visit)
    const user = await kept(person, visit)
    if (isDenied(user)) return user
    if (user === null || !mayLogIn(user, isDemo)) return refuse('disabled', user, visit)
    const state = stateAfter(user, person.hasSecondFactor ? 2 : 1)
    const after = { by: person.hasSecondFactor ? 'directory+factor' : 'directory', state }
    const unwritten = await note({ action: 'login', user, outcome: 'done', status: 200, after }, visit)
    if (unwritten !== null) return unwritten
    return answers.passed(await sessions.begin(user, state, visit), visit.now)
  }

  async function kept(person: DirectoryPerson, visit: Visit): Promise<User | null | Denied> {
    const { issuer, subject, name, roles, companyId } = person
    const { now } = visit
    const known = await users.bySubject(issuer, subject)
    if (known !== null) {
      if (known.disabledAt !== null || known.erasedAt !== null) return known
      const unwritten = await takeOver(known, { roles, companyId }, visit)
      return unwritten ?? users.update(known.id, { name, roles, companyId, customerId: null })
    }
    const suffix = (): string => random(4).toString('hex')
    for (const userName of [person.userName, `${person.userName}-${suffix()}`]) {
      const id = `usr-${random(12).toString('base64url')}`
      const origin = { issuer, subject, isDemo: false, passwordHash: null, customerId: null, createdAt: now }
      if (await users.insert({ id, userName, name, roles, companyId, ...origin })) return users.get(id)
    }
    return users.bySubject(issuer, subject) // logged in twice at the same moment
  }

  /** Other rights end the sessions that were begun with the former: one of them may have shown less than these ask for. */
  async function takeOver(known: User, next: Rights, visit: Visit): Promise<Denied | null> {
    const before = { roles: known.roles, companyId: known.companyId }
    if (isSame(before, next)) return null
    const after = { by: 'directory', before, ...next }
    const entry = { action: 'rights-changed', user: known, outcome: 'done', status: 200, after } as const
    const unwritten = await note(entry, visit)
    if (unwritten === null) await sessions.endAllOf(known.id)
    return unwritten
  }

  /** The session that asked is named by the trip: its cookie does not come along from another site. */
  async function proveAgain(claims: Claims, errand: Errand & { purpose: 'step-up' }, visit: Visit) {
    const session = await sessions.byId(errand.userId, errand.sessionId, visit.now)
    const person = directoryPerson(claims, settings, knowsCompany)
    if ('refused' in person) return refuse(person.refused, null, visit)
    const user = await users.bySubject(person.issuer, person.subject)
    if (session?.row.id !== errand.sessionId || user?.id !== errand.userId)
      return refuse('other-person', user, visit)
    return stepUp.proved(session, 'directory', visit)
  }

  return {
    async start(purpose, visit) {
      if (purpose === 'login') return directory.start({ purpose }, visit.now)
      const session = await sessions.find(visit.secret, visit.now)
      if (session === null) return directory.start({ purpose: 'login' }, visit.now)
      return directory.start({ purpose, sessionId: session.row.id, userId: session.user.id }, visit.now)
    },
    async finish(search, browser, visit) {
      const back = await directory.finish(search, browser, visit.now)
      if (typeof back === 'string') return refuse(back, null, visit)
      const { claims, errand } = back
      return errand.purpose === 'login' ? enter(claims, visit) : proveAgain(claims, errand, visit)
    }
  }
}

type Rights = Pick<User, 'roles' | 'companyId'>

const isSame = (a: Rights, b: Rights): boolean =>
  a.companyId === b.companyId && a.roles.toSorted().join() === b.roles.toSorted().join()
