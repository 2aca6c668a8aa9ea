import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { callbackPath, createDirectory, isLoopbackHttp } from '../../server/access/directory.ts'
import { directoryPerson } from '../../server/access/directoryPerson.ts'
import { type Desk, found, MINUTE, openDesk, PASSWORD, passed, refused } from './desk.ts'
import { browse, clientSecret, type DirectoryServer, startDirectory } from './directoryServer.ts'

const publicUrl = 'http://localhost:8080'
const claimNames = { rolesClaim: 'gridload_roles', companyClaim: 'gridload_company' }
const settingsOf = (issuer: string) => ({ issuer, clientId: 'gridload', clientSecret, ...claimNames })

let server: DirectoryServer
let desk: Desk
beforeAll(async () => {
  server = await startDirectory(publicUrl)
})
afterAll(() => server.stop())
beforeEach(async () => {
  desk = await openDesk({ directory: settingsOf(server.issuer) })
  // The provider signs with the clock of this machine.
  desk.clock.now = Date.now()
  server.people.clear()
  server.people.set('d-1', {
    name: 'Lê Văn Bình',
    preferred_username: 'Binh.LV',
    gridload_roles: ['dispatcher']
  })
  server.person = 'd-1'
})
afterEach(() => desk.stop())

const door = () => found(desk.logins.directory)

async function setOut(purpose: 'login' | 'step-up' = 'login', secret: string | null = null) {
  const begun = found(await door().start(purpose, desk.visit(secret)))
  const { search } = await browse(begun.url, publicUrl + callbackPath)
  return { ...begun, search }
}

async function comeBack(purpose: 'login' | 'step-up' = 'login', secret: string | null = null) {
  const { search, browser } = await setOut(purpose, secret)
  // On the way back from another site the browser leaves the session's cookie out.
  return door().finish(search, browser, desk.visit())
}

async function whyNot(outcome: ReturnType<typeof comeBack>) {
  const answer = await outcome
  if (!('refused' in answer)) throw new Error(`was let in: ${JSON.stringify(answer)}`)
  return answer.refused
}

describe('login', () => {
  test('the directory says who it is, which roles and which company', async () => {
    server.people.set('d-1', { ...server.people.get('d-1'), gridload_company: 'NPC' })
    const { answer } = passed((await comeBack()) as never)
    expect(answer).toMatchObject({
      next: 'done',
      session: {
        user: {
          ...{ userName: 'binh.lv', name: 'Lê Văn Bình', roles: ['dispatcher'], companyId: 'NPC' },
          ...{ isFromDirectory: true, hasPassword: false }
        }
      }
    })
    expect(desk.audit.entries.at(-1)).toMatchObject({
      ...{ action: 'login', outcome: 'done', after: { by: 'directory', state: 'full' } }
    })
  })

  test('at each login anew, for the same person', async () => {
    const first = passed((await comeBack()) as never).answer.session?.user.id
    server.people.set('d-1', {
      name: 'Bình',
      preferred_username: 'other',
      gridload_roles: ['auditor', 'engineer']
    })
    const again = passed((await comeBack()) as never).answer.session?.user
    expect(again).toMatchObject({
      id: first,
      name: 'Bình',
      userName: 'binh.lv',
      roles: ['auditor', 'engineer']
    })
    expect(await desk.records.users.list()).toHaveLength(1)
  })

  test('other rights are written down, before and after, and end the sessions begun with the former', async () => {
    const former = passed((await comeBack()) as never)
    await comeBack()
    expect(await desk.logins.sessions.find(former.secret, desk.clock.now)).not.toBeNull()
    server.people.set('d-1', { name: 'Bình', gridload_roles: ['supervisor'] })
    desk.audit.isBroken = true
    expect(refused((await comeBack()) as never).status).toBe(503)
    expect(former.answer.session?.user.roles).toEqual(['dispatcher'])
    expect((await desk.records.users.list()).map(({ roles }) => roles)).toEqual([['dispatcher']])
    desk.audit.isBroken = false
    passed((await comeBack()) as never)
    expect(await desk.logins.sessions.find(former.secret, desk.clock.now)).toBeNull()
    const changes = desk.audit.entries.filter(({ action }) => action === 'rights-changed')
    expect(changes).toMatchObject([
      { after: { before: { roles: ['dispatcher'] }, roles: ['supervisor'], by: 'directory' } }
    ])
  })

  test('a name that a local user has makes nobody that user', async () => {
    await desk.addUser('binh.lv', ['administrator'])
    const { answer } = passed((await comeBack()) as never)
    expect(answer.session?.user.id).not.toBe('usr-binh.lv')
    expect(answer.session?.user.userName).toMatch(/^binh\.lv-[0-9a-f]{8}$/)
    expect(answer.session?.user.roles).toEqual(['dispatcher'])
  })

  test.each([
    [['pwd'], 'enrol'],
    [['pwd', 'otp'], 'done'],
    [['mfa'], 'done'],
    [['hwk'], 'done']
  ])('a supervisor who logged in there by %j: %s', async (amr, next) => {
    server.people.set('d-1', { name: 'B', gridload_roles: ['supervisor'], amr })
    expect(passed((await comeBack()) as never).answer.next).toBe(next)
  })

  test('without a second factor there the local one is asked for', async () => {
    const { answer } = passed((await comeBack()) as never)
    const codeNow = await desk.addTotp(found(answer.session).user)
    const half = passed((await comeBack()) as never)
    expect(half.answer).toMatchObject({ next: 'factor', factors: ['totp'], session: null })
    passed(await desk.logins.login.code({ code: codeNow() }, desk.visit(half.secret)))
  })

  test.each([
    ['no role', {}, 'no-role'],
    ['a role nobody knows', { gridload_roles: ['dispatcher', 'king'] }, 'unknown-role'],
    ['the role of a customer', { gridload_roles: ['customer'] }, 'unknown-role'],
    ['a company nobody knows', { gridload_roles: ['auditor'], gridload_company: 'XPC' }, 'unknown-company']
  ])('refused: %s', async (_what, claims, why) => {
    server.people.set('d-1', { name: 'B', ...claims })
    expect(await whyNot(comeBack())).toBe(why)
    expect(await desk.records.users.list()).toEqual([])
    expect(desk.audit.entries).toMatchObject([
      { action: 'login', outcome: 'refused', after: { reason: why } }
    ])
  })

  test('refused: who is disabled here, and stays as it was', async () => {
    const { answer } = passed((await comeBack()) as never)
    const { id } = found(answer.session).user
    await desk.records.users.disable(id, desk.clock.now)
    server.people.set('d-1', { name: 'B', gridload_roles: ['administrator'] })
    expect(await whyNot(comeBack())).toBe('disabled')
    expect((await desk.records.users.get(id))?.roles).toEqual(['dispatcher'])
  })

  test('refused: whom the directory does not let in', async () => {
    server.person = 'd-9'
    expect(await whyNot(comeBack())).toBe('try-again')
  })

  test('a password does not open what the directory keeps', async () => {
    passed((await comeBack()) as never)
    const outcome = await desk.logins.login.password(
      { userName: 'binh.lv', password: PASSWORD },
      desk.visit()
    )
    expect(refused(outcome).status).toBe(401)
  })

  test('a login that cannot be written down does not happen', async () => {
    desk.audit.isBroken = true
    expect(refused(await comeBack()).status).toBe(503)
  })
})

describe('the way back', () => {
  test('is good once', async () => {
    const { search, browser } = await setOut()
    passed((await door().finish(search, browser, desk.visit())) as never)
    expect(await whyNot(door().finish(search, browser, desk.visit()))).toBe('try-again')
  })

  test('belongs to the browser that set out: nobody is logged in as somebody else', async () => {
    const [mine, other] = [await setOut(), await setOut()]
    expect(await whyNot(door().finish(mine.search, other.browser, desk.visit()))).toBe('try-again')
    expect(await whyNot(door().finish(other.search, null, desk.visit()))).toBe('try-again')
  })

  test('is open for ten minutes', async () => {
    const { search, browser } = await setOut()
    desk.clock.now += 10 * MINUTE
    expect(await whyNot(door().finish(search, browser, desk.visit()))).toBe('try-again')
  })

  test.each([
    ['a made up state', (search: string) => search.replace(/state=[^&]+/, 'state=x')],
    ['no state', (search: string) => search.replace(/state=[^&]+/, '')],
    ['a made up code', (search: string) => search.replace(/code=[^&]+/, 'code=x')],
    ['another issuer', (search: string) => search.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example')],
    ['nothing', () => '']
  ])('with %s leads nowhere', async (_what, change) => {
    const { search, browser } = await setOut()
    expect(await whyNot(door().finish(change(search), browser, desk.visit()))).toBe('try-again')
    // Whatever is logged of it holds neither code nor state, wherever in the error.
    const { code = '', state = '' } = Object.fromEntries(new URLSearchParams(search))
    for (const secret of [code, state, clientSecret])
      expect(inspect(desk.faults, { depth: 9 })).not.toContain(secret)
  })

  test('sends no secret of ours to the directory but the challenge of one', async () => {
    const begun = found(await door().start('login', desk.visit()))
    const asked = new URL(begun.url).searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(asked.get('nonce')).toMatch(/^[\w-]{43}$/)
    expect(asked.get('redirect_uri')).toBe(publicUrl + callbackPath)
    expect(begun.url).not.toContain(begun.browser)
    expect(begun.url).not.toContain(clientSecret)
  })
})

describe('step-up', () => {
  test('by logging in there once more, in the session that asked', async () => {
    const { secret } = passed((await comeBack()) as never)
    expect((await desk.logins.see(desk.visit(secret))).stepUpBy).toEqual(['directory'])
    const proved = passed((await comeBack('step-up', secret)) as never)
    expect(proved.answer.session?.steppedUpUntil).not.toBeNull()
    expect(await desk.logins.sessions.find(secret, desk.clock.now)).toBeNull()
  })

  test('not by another person', async () => {
    server.people.set('d-2', { name: 'C', gridload_roles: ['supervisor'], amr: ['mfa'] })
    const { secret } = passed((await comeBack()) as never)
    server.person = 'd-2'
    passed((await comeBack()) as never)
    expect(await whyNot(comeBack('step-up', secret))).toBe('other-person')
    const session = found(await desk.logins.sessions.find(secret, desk.clock.now))
    expect(session.row.steppedUpUntil).toBeNull()
  })
})

test('roles that stand only in the answer of the UserInfo endpoint count', async () => {
  const strict = await startDirectory(publicUrl, { onlyUserInfo: true })
  const other = await openDesk({ directory: settingsOf(strict.issuer) })
  other.clock.now = Date.now()
  strict.people.set('d-1', { name: 'Bình', gridload_roles: ['engineer'] })
  strict.person = 'd-1'
  const there = found(other.logins.directory)
  const begun = found(await there.start('login', other.visit()))
  const { search } = await browse(begun.url, publicUrl + callbackPath)
  const { answer } = passed((await there.finish(search, begun.browser, other.visit())) as never)
  expect(answer.session?.user).toMatchObject({ name: 'Bình', roles: ['engineer'] })
  await other.stop()
  await strict.stop()
})

test('a directory that is down is told, and asked again the next time', async () => {
  const gone = await startDirectory(publicUrl)
  const { issuer } = gone
  await gone.stop()
  const other = await openDesk({ directory: settingsOf(issuer) })
  expect(await found(other.logins.directory).start('login', other.visit())).toBeNull()
  expect(await found(other.logins.directory).start('login', other.visit())).toBeNull()
  expect(other.faults).toHaveLength(2)
  await other.stop()
})

test.each([
  ['http://localhost:9000', true],
  ['http://127.0.0.1', true],
  ['http://[::1]:9000', true],
  ['https://localhost', false],
  ['http://id.evn.vn', false],
  ['http://localhost.evil.example', false],
  ['http://127.0.0.1.evil.example', false]
])('without TLS: %s %s', (issuer, isAllowed) => {
  expect(isLoopbackHttp(issuer)).toBe(isAllowed)
})

test('without TLS a directory elsewhere is not even asked', async () => {
  const faults: unknown[] = []
  const directory = createDirectory({
    settings: settingsOf('http://192.0.2.1:9'),
    publicUrl,
    oneTime: { put: async () => {}, take: async () => null },
    random: bytes => Buffer.alloc(bytes),
    onFault: error => void faults.push(error)
  })
  expect(await directory.start({ purpose: 'login' }, 0)).toBeNull()
  expect(String(faults[0])).toMatch(/HTTPS/)
})

test.each([
  ['a list', { gridload_roles: ['auditor', 'auditor'] }, ['auditor']],
  ['one word', { gridload_roles: 'auditor' }, ['auditor']]
])('roles as %s', (_what, claims, roles) => {
  const person = directoryPerson({ iss: 'i', sub: 's', ...claims }, claimNames, () => true)
  expect(person).toMatchObject({
    roles,
    userName: 'user-s',
    name: 's',
    companyId: null,
    hasSecondFactor: false
  })
})
