import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeviceKind, deviceKinds } from '../../server/contract/deviceKinds.ts'
import {
  accessOf,
  identityText,
  isForNotices,
  isOwnClientId,
  isReservedClientId,
  isWithin,
  noticesOfOne,
  ownersOf,
  parseIdentity,
  rightsOf,
  serverRights
} from '../../server/contract/deviceRights.ts'
import { parseTopic, subscriptionFilters, topics } from '../../server/contract/topics.ts'

describe('an identity', () => {
  it.each(deviceKinds)('of the kind %s is read as it is written', kind => {
    expect(parseIdentity(identityText({ kind, id: 'A_1-b' }))).toEqual({ kind, id: 'A_1-b' })
  })

  it.each([
    '',
    'meter',
    'meter/',
    '/M-1',
    'meter/M-1/x',
    'meter/M 1',
    'meter/+',
    'Meter/M-1',
    'meter/M-1\n',
    'router/1'
  ])('is none: %j', text => {
    expect(parseIdentity(text)).toBeNull()
  })
})

describe('a client id', () => {
  it.each([
    ['meter/M-1', true],
    ['meter/M-1/2', true],
    ['meter/M-11', false],
    ['meter/M-2', false],
    ['', false]
  ])('%j is that of meter/M-1: %s', (clientId, isOwn) => {
    expect(isOwnClientId(clientId, 'meter/M-1')).toBe(isOwn)
  })

  it('that could be of an identity is not for strangers', () => {
    expect(isReservedClientId('service/x')).toBe(true)
    expect(isReservedClientId('services/x')).toBe(false)
    expect(isReservedClientId('mqttjs_1')).toBe(false)
  })
})

describe('a filter within another', () => {
  it.each<[string, string, boolean]>([
    ['a/b', 'a/b', true],
    ['a/b', 'a/+', true],
    ['a/+', 'a/+', true],
    ['a/+', 'a/b', false],
    ['a/#', 'a/+', false],
    ['#', 'a/#', false],
    ['a', 'a/#', true],
    ['a/b/c', 'a/#', true],
    ['a/#', 'a/#', true],
    ['a/b/#', 'a/#', true],
    ['+/b', 'a/b', false],
    ['a/b/c', 'a/b', false],
    ['a', 'a/b', false],
    ['a/', 'a/+', true],
    ['$SYS/x', '#', false]
  ])('%s within %s: %s', (asked, filter, expected) => {
    expect(isWithin(asked, filter)).toBe(expected)
  })

  it('never matches a topic that the wider one does not match', () => {
    const level = fc.constantFrom('a', 'b', '+')
    const filter = fc
      .tuple(fc.array(level, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([levels, isOpen]) => (isOpen ? [...levels, '#'] : levels).join('/'))
    const topic = fc
      .array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 })
      .map(levels => levels.join('/'))
    fc.assert(
      fc.property(filter, filter, topic, (asked, wider, one) => {
        fc.pre(isWithin(asked, wider) && isWithin(one, asked))
        expect(isWithin(one, wider)).toBe(true)
      }),
      { numRuns: 2000, seed: 4 }
    )
  })
})

describe('rights', () => {
  const everything = [
    ...['A', 'B'].flatMap(id => [
      ...[topics.meterReading(id), topics.transformerReading(id), topics.weatherObservation(id)],
      ...[topics.weatherForecast(id), topics.concentratorReadings(id), topics.status(id), topics.answer(id)]
    ]),
    ...['A', 'B'].map(id => topics.notice(id, 'E1'))
  ]
  const own: Record<DeviceKind, string[]> = {
    meter: [topics.meterReading('A'), topics.status('A')],
    transformer: [topics.transformerReading('A'), topics.status('A')],
    weather: [topics.weatherObservation('A'), topics.weatherForecast('A'), topics.status('A')],
    concentrator: [topics.concentratorReadings('A'), topics.status('A')],
    customer: [topics.answer('A')],
    service: everything.filter(topic => parseTopic(topic) !== null)
  }
  const heard: Record<DeviceKind, string[]> = {
    ...{ meter: [], transformer: [], weather: [], concentrator: [] },
    customer: [topics.notice('A', 'E1')],
    service: everything
  }

  it.each(deviceKinds)('of a %s are these topics of all', kind => {
    const access = accessOf({ kind, id: 'A' })
    expect(everything.filter(access.mayPublish)).toEqual(own[kind])
    expect(everything.filter(access.mayReceive)).toEqual(heard[kind])
    expect(everything.filter(access.maySubscribe)).toEqual(heard[kind])
    expect(access.mayPublish('')).toBe(false)
  })

  it.each(deviceKinds)('of a %s, as a list for other brokers, say the same', kind => {
    const { publish, retain, subscribe } = rightsOf({ kind, id: 'A' })
    const within = (filters: readonly string[]) => (topic: string) =>
      filters.some(filter => isWithin(topic, filter))
    expect(everything.filter(within(publish))).toEqual(own[kind])
    expect(everything.filter(within(subscribe))).toEqual(heard[kind])
    expect(retain.every(topic => topic.startsWith(topics.status('')) && publish.includes(topic))).toBe(true)
  })

  it('of a service reach as far as the mapping file', () => {
    const { mayPublish, maySubscribe } = accessOf(
      { kind: 'service', id: 'gateway' },
      {
        publish: ['evn/+/prof'],
        subscribe: ['spBv1.0/G/NCMD/+/#']
      }
    )
    expect(mayPublish('evn/1/prof')).toBe(true)
    expect(mayPublish('evn/1/other')).toBe(false)
    expect(maySubscribe('spBv1.0/G/NCMD/E1/#')).toBe(true)
    expect(maySubscribe('evn/1/prof')).toBe(false)
  })

  it('of Gridload itself: all that comes in, and notices, which nobody else publishes', () => {
    const { publish, subscribe } = serverRights({ publish: ['evn/+/prof'], subscribe: ['command'] })
    expect(subscribe).toEqual([...subscriptionFilters, 'evn/+/prof'])
    expect(publish).toEqual([topics.notice('+', '+'), 'command'])
    for (const kind of deviceKinds)
      expect(accessOf({ kind, id: 'A' }).mayPublish(topics.notice('A', 'E1'))).toBe(false)
  })
})

it.each<[string, string | null]>([
  [topics.notice('A', '+'), 'A'],
  [topics.notice('A', 'E1'), 'A'],
  [topics.notice('A', '#'), 'A'],
  [topics.notice('+', 'E1'), null],
  [topics.notice('#', ''), null],
  [topics.answer('A'), null],
  ['gridload/v1/notice/#', null],
  ['+/v1/notice/A/+', null],
  ['#', null]
])('%s asks for the notices of one customer: %s', (filter, customerId) => {
  expect(noticesOfOne(filter)).toBe(customerId)
})

it.each([
  [topics.notice('A', 'E1'), true],
  [topics.notice('not an id!', 'E1'), true],
  [topics.answer('A'), false],
  ['gridload/v1/notices/A', false]
])('%s is for notices: %s', (topic, expected) => {
  expect(isForNotices(topic)).toBe(expected)
})

it.each<[string, string[]]>([
  [topics.meterReading('A'), ['meter/A']],
  [topics.weatherForecast('A'), ['weather/A']],
  [topics.concentratorReadings('A'), ['concentrator/A']],
  [topics.answer('A'), ['customer/A']],
  [topics.status('A'), ['meter/A', 'transformer/A', 'weather/A', 'concentrator/A']],
  ['other', []]
])('%s belongs to %j', (topic, owners) => {
  expect(ownersOf(topic)).toEqual(owners)
})
