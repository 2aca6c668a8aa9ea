import { afterEach, describe, expect, it } from 'vitest'
import { type Enrolment, plainContract } from '../../server/contract/enrolments.ts'
import { setContracts } from '../../simulators/contracts.ts'
import { createRegion } from '../../simulators/region.ts'
import { startHttpStub } from './httpStub.ts'

let stub: Awaited<ReturnType<typeof startHttpStub>>
afterEach(() => stub.stop())

const { sites } = createRegion(1)
const enrolled = sites.consumers.filter(({ committedKw }) => committedKw !== null).slice(0, 5)
const time = { anchor: Date.parse('2026-06-10T06:00:00Z'), timeZone: '+07:00' }
const programmes = [
  { id: 'voluntary', kind: 'voluntary' },
  { id: 'khan-cap', kind: 'emergency' }
]

/** A register that does as the server's: a changed contract stands in another enrolment. */
async function startRegister(answers: (path: string) => number = () => 200) {
  let number = 5
  let enrolments = enrolled.map(({ customerId, meteringPointId, committedKw }, i) => ({
    ...{ id: `EN-${i + 1}`, programmeId: 'voluntary', customerId, meteringPointId, committedKw },
    contract: plainContract
  }))
  stub = await startHttpStub(({ method, url = '' }, body) => {
    if (url === '/api/programmes') return { body: { programmes } }
    if (url.startsWith('/api/holidays')) {
      const year = url.slice(-4)
      return {
        body: {
          days: [16, 17, 18, 19, 20].map(day => ({ date: `${year}-02-${day}`, name: 'Tết Nguyên đán' }))
        }
      }
    }
    if (method === 'GET') return { body: { enrolments } }
    const status = answers(url)
    if (status !== 200) return { status, body: { detail: 'no' } }
    number += 1
    const given = JSON.parse(body)
    const id = url.split('/')[3]
    const before = enrolments.find(one => one.id === id)
    enrolments = enrolments.filter(one => one !== before)
    const contract = { ...plainContract, ...given.contract }
    enrolments.push({ ...before, ...given, id: `EN-${number}`, contract })
    return { status: method === 'POST' ? 201 : 200, body: {} }
  })
  return { enrolments: () => enrolments as unknown as Enrolment[] }
}
const set = () =>
  setContracts({ httpUrl: stub.url, httpToken: null }, sites, time, new AbortController().signal)
const writes = () => stub.asked.filter(line => !line.startsWith('GET'))

describe('contracts of the region', () => {
  it('each enrolment gets its own in one request, and some are in the emergency programme too', async () => {
    const register = await startRegister()
    expect(await set()).toBe('the contracts are set: 5, and 2 in other programmes')
    expect(writes()).toEqual([
      ...[1, 2, 3, 4, 5].map(i => `PATCH /api/enrolments/EN-${i}`),
      ...['POST /api/enrolments', 'POST /api/enrolments']
    ])
    const all = register.enrolments()
    expect(all.every(({ contract }) => contract.contacts.length === 3)).toBe(true)
    const emergency = all.filter(({ programmeId }) => programmeId === 'khan-cap')
    expect(emergency.map(({ customerId }) => customerId)).toEqual([
      enrolled[0]?.customerId,
      enrolled[3]?.customerId
    ])
    expect(emergency[0]?.committedKw).toBeGreaterThan(enrolled[0]?.committedKw ?? 0)
    const blackouts = all.flatMap(({ contract }) => contract.blackouts)
    expect(blackouts[0]).toMatchObject({ from: '2026-02-13', to: '2026-02-23' })
  })

  it('a second start changes nothing', async () => {
    await startRegister()
    await set()
    const before = writes().length
    expect(await set()).toBe('the contracts are there already')
    expect(writes()).toHaveLength(before)
  })

  it('what people have changed, and a programme in which somebody is, stay', async () => {
    const register = await startRegister()
    const [first, second] = register.enrolments()
    if (first === undefined || second === undefined) throw new Error('nobody enrolled')
    first.contract = { ...plainContract, restDays: 3 }
    second.programmeId = 'khan-cap'
    expect(await set()).toBe('the contracts are set: 4, and 0 in other programmes')
    expect(writes()).not.toContain('PATCH /api/enrolments/EN-1')
  })

  it('a refusal leaves that one out and is told', async () => {
    await startRegister(path => (path === '/api/enrolments/EN-2' ? 409 : 200))
    expect(await set()).toContain('1 were refused')
    expect(writes()).toHaveLength(7)
  })
})
