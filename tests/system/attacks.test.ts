import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MadeToken } from '../../server/contract/administration.ts'
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import { administrator } from '../helpers/callers.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { enter, invite, linkToken, makeFirstAdministrator, type Person } from '../helpers/office.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { type Answer, type Visitor, visit } from '../helpers/visitor.ts'
import { openWire, sayOn, statusesOf } from './wires.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../..')
const COOKIE = 'gridload_session'
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,co,,Company,,,5000,,,,
feeder,f1,co,Feeder 1,,,3000,,,,
customer,c1,,The works,,,,,,,
meteringPoint,mp1,f1,The works,m1,,,,10,c1,400
`

/** What was refused, and in which words. */
const refusal = ({ status, body }: Answer): [number, string] => [status, body?.detail ?? '']

let directory: Awaited<ReturnType<typeof tempDir>>
let gridload: Gridload
let first: Person
/** Logged in with both factors. */
let supervisor: { person: Person; visitor: Visitor }
let addresses = 0

/** From an address of its own: the product stands behind a proxy that it trusts. */
const stranger = (): Visitor => visit(gridload.address, { 'x-forwarded-for': `203.0.113.${++addresses}` })

beforeAll(async () => {
  await run(process.execPath, [join(root, 'web/build.ts')])
  directory = await tempDir()
  gridload = await startGridload({ DATA_DIR: directory.path, TRUSTED_PROXIES: '127.0.0.1' })
  await gridload.importRegistry(registry)
  first = await makeFirstAdministrator(gridload, stranger())
  const visitor = stranger()
  const person = await invite(gridload, { userName: 'lan', roles: ['supervisor'] }, { hasApp: true, visitor })
  supervisor = { person, visitor }
})

afterAll(async () => {
  await gridload?.stop()
  await directory?.remove()
})

const newEvent = {
  nodeId: 'f1',
  durationMinutes: 30,
  reason: 'an attack',
  participants: [{ customerId: 'c1', requestedKw: 100 }]
}
const draft = () => ({ ...newEvent, start: new Date(Date.now() + 3_600_000).toISOString() })
const events = async () =>
  (await gridload.get<{ events: CurtailmentEvent[] }>('/api/curtailment-events')).events

describe('a page of another site (CSRF)', () => {
  const asAnotherSite = (headers: Record<string, string>, body: unknown = draft()) =>
    supervisor.visitor.call('POST', '/api/curtailment-events', body, headers)

  it.each<[string, Record<string, string>, string]>([
    ['knows no token', { 'x-csrf-token': '' }, 'the header x-csrf-token is missing'],
    [
      'has a token of another session',
      { 'x-csrf-token': randomBytes(32).toString('base64url') },
      'the header x-csrf-token is not that of this session'
    ],
    ['has the origin of another site', { origin: 'https://evil.example' }, 'a page of https://evil.example'],
    ['has no origin at all', { origin: 'null' }, 'a page of null may not do this'],
    [
      'says where it comes from in another way',
      { origin: '', 'sec-fetch-site': 'cross-site' },
      'a page of another site may not do this'
    ],
    [
      'is a neighbour of the same domain',
      { origin: '', 'sec-fetch-site': 'same-site' },
      'a page of another site may not do this'
    ]
  ])('that %s: 403', async (_how, headers, words) => {
    const [status, detail] = refusal(await asAnotherSite(headers))
    expect([status, detail]).toEqual([403, expect.stringContaining(words)])
    expect(await events()).toEqual([])
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a form of type %s, which needs no permission of the browser: 403',
    async type => {
      const headers = { 'content-type': type, origin: 'https://evil.example', 'x-csrf-token': '' }
      expect((await asAnotherSite(headers, JSON.stringify(draft()))).status).toBe(403)
    }
  )

  it('the same command of its own page is carried out', async () => {
    const { status, body } = await supervisor.visitor.call('POST', '/api/curtailment-events', draft())
    expect([status, body.state]).toEqual([201, 'draft'])
    await gridload.post(`/api/curtailment-events/${body.id}/cancel`, { note: 'only a test' })
  })

  it('cannot log a person in as somebody else, or out', async () => {
    const { userName, password } = supervisor.person
    const foreign = { origin: 'https://evil.example' }
    const inAs = await stranger().call('POST', '/api/auth/login', { userName, password }, foreign)
    expect(refusal(inAs)).toEqual([403, expect.stringContaining('evil.example')])
    const out = await supervisor.visitor.call('POST', '/api/auth/logout', undefined, foreign)
    expect(out.status).toBe(403)
    expect((await supervisor.visitor.call('GET', '/api/account')).status).toBe(200)
  })

  it('may not read an answer, nor show the pages in a frame', async () => {
    const answer = await stranger().call('GET', '/', undefined, { origin: 'https://evil.example' })
    expect(answer.status).toBe(200)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    const policy = String(answer.headers['content-security-policy'])
    expect(policy).toMatch(/frame-ancestors 'none'/)
    expect(policy).toMatch(/default-src 'self'/)
    expect(policy).not.toMatch(/unsafe/)
  })
})

describe('sessions', () => {
  it('a cookie put there before the login is not the session afterwards (fixation)', async () => {
    const planted = randomBytes(32).toString('base64url')
    const victim = stranger()
    victim.cookies.set(COOKIE, planted)
    await enter(victim, supervisor.person)
    expect(victim.cookies.get(COOKIE)).not.toBe(planted)
    const attacker = stranger()
    attacker.cookies.set(COOKIE, planted)
    expect(refusal(await attacker.call('GET', '/api/grid'))).toEqual([401, expect.stringMatching(/log in/)])
  })

  it('the cookie of the half session dies with the second factor', async () => {
    const { person } = supervisor
    const victim = stranger()
    await victim.logIn(person.userName, person.password)
    const half = victim.cookies.get(COOKIE) ?? ''
    await victim.call('POST', '/api/auth/totp', { code: await person.app?.code() })
    expect((await victim.call('GET', '/api/account')).status).toBe(200)
    const attacker = stranger()
    attacker.cookies.set(COOKIE, half)
    expect((await attacker.call('GET', '/api/account')).status).toBe(401)
  })

  it('a cookie copied before the logout is of no use after it', async () => {
    const victim = stranger()
    await enter(victim, supervisor.person)
    const copied = victim.cookies.get(COOKIE) ?? ''
    expect((await victim.call('POST', '/api/auth/logout')).status).toBe(204)
    const attacker = stranger()
    attacker.cookies.set(COOKIE, copied)
    expect((await attacker.call('GET', '/api/account')).status).toBe(401)
  })

  it.each<[string, (real: string) => string]>([
    ['made up', () => randomBytes(32).toString('base64url')],
    ['with one character changed', real => (real.startsWith('A') ? 'B' : 'A') + real.slice(1)],
    ['in JSON', () => encodeURIComponent(JSON.stringify({ userId: 'admin-token', state: 'full' }))],
    ['unsigned, as a web token', () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbi10b2tlbiJ9.'],
    ['of a megabyte less a bit', () => 'A'.repeat(8_000)],
    ['of a database that is asked something else', () => "'%20OR%20'1'='1"]
  ])('a cookie %s: 401', async (_what, forge) => {
    const attacker = stranger()
    attacker.cookies.set(COOKIE, forge(supervisor.visitor.cookies.get(COOKIE) ?? ''))
    expect((await attacker.call('GET', '/api/account')).status).toBe(401)
  })
})

describe('guessing', () => {
  it('a password: six times, then the right one has to wait as well; an unknown name looks the same', async () => {
    const { password } = await invite(
      gridload,
      { userName: 'guessed', roles: ['dispatcher'] },
      { visitor: stranger() }
    )
    const asked = async (userName: string): Promise<[number, string][]> => {
      const attacker = stranger()
      const answers: [number, string][] = []
      for (let n = 0; n < 6; n++) answers.push(refusal(await attacker.logIn(userName, `guess number ${n}`)))
      return answers
    }
    const known = await asked('guessed')
    expect(known.map(([status]) => status)).toEqual([401, 401, 401, 401, 401, 429])
    expect(await asked('nobody-of-this-name')).toEqual(known)
    const same = visit(gridload.address, { 'x-forwarded-for': `203.0.113.${addresses - 1}` })
    const { status, headers } = await same.logIn('guessed', password)
    expect([status, headers['retry-after']]).toEqual([429, '30'])
    // From elsewhere the person itself is not locked out.
    expect((await stranger().logIn('guessed', password)).status).toBe(200)
  })

  it('one password for many users: the address has to wait', async () => {
    const attacker = stranger()
    const statuses: number[] = []
    for (let n = 0; n < 21; n++)
      statuses.push((await attacker.logIn(`user-${n}`, 'summer at the sea')).status)
    expect(statuses.at(-2)).toBe(401)
    expect(statuses.at(-1)).toBe(429)
  })

  it('a code: the half session ends, and the address has to wait', async () => {
    const { userName, password, app } = await invite(
      gridload,
      { userName: 'second-factor', roles: ['engineer'] },
      { visitor: stranger(), hasApp: true }
    )
    const attacker = stranger()
    await attacker.logIn(userName, password)
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) {
      statuses.push((await attacker.call('POST', '/api/auth/totp', { code: app?.wrongCode() })).status)
    }
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
    expect(statuses.slice(5).every(status => status === 429 || status === 401)).toBe(true)
    const late = await attacker.call('POST', '/api/auth/totp', { code: await app?.code() })
    expect(late.status).not.toBe(200)
  })

  it('a code that was used once is used up (replay)', async () => {
    const { userName, password, app } = supervisor.person
    const code = await app?.code()
    const [first, second] = [stranger(), stranger()]
    await first.logIn(userName, password)
    await second.logIn(userName, password)
    expect((await first.call('POST', '/api/auth/totp', { code })).status).toBe(200)
    const [status, detail] = refusal(await second.call('POST', '/api/auth/totp', { code }))
    expect(status).toBe(401)
    expect(detail).not.toBe('')
  })

  it('a link that was used once is used up', async () => {
    const again = { token: supervisor.person.linkToken, password: 'a plough turns seven furrows before noon' }
    expect((await stranger().call('POST', '/api/auth/reset', again)).status).toBe(410)
  })

  it('a link leads to where Gridload is, whatever host was asked for', async () => {
    const { body } = await stranger().call(
      'POST',
      '/api/users',
      { userName: 'invited', name: 'Invited', roles: ['engineer'] },
      { ...administrator, host: 'evil.example', origin: '', 'x-forwarded-host': 'evil.example' }
    )
    expect(body.link).toMatch(new RegExp(`^${gridload.address}/#/reset/`))
    expect(linkToken(body.link)).toHaveLength(43)
  })
})

/** A fresh token of an administrator's rights. */
async function bearer(scopes = ['access:read', 'access:write'], lifeMs = 60_000): Promise<string> {
  const expiresAt = new Date(Date.now() + lifeMs).toISOString()
  const { secret } = await gridload.post<MadeToken>('/api/tokens', { name: 'test', scopes, expiresAt })
  return `Bearer ${secret}`
}

describe('tokens', () => {
  const ask = (authorization: string, path = '/api/grid') =>
    stranger().call('GET', path, undefined, { authorization })

  it('one that has expired: 401', async () => {
    const token = await bearer(['grid:read'], 1_500)
    expect((await ask(token)).status).toBe(200)
    await until(async () => (await ask(token)).status === 401, { what: 'the token expired' })
  })

  it('one that was revoked: 401 at once', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const order = { name: 'revoked', scopes: ['grid:read'], expiresAt }
    const { token, secret } = await gridload.post<MadeToken>('/api/tokens', order)
    expect((await ask(`Bearer ${secret}`)).status).toBe(200)
    await gridload.post(`/api/tokens/${token.id}/revoke`, {})
    expect((await ask(`Bearer ${secret}`)).status).toBe(401)
  })

  it('one for another purpose: 403 names the scope', async () => {
    const [status, detail] = refusal(await ask(await bearer(['grid:read']), '/api/users'))
    expect([status, detail]).toEqual([403, 'the token does not have the scope access:read'])
  })

  it.each<[string, (token: string) => string]>([
    ['its secret changed', token => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['its secret cut off', token => token.slice(0, 20)],
    ['another scheme', token => token.replace('Bearer', 'Basic')],
    ['nothing behind it', () => 'Bearer '],
    ['two of them', token => `${token}, ${token}`]
  ])('one with %s: 401', async (_what, change) => {
    expect((await ask(change(await bearer(['grid:read'])))).status).toBe(401)
  })

  it('one in the address, where logs would keep it: 401', async () => {
    const secret = (await bearer(['grid:read'])).replace('Bearer ', '')
    for (const name of ['token', 'access_token', 'authorization']) {
      expect((await stranger().call('GET', `/api/grid?${name}=${secret}`)).status).toBe(401)
    }
  })
})

describe('paths', () => {
  const secretFiles = [
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/%252e%252e/package.json',
    '/assets/../../../package.json',
    '/assets/..%5c..%5c..%5cpackage.json',
    '/....//....//package.json',
    '//etc/passwd',
    '/%00/etc/passwd',
    '/index.html%00.json',
    '/.git/HEAD',
    '/sources.sha256/../../package.json'
  ]
  it.each(secretFiles)('%s shows nothing of the server', async path => {
    const { status, text } = await stranger().call('GET', path)
    expect([400, 403, 404]).toContain(status)
    expect(text).not.toMatch(/"scripts"|root:|refs\/heads/)
  })

  const asAdministrator = async (method: string, path: string) =>
    stranger().call(method, path, undefined, {
      authorization: await bearer(['readings:read', 'records:read'])
    })
  it.each([
    '/api/readings/meter/..%2f..%2fkeys?fields=kw',
    '/api/readings/meter/%2e%2e?fields=kw',
    '/api/readings/..%2fweather/x',
    '/api/customers/..%2f..%2f..%2fetc%2fpasswd/record',
    '/api/readings/meter/m1%00',
    '/api/readings/meter/%ff%fe',
    "/api/readings/meter/m1'%20OR%201=1--"
  ])('as an id: %s is refused', async path => {
    const { status, text } = await asAdministrator('GET', path)
    expect([400, 403, 404]).toContain(status)
    expect(text).not.toMatch(/\/(home|root|tmp|work|usr)\/|SQLITE|node:/)
  })

  it.each([
    ['TRACE', '/'],
    ['PUT', '/index.html'],
    ['DELETE', '/index.html'],
    ['GET', '/api/users/../grid'],
    ['GET', '/API/users'],
    ['GET', '//api/users'],
    ['GET', '/api/users/'],
    ['GET', '/api/users;x'],
    ['HEAD', '/api/users'],
    ['OPTIONS', '/api/users']
  ])('%s %s is no way around the doors', async (method, path) => {
    const { status, text } = await stranger().call(method, path)
    expect([400, 401, 403, 404]).toContain(status)
    expect(text).not.toContain(supervisor.person.id)
  })
})

describe('bodies', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    supervisor.visitor.call('POST', '/api/curtailment-events', body, headers)
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

  it('of two megabytes: 413', async () => {
    const huge = JSON.stringify({ ...draft(), reason: 'x'.repeat(2 ** 21) })
    // The server may hang up before all of it was sent.
    const status = await post(huge).then(
      answer => answer.status,
      () => 413
    )
    expect(status).toBe(413)
  })

  it.each([33, 100_000])('nested %i deep: 400, said before it is looked into', async depth => {
    expect(refusal(await post(deep(depth)))).toEqual([400, 'body: nested deeper than 32 levels'])
  })

  it.each([
    ['{"__proto__":{"roles":["administrator"]}}', /not valid JSON/],
    ['{"constructor":{"prototype":{"isAdmin":true}}}', /body|proto/i],
    ['{"nodeId":"f1"', /JSON|body/i],
    ['[]', /body/],
    ['null', /body/]
  ])('%s: 400 says what is wrong', async (body, words) => {
    const [status, detail] = refusal(await post(body))
    expect([status, detail]).toEqual([400, expect.stringMatching(words)])
  })

  it('with members that nobody asked for: 400 names them (mass assignment)', async () => {
    const [status, detail] = refusal(await post(JSON.stringify({ ...draft(), state: 'approved' })))
    expect([status, detail]).toEqual([400, expect.stringContaining('state')])
  })

  it('headers of 100 KB, and a path of as much: refused', async () => {
    const long = 'a'.repeat(100_000)
    const [header, path] = await Promise.all([
      sayOn(gridload.address, 'GET / HTTP/1.1', 'host: x', `x-long: ${long}`, '', ''),
      sayOn(gridload.address, `GET /${long} HTTP/1.1`, 'host: x', '', '')
    ])
    expect([...statusesOf(header), ...statusesOf(path)]).toEqual([431, 431])
  })
})

describe('two servers that read one request differently (smuggling)', () => {
  const hidden = 'GET /api/health/live HTTP/1.1\r\nhost: x\r\n\r\n'
  const smuggling: [string, string[]][] = [
    [
      'both a length and chunks',
      ['content-length: 6', 'transfer-encoding: chunked', '', '0', '', `${hidden}`]
    ],
    ['two lengths', ['content-length: 0', `content-length: ${hidden.length}`, '', hidden]],
    ['a length of letters', ['content-length: 0x10', '', hidden]],
    ['a negative length', ['content-length: -1', '', hidden]],
    ['chunked, but not last', ['transfer-encoding: chunked, identity', '', '0', '', hidden]],
    ['chunked in disguise', ['transfer-encoding: xchunked', '', '0', '', hidden]],
    ['a space before the colon', ['transfer-encoding : chunked', '', '0', '', hidden]],
    ['a folded header', ['x-folded: a', ' b', 'transfer-encoding:', ' chunked', '', '0', '', hidden]],
    ['a chunk size that is none', ['transfer-encoding: chunked', '', 'zz', 'x', '0', '', hidden]]
  ]
  it.each(smuggling)('%s: refused, hung up, and nothing behind it is answered', async (_what, lines) => {
    const request = ['POST /api/auth/logout HTTP/1.1', 'host: localhost', 'content-type: application/json']
    const heard = await sayOn(gridload.address, ...request, ...lines)
    expect(statusesOf(heard)).toEqual([400])
    expect(heard).not.toMatch(/HTTP\/1\.1 2/)
  })

  it('a second line by a header that was sent (response splitting): not in the answer', async () => {
    const { headers, text } = await stranger().call('GET', '/api/x%0d%0aset-cookie:%20gridload_session=x')
    expect(headers['set-cookie']).toBeUndefined()
    expect(JSON.parse(text).status).toBe(404)
  })
})

describe('slow requests', () => {
  it.each<[string, string[]]>([
    ['nothing at all', []],
    ['half a header', ['GET /api/grid HTTP/1.1', 'host: x', 'x-slow: ']],
    [
      'half a body',
      [
        'POST /api/auth/login HTTP/1.1',
        'host: x',
        'content-type: application/json',
        'content-length: 50',
        '',
        '{'
      ]
    ]
  ])('who says %s is hung up on within 10 s, while others are served', async (_what, lines) => {
    const startedAt = performance.now()
    const wires = await Promise.all(Array.from({ length: 50 }, () => openWire(gridload.address)))
    for (const { socket } of wires) if (lines.length > 0) socket.write(lines.join('\r\n'))
    const meanwhile = await fetch(`${gridload.address}/api/health/live`)
    expect(meanwhile.status).toBe(200)
    expect(wires.every(({ socket }) => !socket.destroyed)).toBe(true)
    const heard = await Promise.all(wires.map(({ ended }) => ended))
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    expect(heard.flatMap(statusesOf).every(status => status === 408)).toBe(true)
  })
})

describe('formulas in exports', () => {
  it('no cell of the exported audit is one for a spreadsheet, whatever was written into names and paths', async () => {
    const formula = `=HYPERLINK("https://evil.example";"click")`
    const post = async (path: string, body: unknown) =>
      stranger().call('POST', path, body, { authorization: await bearer(), origin: '' })
    await post(`/api/users/${encodeURIComponent(formula)}/disable`, {})
    await post('/api/users', { userName: 'formula', name: formula, roles: ['engineer'] })
    const environment = { PATH: process.env.PATH, DATA_DIR: directory.path }
    const program = join(root, 'server/cli/audit.ts')
    const { stdout } = await run(process.execPath, [program, 'export', '--format', 'csv'], {
      env: environment,
      maxBuffer: 1e8
    })
    expect(stdout).toContain('HYPERLINK')
    const cells = (parse(stdout) as string[][]).flat()
    expect(cells.length).toBeGreaterThan(100)
    expect(cells.filter(cell => /^[=+\-@\t\r]/.test(cell))).toEqual([])
  })
})

describe('requests that the server itself would make (SSRF)', () => {
  it('there is none to lead astray: no operation takes an address, and a registry names no file', async () => {
    const document = await gridload.get<{ paths: object }>('/api/docs/json')
    const members = JSON.stringify(document.paths).match(
      /"(\w*(?:url|uri(?!ty)|webhook|callback|endpoint)\w*)":/gi
    )
    // What a new authenticator app is told, and where the security settings say that the pages are: both go out.
    const outgoing = ['"uri":', '"publicUrl":']
    expect([...new Set(members)].filter(name => !outgoing.includes(name))).toEqual([])
  })
})

describe('the first administrator', () => {
  it('is made once: the link does not work again, and without it nobody is', async () => {
    const order = {
      userName: 'second',
      name: 'Second',
      password: 'an otter slides under the old stone bridge'
    }
    const used = await stranger().call('POST', '/api/auth/setup', { ...order, token: first.linkToken })
    const guessed = { ...order, token: randomBytes(32).toString('base64url') }
    expect([used.status, (await stranger().call('POST', '/api/auth/setup', guessed)).status]).toEqual([
      410, 410
    ])
  })
})
