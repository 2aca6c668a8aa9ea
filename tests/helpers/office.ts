import type { InvitedUser, InviteUser } from '../../server/contract/administration.ts'
import type { Gridload } from './gridload.ts'
import { type Authenticator, enrolTotp, type Visitor, visit } from './visitor.ts'

/** Somebody with a login of its own, as it comes to be: invited, by the link in the mail, with an app where one is obligatory. */
export interface Person {
  id: string
  userName: string
  password: string
  /** Of the reset link. */
  linkToken: string
  /** null: this person has none. */
  app: Authenticator | null
  /** Of the app; empty without one. */
  recoveryCodes: string[]
}

let count = 0
const newPassword = (): string => `the kettle number ${++count} sings at dawn over the paddies`

/** What a link of the server ends with. */
export const linkToken = (link: string): string => /\/([\w-]{43})$/.exec(link)?.[1] ?? ''

/** The first administrator, by the link that the server printed. It stays logged in with `visitor`. */
export async function makeFirstAdministrator(
  gridload: Gridload,
  visitor: Visitor,
  userName = 'first'
): Promise<Person> {
  const token = /#\/setup\/([\w-]{43})/.exec(gridload.output())?.[1] ?? ''
  const password = newPassword()
  const { status, text, body } = await visitor.call('POST', '/api/auth/setup', {
    ...{ token, userName, name: 'The First', password }
  })
  if (status !== 200) throw new Error(`no first administrator: ${status} ${text}`)
  return {
    ...{ id: String(body.session.user.id), userName, password, linkToken: token },
    ...(await enrolTotp(visitor))
  }
}

/** Invited by the administrator of the tests; logged in with `visitor` afterwards, with an app if `hasApp`. */
export async function invite(
  gridload: Gridload,
  user: Pick<InviteUser, 'userName' | 'roles'> & Partial<InviteUser>,
  { hasApp = false, visitor = visit(gridload.address) }: { hasApp?: boolean; visitor?: Visitor } = {}
): Promise<Person> {
  const made = await gridload.post<InvitedUser>('/api/users', {
    name: `${user.userName} of the tests`,
    ...user
  })
  const token = linkToken(made.link)
  const password = newPassword()
  const { userName } = user
  const set = await visitor.call('POST', '/api/auth/reset', { token, password })
  if (set.status !== 200) throw new Error(`${userName} has no password: ${set.status} ${set.text}`)
  const person = { id: made.user.id, userName, password, linkToken: token }
  if (!hasApp) return { ...person, app: null, recoveryCodes: [] }
  const { body } = await visitor.logIn(userName, password)
  // Where no app is obligatory, adding one asks for the password once more.
  if (body.next === 'done') await visitor.call('POST', '/api/auth/step-up', { password })
  return { ...person, ...(await enrolTotp(visitor)) }
}

/** With password and, where the person has an app, its code. Throws when it does not get in. */
export async function enter(visitor: Visitor, { userName, password, app }: Person): Promise<void> {
  let answer = await visitor.logIn(userName, password)
  if (app !== null) answer = await visitor.call('POST', '/api/auth/totp', { code: await app.code() })
  if (answer.status !== 200) throw new Error(`${userName} does not get in: ${answer.status} ${answer.text}`)
}
