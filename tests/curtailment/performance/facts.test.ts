import { expect, it } from 'vitest'
import { localTime } from '../../../server/contract/localTime.ts'
import { factsOf } from '../../../server/curtailment/performance/facts.ts'
import { measurementNeeds, oneParticipant } from '../settle.ts'

const HOUR = 3_600_000
const ZONE = 'Asia/Ho_Chi_Minh'
const local = localTime(ZONE)
const at = (time: string) => Date.parse(`${time}:00+07:00`)
const own = oneParticipant({
  start: at('2026-06-02T14:00'),
  end: at('2026-06-02T16:00'),
  notifiedAt: at('2026-06-02T12:00'),
  requestedKw: 100
})
const needsWith = (starts: readonly string[]) =>
  measurementNeeds({
    history: async () => ({ t: [], intervalS: [], kw: [] }),
    zone: ZONE,
    otherCalls: starts.map(start => ({ start: at(start), end: at(start) + HOUR }))
  })

it('knows the calls and days off of a whole year: so far back looks the baseline by weather', async () => {
  const asked: string[] = []
  const needs = needsWith(['2025-06-10T14:00', '2025-05-10T14:00'])
  const daysOff = async (from: string, to: string) => {
    asked.push(from, to)
    return { publicHolidays: [], daysOff: [] }
  }
  const { callsOf } = await factsOf({ ...needs, daysOff }, local, own)
  expect(await callsOf('C1')).toEqual([{ start: at('2025-06-10T14:00'), end: at('2025-06-10T14:00') + HOUR }])
  expect(asked).toEqual(['2025-05-31', '2026-06-03'])
})

it('judges a cancelled call by the terms of its local date', async () => {
  const needs = needsWith(['2026-05-20T05:00'])
  const [programme] = await needs.programmes.list()
  const [call] = await needs.events.list({})
  const [terms] = programme?.terms ?? []
  if (!programme || !call || !terms) throw new Error('nothing to judge')
  // In force from the 20th on, which in UTC begins two hours after the start: no adjustment, so nothing is watched before.
  const later = { ...terms, from: '2026-05-20', baseline: { ...terms.baseline, adjustment: null } }
  const change = (version: number, state: 'notified' | 'cancelled', time: string) => ({
    ...{ version, state, at: new Date(at(time)).toISOString(), by: 'An', byId: 'usr-an', note: null }
  })
  const history = [change(2, 'notified', '2026-05-19T20:00'), change(3, 'cancelled', '2026-05-20T03:00')]
  const cancelled = { ...call, id: 'CE-OTHER', state: 'cancelled' as const, history }
  const changed = { ...programme, terms: [terms, later] }
  const { callsOf } = await factsOf(
    {
      ...needs,
      programmes: { list: async () => [changed] },
      events: { list: async () => [cancelled] }
    },
    local,
    own
  )
  expect(await callsOf('C1')).toEqual([])
})
