import { encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, type ForeignDecoder } from '../../server/ingest/decode.ts'

const now = Date.parse('2026-11-22T05:00:00Z')
const ts = now - 60_000

function decodeJson(topic: string, value: unknown) {
  return decode(`gridload/v1/${topic}`, Buffer.from(JSON.stringify(value)), now)
}

function reasonsOf(topic: string, value: unknown): string[] {
  return decodeJson(topic, value).rejects.map(({ reason }) => reason)
}

const base = { ts, issued: null, intervalS: 0, quality: 0 }

describe('good messages', () => {
  it.each([
    [
      'the least a meter can say',
      'meter/M1/reading',
      { ts, kw: 0 },
      { kind: 'meter', id: 'M1', values: { kw: 0 } }
    ],
    [
      'all a meter can say',
      'meter/M-1_a/reading',
      { ts, interval: 900, kw: -12.5, kvar: 1, v: 230.4, pf: -0.98, kwh: 1e6, q: 4 },
      {
        kind: 'meter',
        id: 'M-1_a',
        intervalS: 900,
        values: { kw: -12.5, kvar: 1, v: 230.4, pf: -0.98, kwh: 1e6, q: 4 }
      }
    ],
    [
      'null means unknown',
      'meter/M1/reading',
      { ts, kw: 3, v: null, q: null, interval: null },
      { kind: 'meter', id: 'M1', values: { kw: 3 } }
    ],
    [
      'a transformer by kva alone',
      'transformer/T1/reading',
      { ts, kva: 400, kw: null, tap: -3, oil_c: 61.5 },
      { kind: 'transformer', id: 'T1', values: { kva: 400, tap: -3, oil_c: 61.5 } }
    ],
    [
      'an observation',
      'weather/W1/observation',
      { ts, temp_c: 38.2, humidity_pct: 55 },
      { kind: 'weather', id: 'W1', values: { temp_c: 38.2, humidity_pct: 55 } }
    ],
    [
      'a forecast 16 days ahead',
      'weather/W1/forecast',
      { ts: now + 16 * 86_400_000, issued: ts, temp_c: 39 },
      { kind: 'forecast', id: 'W1', ts: now + 16 * 86_400_000, issued: ts, values: { temp_c: 39 } }
    ]
  ])('%s', (_what, topic, payload, reading) => {
    const decoded = decodeJson(topic, payload)
    expect(decoded.rejects).toEqual([])
    expect(decoded.readings).toEqual([{ ...base, ...reading }])
  })

  it.each([
    ['2026-11-22T04:59:00Z', ts],
    ['2026-11-22t04:59:00z', ts],
    ['2026-11-22 04:59:00Z', ts],
    ['2026-11-22T11:59:00+07:00', ts],
    ['2026-11-21T23:59:00-05:00', ts],
    ['2026-11-22T04:59:00-00:00', ts],
    ['2026-11-22T04:59:00.5Z', ts + 500],
    ['2026-11-22T04:59:00.123987Z', ts + 123],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    [Date.UTC(2000, 0, 1), Date.UTC(2000, 0, 1)],
    [now + 3_600_000, now + 3_600_000]
  ])('reads the time %s', (text, expected) => {
    const [reading] = decodeJson('meter/M1/reading', { ts: text, kw: 1 }).readings
    expect(reading?.ts).toBe(expected)
  })

  it('takes an array apart', () => {
    const { readings } = decodeJson('meter/M1/reading', [
      { ts, kw: 1 },
      { ts: ts + 1000, kw: 2 }
    ])
    expect(readings.map(reading => [reading.ts, reading.values.kw])).toEqual([
      [ts, 1],
      [ts + 1000, 2]
    ])
  })

  it('takes a concentrator apart', () => {
    const { readings, unknownMembers, rejects } = decodeJson('concentrator/C1/readings', [
      { meter: 'M1', ts, kw: 1 },
      { transformer: 'T1', meter: null, ts, kva: 2 }
    ])
    expect(readings.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['meter M1', 'transformer T1'])
    expect({ rejects, unknownMembers }).toEqual({ rejects: [], unknownMembers: 1 })
  })

  it('ignores unknown members, and counts them', () => {
    const text = `{"ts":${ts},"kw":1,"firmware":"1.2","__proto__":{"kw":5},"issued":1,"toString":0}`
    const decoded = decode('gridload/v1/meter/M1/reading', Buffer.from(text), now)
    expect(decoded.readings[0]?.values).toEqual({ kw: 1 })
    expect(decoded.unknownMembers).toBe(4)
  })

  it('accepts an array without items', () => {
    expect(decodeJson('meter/M1/reading', [])).toMatchObject({ readings: [], rejects: [] })
  })

  it('reads a status', () => {
    expect(decodeJson('status/M1', { online: true, ts, rssi: -70 })).toMatchObject({
      statuses: [{ id: 'M1', online: true, ts }],
      unknownMembers: 1,
      rejects: []
    })
    expect(decodeJson('status/M1', { online: false }).statuses).toEqual([
      { id: 'M1', online: false, ts: null }
    ])
  })

  it('passes over the clearing of a retained status', () => {
    const decoded = decode('gridload/v1/status/M1', Buffer.alloc(0), now)
    expect(decoded).toEqual({ readings: [], statuses: [], answer: null, rejects: [], unknownMembers: 0 })
  })

  it('reads an answer', () => {
    const answer = { event: 'CE-20261122-001', version: 2, answer: 'opt-out', reason: 'furnace', extra: 1 }
    expect(decodeJson('answer/ACME', answer)).toMatchObject({
      answer: {
        customerId: 'ACME',
        message: { event: 'CE-20261122-001', version: 2, answer: 'opt-out', kw: null, reason: 'furnace' }
      },
      unknownMembers: 1,
      rejects: []
    })
  })
})

describe('bad messages', () => {
  it.each([
    ['meter/M1/reading', { ts }, 'kw is missing'],
    ['meter/M1/reading', { ts, kw: null }, 'kw is missing'],
    ['meter/M1/reading', { ts, kw: '12' }, 'kw is not a number'],
    ['meter/M1/reading', { ts, kw: 1, v: 'x' }, 'v is not a number'],
    ['meter/M1/reading', { ts, kw: 1, q: 1.5 }, 'q is not an integer'],
    ['meter/M1/reading', { kw: 1 }, 'ts is missing'],
    ['meter/M1/reading', { ts: null, kw: 1 }, 'ts is missing'],
    ['meter/M1/reading', { ts: ts / 1000, kw: 1 }, 'ts is before 2000'],
    ['meter/M1/reading', { ts: '1999-12-31T23:59:59Z', kw: 1 }, 'ts is before 2000'],
    ['meter/M1/reading', { ts: now + 3_600_001, kw: 1 }, 'ts is more than an hour ahead'],
    ['meter/M1/reading', { ts: ts + 0.5, kw: 1 }, 'ts is not an integer number of epoch milliseconds'],
    ['meter/M1/reading', { ts: true, kw: 1 }, 'ts is neither RFC 3339 text nor epoch milliseconds'],
    ['meter/M1/reading', { ts: '2026-11-22T04:59:00', kw: 1 }, 'ts has no offset from UTC'],
    ['meter/M1/reading', { ts: '2026-11-22', kw: 1 }, 'ts is not an RFC 3339 time'],
    ['meter/M1/reading', { ts: '2026-02-30T00:00:00Z', kw: 1 }, 'ts is not an existing time'],
    ['meter/M1/reading', { ts: '2026-02-20T24:00:00Z', kw: 1 }, 'ts is not an existing time'],
    ['meter/M1/reading', { ts, kw: 1, interval: -1 }, 'interval is negative'],
    ['meter/M1/reading', { ts, kw: 1, interval: '900' }, 'interval is not a number of seconds'],
    ['meter/M1/reading', { ts, kw: 1, interval: 86_401 }, 'interval is longer than a day (86400 s)'],
    ['meter/M1/reading', 5, 'payload is neither an object nor an array of objects'],
    ['meter/M1/reading', null, 'payload is neither an object nor an array of objects'],
    ['transformer/T1/reading', { ts, kvar: 1 }, 'kw or kva is missing'],
    ['weather/W1/observation', { ts, humidity_pct: 5 }, 'temp_c is missing'],
    ['weather/W1/forecast', { ts, temp_c: 30 }, 'issued is missing'],
    ['weather/W1/forecast', { ts, temp_c: 30, issued: now + 3_600_001 }, 'issued is more than an hour ahead'],
    [
      'weather/W1/forecast',
      { ts: now + 16 * 86_400_000 + 1, issued: ts, temp_c: 30 },
      'ts is more than 16 days ahead'
    ],
    ['concentrator/C1/readings', { meter: 'M1', ts, kw: 1 }, 'payload is not an array'],
    ['concentrator/C1/readings', [{ ts, kw: 1 }], 'item 0: names neither a meter nor a transformer'],
    [
      'concentrator/C1/readings',
      [{ meter: 'M1', transformer: 'T1', ts, kw: 1 }],
      'item 0: names both a meter and a transformer'
    ],
    [
      'concentrator/C1/readings',
      [{ meter: 'M/1', ts, kw: 1 }],
      'item 0: meter is not an id (^[A-Za-z0-9_-]{1,64}$)'
    ],
    ['status/M1', { ts }, 'online is missing'],
    ['status/M1', { online: 1 }, 'online is neither true nor false'],
    ['status/M1', { online: true, ts: 'soon' }, 'ts is not an RFC 3339 time'],
    ['status/M1', [], 'payload is not an object'],
    ['answer/ACME', { version: 1, answer: 'accept' }, 'event is missing'],
    [
      'answer/ACME',
      { event: 'a b', version: 1, answer: 'accept' },
      'event is not an id (^[A-Za-z0-9_-]{1,64}$)'
    ],
    ['answer/ACME', { event: 'E', answer: 'accept' }, 'version is missing'],
    ['answer/ACME', { event: 'E', version: 0, answer: 'accept' }, 'version is not a positive integer'],
    ['answer/ACME', { event: 'E', version: 1 }, 'answer is missing'],
    [
      'answer/ACME',
      { event: 'E', version: 1, answer: 'yes' },
      'answer is none of acknowledge, accept, decline, opt-out'
    ],
    ['answer/ACME', { event: 'E', version: 1, answer: 'accept', kw: -1 }, 'kw is not a number of 0 or more'],
    ['answer/ACME', { event: 'E', version: 1, answer: 'accept', reason: 5 }, 'reason is not text'],
    ['meter/M 1/reading', { ts, kw: 1 }, 'topic is not in the contract'],
    ['meter/M1/readings', { ts, kw: 1 }, 'topic is not in the contract'],
    ['notice/ACME/E1', { ts, kw: 1 }, 'topic is not in the contract'],
    ['status/M1/', { online: true }, 'topic is not in the contract'],
    ['answer/ACME/', { event: 'E', version: 1, answer: 'accept' }, 'topic is not in the contract']
  ])('%s %j: %s', (topic, payload, reason) => {
    const decoded = decodeJson(topic, payload)
    expect(decoded.rejects.map(reject => reject.reason)).toEqual([reason])
    expect(decoded).toMatchObject({ readings: [], statuses: [], answer: null })
  })

  it.each([
    ['', 'payload is empty'],
    ['{"ts":', 'payload is not JSON: Unexpected end of JSON input'],
    ['kw=5', `payload is not JSON: Unexpected token 'k', "kw=5" is not valid JSON`],
    [`{"ts":${ts},"kw":1e999}`, 'kw is not a finite number']
  ])('the text %j: %s', (text, reason) => {
    const { rejects } = decode('gridload/v1/meter/M1/reading', Buffer.from(text), now)
    expect(rejects).toEqual([{ reason, payload: Buffer.from(text) }])
  })

  it('refuses what is not UTF-8', () => {
    const payload = Buffer.from([0x7b, 0xff, 0xfe, 0x7d])
    const { rejects } = decode('gridload/v1/meter/M1/reading', payload, now)
    expect(rejects).toEqual([{ reason: 'payload is not UTF-8', payload }])
  })

  it('refuses only the bad items of an array, each with its own JSON', () => {
    const items = [{ ts, kw: 1 }, { ts }, 7, { ts: 5, kw: 2 }, { ts, kw: 3 }]
    const { readings, rejects } = decodeJson('meter/M1/reading', items)
    expect(readings.map(({ values }) => values.kw)).toEqual([1, 3])
    expect(rejects.map(({ reason, payload }) => [reason, payload.toString()])).toEqual([
      ['item 1: kw is missing', JSON.stringify(items[1])],
      ['item 2: is not an object', '7'],
      ['item 3: ts is before 2000', JSON.stringify(items[3])]
    ])
  })

  it('says how long an oversized payload is', () => {
    const payload = Buffer.alloc(1024 * 1024 + 1, 0x20)
    const { rejects } = decode('gridload/v1/meter/M1/reading', payload, now)
    expect(rejects.map(({ reason }) => reason)).toEqual(['payload has 1048577 bytes, more than 1048576'])
  })

  it('does not turn one array of trifles into a flood', () => {
    expect(reasonsOf('meter/M1/reading', new Array(50_001).fill(1))).toEqual([
      'array has 50001 items, more than 50000'
    ])
  })

  it('survives nesting that JSON.stringify cannot write', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const payload = Buffer.from(`[{"ts":${ts},"kw":1},${deep}]`)
    const { readings, rejects } = decode('gridload/v1/meter/M1/reading', payload, now)
    expect(readings).toHaveLength(1)
    expect(rejects.map(({ reason }) => reason)).toEqual([
      'item 1: is not an object (the item is nested too deeply to be kept)'
    ])
  })
})

describe('CBOR', () => {
  it('says on the topics of the contract what JSON would', () => {
    const value = { ts, kw: 1.5, v: null, firmware: '1.2' }
    const cbor = decode('gridload/v1/meter/M1/reading', Buffer.from(encode([value, { ts }])), now)
    const { readings, unknownMembers, rejects } = decodeJson('meter/M1/reading', [value])
    expect(cbor.readings).toEqual(readings)
    expect(cbor.unknownMembers).toBe(unknownMembers)
    expect(cbor.rejects.map(({ reason }) => reason)).toEqual(['item 1: kw is missing'])
    expect(rejects).toEqual([])
  })

  it('that is cut is refused', () => {
    const payload = Buffer.from(encode({ ts, kw: 1 })).subarray(0, -1)
    const { rejects } = decode('gridload/v1/meter/M1/reading', payload, now)
    expect(rejects).toEqual([{ reason: expect.stringContaining('CBOR'), payload }])
  })
})

describe('topics of others', () => {
  const ours: ForeignDecoder = {
    filters: ['a/+'],
    decode: (topic, payload, at) =>
      topic.startsWith('a/') ? decode(`gridload/v1/meter/${topic.slice(2)}/reading`, payload, at) : null
  }
  const broken: ForeignDecoder = {
    filters: ['b'],
    decode: topic => {
      if (topic === 'b') throw new Error('boom')
      return null
    }
  }
  const good = Buffer.from(JSON.stringify({ ts, kw: 1 }))
  const reasons = (topic: string, payload = good) =>
    decode(topic, payload, now, [broken, ours]).rejects.map(({ reason }) => reason)

  it('are read by whose they are', () => {
    expect(decode('a/M1', good, now, [broken, ours]).readings.map(({ id }) => id)).toEqual(['M1'])
  })

  it.each([
    ['c', 'topic is not in the contract'],
    ['b', 'payload cannot be decoded: boom'],
    ['a/M 1', 'topic is not in the contract']
  ])('%s: %s', (topic, reason) => {
    expect(reasons(topic)).toEqual([reason])
  })

  it('are bounded like ours', () => {
    expect(reasons('a/M1', Buffer.alloc(1024 * 1024 + 1))).toEqual([
      'payload has 1048577 bytes, more than 1048576'
    ])
  })

  it('never hide a topic of the contract', () => {
    const greedy: ForeignDecoder = {
      filters: ['#'],
      decode: () => {
        throw new Error('asked')
      }
    }
    expect(decode('gridload/v1/meter/M1/reading', good, now, [greedy]).rejects).toEqual([])
  })
})

describe('properties', () => {
  const word = fc.constantFrom(
    'meter',
    'transformer',
    'weather',
    'concentrator',
    'status',
    'answer',
    'notice'
  )
  const last = fc.constantFrom('/reading', '/readings', '/observation', '/forecast', '')
  const topic = fc.oneof(
    fc.string(),
    fc.tuple(word, fc.string(), last).map(([what, id, end]) => `gridload/v1/${what}/${id}${end}`),
    fc.tuple(word, last).map(([what, end]) => `gridload/v1/${what}/A1${end}`)
  )
  const member = fc.oneof(fc.anything(), fc.constantFrom(ts, '2026-11-22T04:59:00Z', 5, null, true, 'M1'))
  const names = ['ts', 'kw', 'kva', 'temp_c', 'issued', 'meter', 'online', 'event', 'version', 'answer', 'q']
  const item = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), member)
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
    fc
      .oneof(
        item,
        fc.array(item),
        fc.json().map(text => JSON.parse(text))
      )
      .map(value =>
        Buffer.from(
          JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)) ?? ''
        )
      )
  )

  it('never throws, and every reading is within the contract', () => {
    fc.assert(
      fc.property(topic, payload, (name, bytes) => {
        const decoded = decode(name, bytes, now)
        for (const reading of decoded.readings) {
          expect(Number.isSafeInteger(reading.ts)).toBe(true)
          expect(reading.id).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
          const values = Object.values(reading.values)
          expect(values.length).toBeGreaterThan(0)
          expect(values.every(Number.isFinite)).toBe(true)
        }
        for (const { reason } of decoded.rejects) expect(reason).not.toBe('')
      }),
      { numRuns: 500, seed: 20261122 }
    )
  })
})
