import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ForeignDecoder } from '../../../server/ingest/decode.ts'
import { readMapping } from '../../../server/ingest/mapping/readMapping.ts'

const now = Date.parse('2026-11-22T05:00:00Z')
const good = {
  topic: 'a/{x}/b',
  kind: 'meter',
  id: '{x}',
  time: { pointer: '/t', format: 'epoch-ms' },
  fields: { kw: { pointer: '/p' } }
}

function mistakesOf(...mappings: object[]): string[] {
  return mistakesIn({ mappings })
}

function mistakesIn(file: unknown): string[] {
  const read = readMapping(JSON.stringify(file))
  return 'mistakes' in read ? read.mistakes : []
}

function decoderOf(...mappings: object[]): ForeignDecoder {
  const read = readMapping(JSON.stringify({ mappings }))
  if ('mistakes' in read) throw new Error(read.mistakes.join('\n'))
  const [decoder] = read.decoders
  if (decoder === undefined) throw new Error('no decoder')
  return decoder
}

describe('a mapping file', () => {
  it('becomes one decoder with the filters of its topics', () => {
    const decoder = decoderOf(good, { ...good, topic: 'c/{x}/{y}' })
    expect(decoder.filters).toEqual(['a/+/b', 'c/+/+'])
    expect(decoder.decode('a/M1/b', Buffer.from(`{"t":${now},"p":1}`), now)?.readings).toHaveLength(1)
  })

  it.each([['a/M1'], ['a/M1/b/c'], ['x/M1/b'], ['gridload/v1/meter/M1/reading'], ['']])(
    '%s is not its own',
    topic => {
      expect(decoderOf(good).decode(topic, Buffer.from('{}'), now)).toBeNull()
    }
  )

  it('may be without mappings', () => {
    expect(readMapping('{}')).toEqual({ decoders: [], sparkplug: null })
  })
})

describe('mistakes', () => {
  it('are told all at once, each with its place', () => {
    expect(
      mistakesOf(
        { ...good, name: 'EVN', id: '{y}', time: { pointer: 't', format: 'dd/MM/yyyy HH:mm' } },
        { ...good, topic: 'c/{x}', fields: { watts: { pointer: '/p' }, kw: {} } }
      )
    ).toEqual([
      'mappings[0] (EVN): time: pointer t does not begin with /',
      'mappings[0] (EVN): id: {y} is no variable of the topic',
      'mappings[1]: fields.watts: a meter has no such member; it has kw, kvar, v, pf, kwh, q',
      'mappings[1]: fields.kw: needs either pointer or obis'
    ])
  })

  it.each<[string, unknown, string]>([
    ['no object', [], 'must be an object'],
    ['a misspelt section', { maping: [] }, 'maping is not known here'],
    ['a missing member', { mappings: [{ topic: 'a/{x}' }] }, 'mappings[0]: kind is missing'],
    ['a misspelt member', { mappings: [{ ...good, field: {} }] }, 'mappings[0]: field is not known here'],
    [
      'another kind',
      { mappings: [{ ...good, kind: 'gas' }] },
      'mappings[0].kind: must be one of meter, transformer'
    ],
    [
      'a text for a number',
      { mappings: [{ ...good, intervalS: '900' }] },
      'mappings[0].intervalS: must be a number'
    ],
    [
      'too long an interval',
      { mappings: [{ ...good, intervalS: 1e6 }] },
      'mappings[0].intervalS: must be <= 86400'
    ],
    [
      'a misspelt field option',
      { mappings: [{ ...good, fields: { kw: { pointr: '/p' } } }] },
      'fields.kw: pointr is not known'
    ]
  ])('%s', (_what, file, said) => {
    expect(mistakesIn(file).join('\n')).toContain(said)
  })

  it('JSON that is none', () => {
    expect(readMapping('{"mappings":')).toEqual({ mistakes: [expect.stringContaining('it is not JSON')] })
  })

  it.each<[string, object, string]>([
    ['a topic of variables only', { topic: '{a}/{x}' }, 'topic: at least one level must be text'],
    ['a wildcard', { topic: 'a/+/{x}' }, 'topic: the level + has a wildcard'],
    ['half a level', { topic: 'a/m-{x}' }, 'topic: the level m-{x} is neither text nor one {variable}'],
    ['a variable twice', { topic: 'a/{x}/{x}' }, 'topic: {x} stands there twice'],
    ['a topic of the broker', { topic: '$SYS/{x}' }, 'belong to the broker'],
    ['our own topic', { topic: 'gridload/v1/meter/{x}/reading' }, "of Gridload's own contract"],
    ['our own notices', { topic: '{a}/v1/notice/{x}/{b}' }, 'gridload/v1/notice/+/+'],
    ['an id that is the same for all', { id: 'M1' }, 'every device would have the same id'],
    ['an open brace', { id: '{x' }, 'id: has a brace without its other'],
    ['a replacement that no id has', { idReplacement: '.' }, 'idReplacement: must match pattern'],
    ['a pointer out of everything', { id: '{^/x}' }, 'id: {^/x} goes 1 items out of 0'],
    ['a bad escape', { fields: { kw: { pointer: '/a~b' } } }, 'has a ~ that is neither ~0 nor ~1'],
    [
      'an unknown zone',
      { time: { pointer: '/t', format: 'yyyy-MM-dd HH:mm', zone: 'Asia/Hanoy' } },
      'time: zone Asia/Hanoy is neither known'
    ],
    [
      'a clock without a zone',
      { time: { pointer: '/t', format: 'yyyy-MM-dd HH:mm' } },
      'time: zone is missing'
    ],
    [
      'a zone without use',
      { time: { pointer: '/t', format: 'rfc3339', zone: '+07:00' } },
      'time: zone has no use'
    ],
    [
      'a pattern of other letters',
      { time: { pointer: '/t', format: 'YYYY-MM-dd HH:mm', zone: '+07:00' } },
      'has YYYY, which is none of yyyy'
    ],
    [
      'a pattern without a day',
      { time: { pointer: '/t', format: 'yyyy-MM HH:mm', zone: '+07:00' } },
      'does not say the day'
    ],
    [
      'a pattern that says one twice',
      { time: { pointer: '/t', format: 'yyyy-MM-dd d HH:mm', zone: '+07:00' } },
      'says the day twice'
    ],
    ['no pointer to the time', { time: { format: 'epoch-s' } }, 'time: pointer is missing'],
    [
      'a pointer to the arrival',
      { time: { pointer: '/t', format: 'arrival' } },
      'has neither pointer nor zone'
    ],
    ['the end of nothing', { stamps: 'end' }, 'stamps: the end of what interval is not said'],
    ['two lengths', { intervalS: 60, interval: { pointer: '/i' } }, 'interval and intervalS both say'],
    [
      'energy of nothing',
      { fields: { kw: { pointer: '/e', energyKwhPerInterval: true } } },
      'needs intervalS or interval'
    ],
    [
      'energy as volts',
      { intervalS: 9, fields: { kw: { pointer: '/p' }, v: { pointer: '/e', energyKwhPerInterval: true } } },
      'only kw and kvar are means'
    ],
    ['no power', { fields: { v: { pointer: '/v' } } }, 'fields: a meter needs kw'],
    ['no field at all', { fields: {} }, 'fields: a meter needs kw'],
    ['scale 0', { fields: { kw: { pointer: '/p', scale: 0 } } }, 'fields.kw: scale is 0'],
    [
      'pointer and code',
      { obis: { units: 'W' }, fields: { kw: { pointer: '/p', obis: '1.7.0' } } },
      'needs either pointer or obis'
    ],
    ['a code without the section', { fields: { kw: { obis: '1.7.0' } } }, 'needs the section obis'],
    ['no code', { obis: { units: 'W' }, fields: { kw: { obis: 'power' } } }, 'power is not an OBIS code'],
    ['codes of no units', { obis: {} }, 'obis: units is missing'],
    [
      'a forecast never made',
      { kind: 'forecast', fields: { temp_c: { pointer: '/t' } } },
      'issued is missing: a forecast has it'
    ],
    ['a reading made before', { issued: { pointer: '/t', format: 'epoch-s' } }, 'only a forecast has it'],
    [
      'items of rows',
      { csv: { separator: ';', header: true }, items: ['/a'] },
      'the rows of csv are its items'
    ]
  ])('%s', (_what, change, said) => {
    expect(mistakesOf({ ...good, ...change }).join('\n')).toContain(said)
  })

  it.each([
    ['a/{x}/b', 'a/{y}/{z}', true],
    ['a/{x}/b', 'a/c/{z}', true],
    ['a/{x}/b', 'a/{x}/c', false],
    ['a/{x}/b', 'a/{x}/b/c', false],
    ['a/{x}/b', 'a/{x}/b', true]
  ])('%s and %s: ambiguous %s', (one, other, expected) => {
    const mistakes = mistakesOf(
      { ...good, topic: one },
      { ...good, topic: other, id: `{${other.split('{')[1]?.split('}')[0]}}` }
    )
    expect(mistakes.some(said => said.includes('some topics fit'))).toBe(expected)
  })

  it('sparkplug: the topics are taken, and its mistakes have their place', () => {
    const source = { of: 'device', kind: 'meter', id: '{device}', metrics: { P: { member: 'kw' } } }
    const sparkplug = { groups: ['G'], sources: [source] }
    expect(mistakesIn({ sparkplug })).toEqual([])
    const taking = { ...good, topic: 'spBv1.0/{g}/NDATA/{x}' }
    expect(mistakesIn({ mappings: [taking], sparkplug }).join()).toContain('spBv1.0/G/NDATA/+ of sparkplug')
    expect(
      mistakesIn({
        sparkplug: {
          groups: ['a/b', '+'],
          sources: [{ ...source, id: '{place}', metrics: { P: { member: 'kW' } } }]
        }
      })
    ).toEqual([
      'sparkplug.groups[0]: a/b is neither + nor the id of one group',
      'sparkplug.groups: + already stands for all',
      'sparkplug.sources[0].metrics.P: a meter has no member kW; it has kw, kvar, v, pf, kwh, q',
      'sparkplug.sources[0].metrics.P: the id {place} is no variable of topic or metric name'
    ])
  })
})

describe('safety', () => {
  const decoder = decoderOf(
    {
      ...good,
      id: '{x}{/no}',
      items: ['/meters', '/rows'],
      interval: { pointer: '^/s' },
      obis: { pointer: '', units: 'W' }
    },
    { ...good, topic: 'c/{x}', csv: { separator: ',', header: true } },
    { ...good, topic: 't/{x}', time: { format: 'arrival' }, fields: { kw: { pointer: '' } } }
  )
  const topics = fc.constantFrom('a/M1/b', 'c/M1', 't/M1')

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(topics, fc.uint8Array({ maxLength: 80 }), (topic, bytes) => {
        expect(decoder.decode(topic, Buffer.from(bytes), now)).not.toBeNull()
      }),
      { seed: 5, numRuns: 1000 }
    )
  })

  it('never throws, whatever the JSON; every item is either a reading or refused', () => {
    const leaf = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.integer(), fc.constantFrom('1.5', '', null, now))
    const row = fc.record({ t: leaf, p: leaf, '1.7.0': leaf, no: leaf }, { requiredKeys: [] })
    const meter = fc.record({
      rows: fc.oneof(fc.array(fc.oneof(row, leaf), { maxLength: 4 }), leaf),
      s: leaf
    })
    fc.assert(
      fc.property(fc.array(meter, { maxLength: 4 }), meters => {
        const decoded = decoder.decode('a/M1/b', Buffer.from(JSON.stringify({ meters })), now)
        const items = meters.reduce((sum, { rows }) => sum + (Array.isArray(rows) ? rows.length : 1), 0)
        expect((decoded?.readings.length ?? 0) + (decoded?.rejects.length ?? 0)).toBe(items)
        for (const { values, ts, intervalS } of decoded?.readings ?? [])
          expect([ts, intervalS, ...Object.values(values)].every(Number.isFinite)).toBe(true)
      }),
      { seed: 6, numRuns: 500 }
    )
  })

  it('pollutes no prototype', () => {
    const payload = '{"meters":[{"__proto__":{"rows":[]},"rows":[{"__proto__":{"t":1},"p":"x"}]}]}'
    decoder.decode('a/M1/b', Buffer.from(payload), now)
    decoder.decode('c/M1', Buffer.from('__proto__,t\nkw,x'), now)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as Record<string, unknown>).rows).toBeUndefined()
  })
})
