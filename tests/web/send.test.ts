import { describe, expect, test, vi } from 'vitest'
import { ApiError, createSend, type Door } from '../../web/src/send.ts'

type Asked = { path: string; init: RequestInit }

/** A server that answers in this order, and what it was asked. */
function serverOf(...answers: { status: number; body?: unknown }[]) {
  const asked: Asked[] = []
  const fetch = async (path: unknown, init: RequestInit = {}) => {
    asked.push({ path: String(path), init })
    const { status, body } = answers[asked.length - 1] ?? { status: 500 }
    return new Response(body === undefined ? null : JSON.stringify(body), { status })
  }
  return { asked, fetch: fetch as typeof globalThis.fetch }
}
function doorOf(change: Partial<Door> = {}) {
  return {
    csrfToken: () => 'token',
    ended: vi.fn(),
    refused: vi.fn(),
    prove: vi.fn(async () => true),
    ...change
  }
}
const header = ({ init }: Asked, name: string) => new Headers(init.headers).get(name)
const stepUp = {
  status: 403,
  body: { type: '/problems/step-up', title: '', detail: 'once more', status: 403 }
}

describe('a request', () => {
  test('that changes something carries the token of the session; one that reads does not', async () => {
    const { asked, fetch } = serverOf({ status: 200, body: {} }, { status: 200, body: {} })
    const send = createSend(fetch, doorOf())
    await send('POST', '/a', { body: { b: 1 } })
    await send('GET', '/a', {})
    expect(asked.map(one => header(one, 'x-csrf-token'))).toEqual(['token', null])
    expect(asked.map(({ init }) => init.credentials)).toEqual(['same-origin', 'same-origin'])
    expect(asked[0]?.init.body).toBe('{"b":1}')
  })

  test('without a session carries no token', async () => {
    const { asked, fetch } = serverOf({ status: 204 })
    expect(await createSend(fetch, doorOf({ csrfToken: () => null }))('POST', '/a', {})).toBeNull()
    expect(asked[0] && header(asked[0], 'x-csrf-token')).toBeNull()
  })

  test('that does not reach the server fails with status 0', async () => {
    const send = createSend(() => Promise.reject(new TypeError('no network')), doorOf())
    await expect(send('GET', '/a', {})).rejects.toMatchObject({ status: 0 })
  })
})

describe('an answer that refuses', () => {
  test('401: the session has ended', async () => {
    const door = doorOf()
    const { fetch } = serverOf({ status: 401, body: { detail: 'log in first' } })
    await expect(createSend(fetch, door)('GET', '/a', {})).rejects.toBeInstanceOf(ApiError)
    expect(door.ended).toHaveBeenCalledOnce()
  })

  test('401 at the login is a wrong password, and nobody is thrown out', async () => {
    const door = doorOf()
    const { fetch } = serverOf({ status: 401, body: { detail: 'wrong' } })
    await expect(createSend(fetch, door)('POST', '/a', { isLogin: true })).rejects.toMatchObject({
      status: 401
    })
    expect(door.ended).not.toHaveBeenCalled()
  })

  test('403: the page asks anew what it may', async () => {
    const door = doorOf()
    const { fetch } = serverOf({ status: 403, body: { type: 'about:blank', detail: 'no role' } })
    await expect(createSend(fetch, door)('POST', '/a', {})).rejects.toMatchObject({ message: 'no role' })
    expect(door.refused).toHaveBeenCalledOnce()
    expect(door.prove).not.toHaveBeenCalled()
  })
})

describe('a second proof of identity', () => {
  test('given, the request is repeated with the fresh token', async () => {
    let token = 'old'
    const door = doorOf({
      csrfToken: () => token,
      prove: vi.fn(async () => {
        token = 'fresh'
        return true
      })
    })
    const { asked, fetch } = serverOf(stepUp, { status: 200, body: { sent: true } })
    expect(await createSend(fetch, door)('POST', '/send', { body: {} })).toEqual({ sent: true })
    expect(asked.map(one => header(one, 'x-csrf-token'))).toEqual(['old', 'fresh'])
  })

  test('not given, the request is refused', async () => {
    const { asked, fetch } = serverOf(stepUp)
    const send = createSend(fetch, doorOf({ prove: async () => false }))
    await expect(send('POST', '/send', {})).rejects.toMatchObject({ type: '/problems/step-up' })
    expect(asked).toHaveLength(1)
  })

  test('is asked for once, not for ever', async () => {
    const { asked, fetch } = serverOf(stepUp, stepUp)
    const door = doorOf()
    await expect(createSend(fetch, door)('POST', '/send', {})).rejects.toMatchObject({ status: 403 })
    expect(door.prove).toHaveBeenCalledOnce()
    expect(asked).toHaveLength(2)
  })
})
