import { describe, expect, it } from 'vitest'
import type { Right } from '../../server/contract/rights.ts'
import { ask, cookie, login, now, order, send, world } from './guarded.ts'

describe('the guard lets pass', () => {
  it('a person with its cookie and the token of its page', async () => {
    const made = await world()
    expect((await ask(made, cookie)).statusCode).toBe(200)
    expect(made.handled).toBe(1)
  })

  it('a token with neither, without a second proof of identity', async () => {
    const made = await world({ login: { ...login, steppedUpUntil: null } })
    expect((await ask(made, { authorization: 'Bearer machine' })).statusCode).toBe(200)
    // A page cannot make a browser send this header, so wherever it comes from, it was meant.
    const elsewhere = { authorization: 'Bearer machine', origin: 'https://evil.example' }
    expect((await ask(made, elsewhere)).statusCode).toBe(200)
  })

  it.each(['http://localhost:8080', 'http://127.0.0.1:8080'])('a page at %s', async origin => {
    expect((await ask(await world(), { ...cookie, origin })).statusCode).toBe(200)
  })

  it('reading without the token of the page', async () => {
    const { api } = await world()
    const answer = await api.inject({ url: '/api/events', headers: { cookie: 'gridload_session=good' } })
    expect(answer.json()).toEqual({ caller: 'usr-1' })
  })
})

describe('the guard refuses, in this order', () => {
  it.each<[string, Record<string, string>, { id?: string; body?: unknown }, number, string]>([
    ['nobody, whatever is asked', {}, { id: 'E-2', body: '{' }, 401, 'log in'],
    ['a wrong token, although a cookie stands beside', { ...cookie, authorization: 'Bearer x' }, {}, 401, ''],
    ['a session that has ended', { cookie: 'gridload_session=old', 'x-csrf-token': 'right' }, {}, 401, ''],
    [
      'another site, whatever it asks',
      { ...cookie, origin: 'https://evil.example' },
      { id: 'E-2', body: '{' },
      403,
      'https://evil.example'
    ],
    ['a site without a name', { ...cookie, origin: 'null' }, {}, 403, 'null'],
    ['our name at another port', { ...cookie, origin: 'http://localhost:8081' }, {}, 403, '8081'],
    [
      'a page of another site that hides its name',
      { ...cookie, 'sec-fetch-site': 'cross-site' },
      {},
      403,
      ''
    ],
    ['a page of a sister site', { ...cookie, 'sec-fetch-site': 'same-site' }, {}, 403, 'another site'],
    ['no token of the page', { cookie: 'gridload_session=good' }, { body: '{' }, 403, 'missing'],
    ['the token of another session', { ...cookie, 'x-csrf-token': 'wrong' }, {}, 403, 'not that'],
    ['a body that is none', cookie, { id: 'E-2', body: '{' }, 400, 'JSON'],
    ['a body of the wrong form', cookie, { id: 'E-2', body: { b: 1 } }, 400, 'body'],
    ['what is not there', cookie, { id: 'E-2' }, 404, 'there is no curtailment event E-2']
  ])('%s', async (_who, headers, what, status, words) => {
    const made = await world({ login: { ...login, steppedUpUntil: null } })
    const answer = await ask(made, headers, what)
    expect(answer.statusCode).toBe(status)
    expect(answer.json().detail).toContain(words)
    expect(made.handled).toBe(0)
  })

  it('who has not the role, before it looks at the body', async () => {
    const made = await world({ right: { ...send, roles: ['engineer'] } })
    expect((await ask(made, cookie, { id: 'E-2', body: '{' })).statusCode).toBe(403)
  })

  it('who sees a part, where all are concerned', async () => {
    const made = await world({ right: { ...send, whole: true } })
    expect((await ask(made, cookie)).json()).toMatchObject({ status: 403 })
  })

  it.each([
    ['factor', 401, 'about:blank'],
    ['enrol', 403, '/problems/enrol-factor']
  ] as const)('a login in the state %s', async (state, status, type) => {
    const made = await world({ login: { ...login, state } })
    expect((await ask(made, cookie)).json()).toMatchObject({ status, type })
  })

  it.each([[null], [now], [now - 1]])('a person whose second proof stands until %s', async steppedUpUntil => {
    const made = await world({ login: { ...login, steppedUpUntil } })
    const answer = await ask(made, cookie)
    expect(answer.json()).toMatchObject({ status: 403, type: '/problems/step-up' })
    expect(made.handled).toBe(0)
  })

  it('everybody, when the audit cannot be written', async () => {
    const audit = { append: () => Promise.reject(new Error('disk full')) }
    const made = await world({ audit })
    expect((await ask(made, cookie)).statusCode).toBe(503)
    expect(made.handled).toBe(0)
  })

  it('a page of another site on the way to log in, and a login over a session without its token', async () => {
    const { api } = await world()
    const knock = (headers: Record<string, string>) =>
      api.inject({ method: 'POST', url: '/api/auth/login', headers })
    expect((await knock({ origin: 'https://evil.example' })).statusCode).toBe(403)
    expect((await knock({ cookie: 'gridload_session=good' })).statusCode).toBe(403)
    expect((await knock({})).json()).toEqual({ caller: 'nobody' })
    expect((await knock(cookie)).json()).toEqual({ caller: 'usr-1' })
  })

  it('who asks too often, and says when to come back; nobody is held off from being told to log in', async () => {
    const { api } = await world()
    const knock = (headers = {}) => api.inject({ url: '/api/events', headers })
    for (let i = 0; i < 1200; i++) await knock({ cookie: 'gridload_session=good' })
    const answer = await knock({ cookie: 'gridload_session=good' })
    expect(answer.statusCode).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect((await knock()).statusCode).toBe(401)
    expect((await knock({ authorization: 'Bearer machine' })).statusCode).toBe(200)
  })

  it('too many logins of one network of IPv6, whatever addresses it uses', async () => {
    const { api } = await world()
    const knock = (remoteAddress: string) =>
      api.inject({ method: 'POST', url: '/api/auth/login', remoteAddress })
    for (let i = 0; i < 600; i++) await knock(`2001:db8:1:2::${i.toString(16)}`)
    expect((await knock('2001:db8:1:2:ffff::1')).statusCode).toBe(429)
    expect((await knock('2001:db8:1:3::1')).statusCode).toBe(200)
  })

  it('a session’s step on an open route without its token, also with a token of a machine beside it', async () => {
    const { api } = await world()
    const knock = (headers: Record<string, string>) =>
      api.inject({ method: 'POST', url: '/api/auth/login', headers })
    const session = { cookie: 'gridload_session=good' }
    for (const authorization of ['Bearer machine', 'Bearer nonsense', 'Basic eDp5']) {
      expect((await knock({ ...session, authorization })).statusCode).toBe(403)
      expect((await knock({ ...cookie, authorization })).statusCode).toBe(200)
    }
  })

  it('that an answer is kept, however the address is spelt', async () => {
    const { api } = await world()
    for (const url of ['/api/health/live', '/%61pi/health/live', '/api/nothing']) {
      expect((await api.inject({ url })).headers['cache-control']).toBe('no-store')
    }
  })

  it('to start with a route that nobody gave rights', async () => {
    const { api } = await world()
    expect(() => api.get('/api/forgotten', async () => null)).toThrow('GET, /api/forgotten'.replace(',', ''))
    expect(() => api.get('/page', async () => null)).not.toThrow()
  })
})

describe('the audit of a command', () => {
  it('has the attempt with the object before, and the outcome, without the names', async () => {
    const made = await world()
    await ask(made, { ...cookie, 'user-agent': 'Browser' }, { body: { by: 'An' } })
    const personal = { name: 'An', address: '127.0.0.1', userAgent: 'Browser' }
    const common = { at: now, actorId: 'usr-1', action: 'POST /api/events/:id/send', object: 'event/E-1' }
    expect(made.written).toMatchObject([
      {
        ...{ ...common, outcome: 'attempted', status: null, attempt: null, personal },
        before: { id: 'E-1', history: [{ by: '(a name)', note: 'heat' }] },
        after: { by: '(a name)' }
      },
      {
        ...{ ...common, outcome: 'done', status: 200, attempt: 1, personal, personalOf: ['usr-1'] },
        before: null,
        after: { sha256: expect.any(String), characters: expect.any(Number) }
      }
    ])
  })

  const nameless = { history: [{ by: '(a name)', note: 'heat' }] }
  it.each<[string, Partial<Right>, object, object]>([
    ['nothing', { keeps: 'nothing' }, { before: null, after: null }, {}],
    [
      'the names beside the chain',
      { keeps: 'personal' },
      { before: nameless, after: { by: '(a name)' } },
      { before: order, after: { by: 'An' } }
    ]
  ])('keeps %s where the table says so', async (_what, keeps, inChain, kept) => {
    const made = await world({ right: { ...send, object: 'user', ...keeps } })
    await ask(made, cookie, { body: { by: 'An' } })
    const [attempt] = made.written
    expect(attempt).toMatchObject(inChain)
    expect(attempt?.personal).toEqual({
      name: 'An',
      address: '127.0.0.1',
      userAgent: 'lightMyRequest',
      ...kept
    })
    expect(attempt?.personalOf).toEqual('before' in kept ? ['usr-1', 'E-1'] : ['usr-1'])
  })

  it('has one entry for what is refused before it is tried, and none for nobody or for a flood', async () => {
    const made = await world()
    await ask(made, cookie, { id: 'E-2' })
    await ask(made, {})
    expect(made.written).toMatchObject([
      { outcome: 'refused', status: 404, attempt: null, object: 'event/E-2' }
    ])
  })

  it('says that it failed when it failed, and does not take back what is done when the outcome is not written', async () => {
    let entries = 0
    const audit = { append: async () => (++entries === 1 ? 1 : Promise.reject(new Error('disk full'))) }
    const made = await world({ audit })
    expect((await ask(made, cookie)).statusCode).toBe(200)
    expect([made.handled, entries]).toEqual([1, 2])
  })
})
