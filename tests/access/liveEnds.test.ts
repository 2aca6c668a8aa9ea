import { get, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administrator, type TestCaller } from '../helpers/callers.ts'
import { until } from '../helpers/until.ts'
import { openTwoCompanies, type TwoCompanies } from './twoCompanies.ts'

let world: TwoCompanies
beforeAll(async () => {
  world = await openTwoCompanies()
}, 120_000)
afterAll(() => world?.stop())

/** An open live stream that has had its snapshot. */
async function follow({ headers }: Pick<TestCaller, 'headers'>): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((done, failed) => {
    get(`${world.app.address}/api/live`, { headers }, done).on('error', failed)
  })
  let text = ''
  response.on('data', piece => {
    text += piece
  })
  await until(() => text.includes('event: snapshot'), { what: 'a snapshot' })
  return response
}

const command = async (path: string, headers = administrator, method: 'POST' | 'DELETE' = 'POST') => {
  const answer = await world.app.inject({ method, url: path, headers })
  expect(answer.statusCode).toBeLessThan(300)
}
const ended = (stream: IncomingMessage) => until(() => stream.complete, { what: 'the end of the stream' })

describe('a live stream ends', () => {
  it('when its user is disabled, and no other does', async () => {
    const [one, other] = [await world.callers.person(['auditor']), await world.callers.person(['auditor'])]
    const [stream, going] = [await follow(one), await follow(other)]
    await command(`/api/users/${one.id}/disable`)
    await ended(stream)
    expect(going.complete).toBe(false)
    const again = await world.app.inject({ url: '/api/live', headers: one.headers })
    expect(again.statusCode).toBe(401)
    going.destroy()
  })

  it('when its user logs out', async () => {
    const one = await world.callers.person(['dispatcher'])
    const stream = await follow(one)
    await command('/api/auth/logout', one.headers)
    await ended(stream)
  })

  it('when its token is revoked', async () => {
    const machine = await world.callers.token(['grid:read'])
    const stream = await follow(machine)
    await command(`/api/tokens/${machine.id}/revoke`)
    await ended(stream)
  })

  it('when another process ended the session, or it sees something else now', async () => {
    const { records, person } = world.callers
    const [gone, moved] = [await person(['engineer']), await person(['engineer'])]
    const streams = [await follow(gone), await follow(moved)]
    await records.sessions.endAllOf(gone.id)
    await records.users.update(moved.id, { companyId: 'north' })
    for (const stream of streams) await ended(stream)
  })
})
