import { describe, expect, it } from 'vitest'
import { createApi, MOST_BODY_BYTES } from '../../server/api/server.ts'
import { sessionCookie } from '../../server/api/sessionCookie.ts'
import { ask, cookie, world } from './guarded.ts'

describe('bodies', () => {
  it.each([
    ['deep lists', '['.repeat(100_000)],
    ['deep objects', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`]
  ])('nested too deep are refused: %s', async (_what, body) => {
    const answer = await ask(await world(), cookie, { body })
    expect(answer.json()).toMatchObject({ status: 400, detail: 'body: nested deeper than 32 levels' })
  })

  it('with brackets in texts only are not deep', async () => {
    const body = { by: `\\"${'[{'.repeat(50)}` }
    expect((await ask(await world(), cookie, { body })).statusCode).toBe(200)
  })

  it('that want to change how all objects behave are refused', async () => {
    const answer = await ask(await world(), cookie, { body: '{"__proto__":{"roles":["administrator"]}}' })
    expect(answer.statusCode).toBe(400)
  })

  it('beyond a megabyte are refused, but not to nobody', async () => {
    const made = await world()
    const body = { by: 'x'.repeat(MOST_BODY_BYTES) }
    expect((await ask(made, cookie, { body })).statusCode).toBe(413)
    expect((await ask(made, {}, { body })).statusCode).toBe(401)
  })
})

describe('what a browser is told', () => {
  it('runs no script of others, shows the page in no frame, and keeps no answer', async () => {
    const { api } = await world()
    const { headers } = await api.inject('/api/health/live')
    const policy = String(headers['content-security-policy'])
    expect(policy.split(';')).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'"
      ])
    )
    expect(policy).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin'
    })
    expect(headers).not.toHaveProperty('strict-transport-security')
  })

  it('comes by HTTPS only, for a year, once it came by HTTPS', async () => {
    const api = createApi({ logLevel: 'silent', isHttps: true })
    const { headers } = await api.inject('/')
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
    expect(sessionCookie(true).name).toBe('__Host-gridload_session')
  })

  it('believes only trusted proxies about where it is', async () => {
    const address = async (trustedProxies: string[]) => {
      const api = createApi({ logLevel: 'silent', trustedProxies })
      api.get('/', async ({ ip }) => ({ ip }))
      return (await api.inject({ url: '/', headers: { 'x-forwarded-for': '10.1.1.1' } })).json().ip
    }
    expect([await address([]), await address(['127.0.0.1'])]).toEqual(['127.0.0.1', '10.1.1.1'])
  })
})
