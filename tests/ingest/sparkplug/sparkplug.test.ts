import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { SparkplugSettings } from '../../../server/ingest/sparkplug/settings.ts'
import { createSparkplug, type SparkplugDecoder } from '../../../server/ingest/sparkplug/sparkplug.ts'
import { until } from '../../helpers/until.ts'
import { type BareMetric, decodePayload, encodeBare, encodePayload, type SentMetric } from './edgeNode.ts'

const now = Date.parse('2026-11-22T05:00:00Z')
const settings: SparkplugSettings = {
  groups: ['PC North'],
  sources: [
    {
      of: 'device',
      kind: 'meter',
      id: '{node}-{device}',
      idReplacement: '_',
      metrics: { 'Power/Active': { member: 'kw', scale: 0.001, unit: 'W' }, Voltage: { member: 'v' } }
    },
    {
      of: 'node',
      kind: 'transformer',
      id: '{node}-{t}',
      intervalS: 60,
      metrics: { 'Transformers/{t}/S': { member: 'kva' }, 'Transformers/{t}/Oil': { member: 'oil_c' } }
    }
  ]
}

interface Rig {
  decoder: SparkplugDecoder
  published: { topic: string; payload: Buffer }[]
  saved: string[]
  send(type: string, payload: Buffer, at?: number, node?: string): ReturnType<SparkplugDecoder['decode']>
}

const rigs: Rig[] = []
afterEach(async () => {
  await Promise.all(rigs.splice(0).map(({ decoder }) => decoder.stop()))
})

function rig(saved: string | null = null, groups = settings.groups): Rig {
  const published: Rig['published'] = []
  const saves: string[] = []
  const decoder = createSparkplug(
    { ...settings, groups },
    {
      publish: async (topic, payload) => void published.push({ topic, payload }),
      saved,
      save: async text => void saves.push(text),
      saveAfterMs: 0
    }
  )
  const send: Rig['send'] = (type, payload, at = now, node = 'E1') => {
    const [kind = '', ...device] = type.split(' ')
    const tail = device.length === 0 ? node : `${node}/${device.join(' ')}`
    return decoder.decode(`spBv1.0/PC North/${kind}/${tail}`, payload, at)
  }
  const one = { decoder, published, saved: saves, send }
  rigs.push(one)
  return one
}

const bdSeq = (value: number): SentMetric => ({ name: 'bdSeq', type: 'Int64', value, timestamp: now })

function nbirth(seq = 0, bd = 7): Buffer {
  return encodePayload({
    timestamp: now,
    seq,
    metrics: [
      bdSeq(bd),
      { name: 'Node Control/Rebirth', type: 'Boolean', value: false, timestamp: now },
      { name: 'Transformers/T1/S', alias: 1, type: 'Float', value: 250.5, timestamp: now },
      { name: 'Transformers/T1/Oil', alias: 2, type: 'Int16', value: 61, timestamp: now },
      { name: 'Firmware', alias: 3, type: 'String', value: '1.0', timestamp: now }
    ]
  })
}

function dbirth(seq: number): Buffer {
  return encodePayload({
    timestamp: now,
    seq,
    metrics: [
      { name: 'Power/Active', alias: 10, type: 'Int64', value: 12_500, timestamp: now },
      { name: 'Voltage', alias: 11, type: 'Double', value: 230.1, timestamp: now },
      { name: 'Frequency', alias: 12, type: 'Float', value: 50, timestamp: now }
    ]
  })
}

const ndeath = (bd: number) => encodePayload({ timestamp: now - 3_600_000, metrics: [bdSeq(bd)] })

/** As an edge node sends after its birth: alias and value alone. */
const data = (seq: number, metrics: BareMetric[], timestamp = now) => encodeBare({ timestamp, seq, metrics })

function born(saved: string | null = null): Rig {
  const one = rig(saved)
  one.send('NBIRTH', nbirth())
  one.send('DBIRTH M 1', dbirth(1))
  return one
}

describe('births', () => {
  it('a node: readings of its metrics, and its transformers online', () => {
    const decoded = rig().send('NBIRTH', nbirth())
    expect(decoded?.readings).toEqual([
      {
        kind: 'transformer',
        id: 'E1-T1',
        ts: now,
        issued: null,
        intervalS: 60,
        quality: 0,
        values: { kva: 250.5, oil_c: 61 }
      }
    ])
    expect(decoded).toMatchObject({
      statuses: [{ id: 'E1-T1', online: true, ts: now }],
      rejects: [],
      unknownMembers: 3
    })
  })

  it('a device: its own readings and status, foreign characters replaced', () => {
    const one = rig()
    one.send('NBIRTH', nbirth())
    const decoded = one.send('DBIRTH M 1', dbirth(1))
    expect(decoded?.readings).toMatchObject([{ kind: 'meter', id: 'E1-M_1', values: { kw: 12.5, v: 230.1 } }])
    expect(decoded?.statuses).toEqual([{ id: 'E1-M_1', online: true, ts: now }])
    expect(one.published).toEqual([])
  })

  it('a metric that is no number, or has no datatype, is refused in words', () => {
    const payload = encodePayload({
      timestamp: now,
      seq: 0,
      metrics: [{ name: 'Transformers/T1/S', alias: 1, type: 'String', value: '5' }]
    })
    expect(rig().send('NBIRTH', payload)?.rejects).toEqual([
      { reason: 'metric Transformers/T1/S: datatype 12 is no number', payload }
    ])
  })

  it('a payload that is no Sparkplug is refused', () => {
    expect(rig().send('NBIRTH', Buffer.from('{"kw":1}'))?.rejects[0]?.reason).toContain(
      'payload is not Sparkplug B'
    )
  })
})

describe('data', () => {
  it('by alias alone, as the bytes of an edge node', () => {
    // timestamp 1795323600000, metric { alias 10, long_value 8000 }, seq 2: by hand, as the specification lays it out.
    const timestamp = `08${varint(BigInt(now))}`
    const metric = `1205100a58${varint(8000n)}`
    const bytes = Buffer.from(`${timestamp}${metric}1802`, 'hex')
    const { readings, rejects } = born().send('DDATA M 1', bytes) ?? { readings: [], rejects: [] }
    expect(rejects).toEqual([])
    expect(readings).toMatchObject([{ id: 'E1-M_1', ts: now, values: { kw: 8 } }])
  })

  it('what has not changed still holds', () => {
    const one = born()
    const only = one.send('DDATA M 1', data(2, [{ alias: 11, doubleValue: 228 }], now + 1000))
    expect(only?.readings).toMatchObject([{ ts: now + 1000, values: { kw: 12.5, v: 228 } }])
  })

  it('moments of their own make readings of their own, in order', () => {
    const decoded = born().send(
      'DDATA M 1',
      data(2, [
        { alias: 11, doubleValue: 229, timestamp: now + 2000 },
        { alias: 10, longValue: 7000, timestamp: now + 1000 }
      ])
    )
    expect(decoded?.readings).toMatchObject([
      { ts: now + 1000, values: { kw: 7 } },
      { ts: now + 2000, values: { kw: 7, v: 229 } }
    ])
  })

  it('null is unknown, and no longer holds', () => {
    const one = born()
    const first = one.send('DDATA M 1', data(2, [{ alias: 10, isNull: true }]))
    expect(first?.readings).toEqual([])
    expect(one.decoder.counters().incomplete).toBe(1)
    expect(one.send('DDATA M 1', data(3, [{ alias: 11, doubleValue: 1 }]))?.readings).toEqual([])
  })

  it('history is stored as such and changes nothing that holds', () => {
    const one = born()
    const past = one.send(
      'DDATA M 1',
      data(2, [{ alias: 10, longValue: 1, isHistorical: true, timestamp: now - 9e6 }])
    )
    expect(past?.readings).toMatchObject([{ ts: now - 9e6, values: { kw: 0.001 } }])
    expect(one.send('DDATA M 1', data(3, [{ alias: 11, doubleValue: 1 }]))?.readings).toMatchObject([
      { values: { kw: 12.5 } }
    ])
    expect(
      one.send(
        'DDATA M 1',
        data(4, [{ alias: 11, doubleValue: 1, isHistorical: true, timestamp: now - 9e6 }])
      )?.readings
    ).toEqual([])
  })

  it('not a number is refused', () => {
    const decoded = born().send('DDATA M 1', data(2, [{ alias: 11, doubleValue: NaN }]))
    expect(decoded?.rejects[0]?.reason).toBe('meter E1-M_1: v is not a finite number')
  })

  it('a time far ahead is refused', () => {
    const decoded = born().send('DDATA M 1', data(2, [{ alias: 10, longValue: 1 }], now + 7_200_000))
    expect(decoded?.rejects[0]?.reason).toBe('meter E1-M_1: ts is more than an hour ahead')
  })

  it.each<[number, object, number]>([
    [1, { intValue: 0xffffff9c }, -100],
    [1, { intValue: 0x9c }, -100],
    [2, { intValue: 0xff9c }, -100],
    [3, { intValue: 0xffffff9c }, -100],
    [4, { longValue: 0xffffffffffffff9cn }, -100],
    [7, { longValue: 4_000_000_000 }, 4_000_000_000],
    [7, { intValue: 4_000_000_000 }, 4_000_000_000],
    [8, { longValue: 5_000_000_000 }, 5_000_000_000],
    [9, { floatValue: 0.1 }, 0.1],
    [9, { floatValue: 16_777_216 }, 16_777_216],
    [10, { doubleValue: 0.1 }, 0.1]
  ])('datatype %d as %o', (datatype, value, expected) => {
    const one = rig()
    one.send('NBIRTH', nbirth())
    const wire =
      'longValue' in value && typeof value.longValue === 'bigint'
        ? { longValue: longOf(value.longValue) }
        : value
    const metrics = [
      { name: 'Power/Active', alias: 10, datatype: 3, intValue: 1 },
      { name: 'Voltage', alias: 11, datatype, ...wire }
    ]
    expect(one.send('DBIRTH M', encodeBare({ timestamp: now, seq: 1, metrics }))?.readings[0]?.values.v).toBe(
      expected
    )
  })
})

describe('rebirth', () => {
  const asked = ({ published }: Rig) => published.map(({ topic }) => topic)

  it('is asked for in the words of the specification', () => {
    const one = rig()
    one.send('DDATA M 1', data(5, [{ alias: 10, longValue: 1 }]))
    expect(asked(one)).toEqual(['spBv1.0/PC North/NCMD/E1'])
    const command = decodePayload(one.published[0]?.payload ?? Buffer.alloc(0))
    expect(command?.metrics).toMatchObject([{ name: 'Node Control/Rebirth', type: 'Boolean', value: true }])
    expect(one.decoder.counters()).toMatchObject({ beforeBirth: 1, rebirthsAsked: 1 })
  })

  it('after a gap in the sequence; what came is kept', () => {
    const one = born()
    const decoded = one.send('DDATA M 1', data(4, [{ alias: 10, longValue: 1000 }]))
    expect(decoded?.readings).toMatchObject([{ values: { kw: 1 } }])
    expect(one.decoder.counters().gaps).toBe(1)
    expect(asked(one)).toHaveLength(1)
  })

  it('not when the sequence wraps from 255 to 0', () => {
    const one = rig()
    one.send('NBIRTH', nbirth(254))
    one.send('DBIRTH M 1', dbirth(255))
    one.send('DDATA M 1', data(0, [{ alias: 10, longValue: 1 }]))
    one.send('NDATA', data(1, [{ alias: 1, floatValue: 1 }]))
    expect(asked(one)).toEqual([])
  })

  it.each([
    ['an alias that no birth announced', { alias: 99, longValue: 1 }],
    ['a value of another type than announced', { alias: 10, doubleValue: 1 }],
    ['a metric without alias and name', { longValue: 1 }]
  ])('for %s', (_what, metric) => {
    const one = born()
    const decoded = one.send('DDATA M 1', data(2, [metric]))
    expect(decoded).toMatchObject({ readings: [], rejects: [] })
    expect(one.decoder.counters().unannounced).toBe(1)
    expect(asked(one)).toHaveLength(1)
  })

  it('not for metrics that nobody asked for', () => {
    const one = born()
    expect(
      one.send(
        'DDATA M 1',
        data(2, [
          { alias: 12, floatValue: 50 },
          { name: 'New', longValue: 1 }
        ])
      )
    ).toMatchObject({
      readings: [],
      unknownMembers: 2
    })
    expect(asked(one)).toEqual([])
  })

  it('not more often than every 30 s a node', () => {
    const one = rig()
    const lost = (at: number, node = 'E1') =>
      one.send('DDATA M', data(1, [{ alias: 1, longValue: 1 }]), at, node)
    for (const at of [0, 1, 29_999]) lost(now + at)
    lost(now, 'E2')
    expect(asked(one)).toEqual(['spBv1.0/PC North/NCMD/E1', 'spBv1.0/PC North/NCMD/E2'])
    lost(now + 30_000)
    expect(asked(one)).toHaveLength(3)
    // The clock was set back by an hour.
    lost(now - 3_600_000)
    expect(asked(one)).toHaveLength(4)
  })

  it('not of more than 20 nodes a second', () => {
    const one = rig()
    for (let node = 0; node < 50; node++) one.send('NDATA', data(1, []), now, `N${node}`)
    expect(asked(one)).toHaveLength(20)
    for (let node = 0; node < 50; node++) one.send('NDATA', data(2, []), now + 1000, `N${node}`)
    expect(asked(one)).toHaveLength(40)
  })

  it('is asked for again when it could not be sent', async () => {
    const topics: string[] = []
    const decoder = createSparkplug(settings, {
      publish: topic => {
        topics.push(topic)
        return Promise.reject(new Error('not connected'))
      },
      saved: null,
      save: async () => {}
    })
    decoder.decode('spBv1.0/PC North/NDATA/E1', data(1, []), now)
    await until(() => decoder.counters().rebirthsFailed === 1, { what: 'the failure is counted' })
    decoder.decode('spBv1.0/PC North/NDATA/E1', data(2, []), now)
    expect(topics).toHaveLength(2)
    await decoder.stop()
  })
})

describe('deaths', () => {
  it('of a node is that of all its devices, and its aliases are forgotten', () => {
    const one = born()
    const decoded = one.send('NDEATH', ndeath(7))
    expect(decoded?.statuses).toEqual([
      { id: 'E1-T1', online: false, ts: null },
      { id: 'E1-M_1', online: false, ts: null }
    ])
    expect(one.decoder.counters()).toMatchObject({ nodes: 0, metrics: 0 })
    one.send('DDATA M 1', data(2, [{ alias: 10, longValue: 1 }]))
    expect(one.decoder.counters().beforeBirth).toBe(1)
  })

  it('of an earlier connection is ignored, and a rebirth asked for', () => {
    const one = born()
    expect(one.send('NDEATH', ndeath(6))).toMatchObject({ statuses: [] })
    expect(one.decoder.counters()).toMatchObject({ staleDeaths: 1, nodes: 1, rebirthsAsked: 1 })
    expect(one.send('DDATA M 1', data(2, [{ alias: 10, longValue: 1 }]))?.readings).toHaveLength(1)
  })

  it('of a device is its own', () => {
    const one = born()
    const decoded = one.send('DDEATH M 1', encodePayload({ timestamp: now, seq: 2, metrics: [] }))
    expect(decoded).toMatchObject({ statuses: [{ id: 'E1-M_1', online: false, ts: null }] })
    one.send('NDATA', data(3, [{ alias: 1, floatValue: 1 }]))
    expect(one.published).toEqual([])
  })

  it('of somebody unknown says nothing', () => {
    expect(rig().send('NDEATH', ndeath(1))).toMatchObject({ statuses: [], rejects: [] })
  })
})

describe('over a restart', () => {
  it('aliases are known again, and the births are asked for', async () => {
    const before = born()
    await before.decoder.stop()
    const after = rig(before.saved.at(-1) ?? null)
    const decoded = after.send('DDATA M 1', data(77, [{ alias: 10, longValue: 9000 }]))
    expect(decoded?.readings).toMatchObject([{ id: 'E1-M_1', values: { kw: 9 } }])
    expect(after.decoder.counters()).toMatchObject({ gaps: 0, beforeBirth: 0, rebirthsAsked: 1 })
    expect(after.send('NDEATH', ndeath(6))?.statuses).toEqual([])
    expect(after.send('NDEATH', ndeath(7))).toMatchObject({
      statuses: [
        { id: 'E1-T1', online: false },
        { id: 'E1-M_1', online: false }
      ]
    })
  })

  it.each([[''], ['{}'], ['{"version":2,"nodes":[]}'], ['{"version":1,"nodes":[{"group":1}]}']])(
    'what was saved as %s is not believed',
    saved => {
      expect(rig(saved).decoder.counters()).toMatchObject({ nodes: 0 })
    }
  )

  it('saves after births and deaths, not after data', async () => {
    const one = born()
    await until(() => one.saved.length > 0, { what: 'the births are saved' })
    const saves = one.saved.length
    one.send('DDATA M 1', data(2, [{ alias: 10, longValue: 1 }]))
    await one.decoder.stop()
    expect(one.saved).toHaveLength(saves)
  })

  it('a failed save is counted and tried again', async () => {
    let attempts = 0
    const decoder = createSparkplug(settings, {
      publish: async () => {},
      saved: null,
      save: async () => {
        if (++attempts === 1) throw new Error('ENOSPC')
      },
      saveAfterMs: 0
    })
    decoder.decode('spBv1.0/PC North/NBIRTH/E1', nbirth(), now)
    await until(() => attempts === 2, { what: 'the second attempt' })
    expect(decoder.counters().failedSaves).toBe(1)
    await decoder.stop()
  })
})

describe('whose topics', () => {
  it('exclusive filters, one set a group', () => {
    const { decoder } = rig()
    expect(decoder.filters).toEqual([])
    expect(decoder.exclusiveFilters).toEqual([
      'spBv1.0/PC North/NBIRTH/+',
      'spBv1.0/PC North/NDATA/+',
      'spBv1.0/PC North/NDEATH/+',
      'spBv1.0/PC North/DBIRTH/+/+',
      'spBv1.0/PC North/DDATA/+/+',
      'spBv1.0/PC North/DDEATH/+/+'
    ])
    expect(decoder.commandFilters).toEqual([
      'spBv1.0/PC North/NCMD/+/#',
      'spBv1.0/PC North/DCMD/+/#',
      'spBv1.0/STATE/+'
    ])
  })

  it.each([
    ['gridload/v1/meter/M1/reading', null],
    ['spBv1.0/Other/NDATA/E1', null],
    ['spBv1.0/PC North/NDATA/E1/D1', null],
    ['spBv1.0/PC North/DDATA/E1', null],
    ['spBv1.0/PC North/XDATA/E1', null],
    ['spBv1.0/PC North/NDATA/', null],
    ['spBv1.0/PC North/NCMD/E1', []],
    ['spBv1.0/PC North/DCMD/E1/D1', []],
    ['spBv1.0/STATE/host', []]
  ])('%s', (topic, expected) => {
    const decoded = rig().decoder.decode(topic, data(0, []), now)
    expect(decoded === null ? null : decoded.rejects).toEqual(expected)
  })

  it('+ takes every group', () => {
    const { decoder } = rig(null, ['+'])
    expect(decoder.decode('spBv1.0/Any/NBIRTH/E1', nbirth(), now)?.readings).toHaveLength(1)
  })
})

describe('safety', () => {
  it('never throws, whatever the bytes, and counts at most what it was sent', () => {
    const types = fc.constantFrom('NBIRTH', 'DBIRTH M', 'NDATA', 'DDATA M', 'NDEATH', 'DDEATH M')
    const metric = fc.record(
      {
        name: fc.constantFrom('Power/Active', 'Voltage', 'Transformers/T/S', 'bdSeq', '__proto__', ''),
        alias: fc.nat(5),
        datatype: fc.nat(25),
        timestamp: fc.nat(now * 2),
        isNull: fc.boolean(),
        isHistorical: fc.boolean(),
        intValue: fc.nat(),
        doubleValue: fc.double(),
        stringValue: fc.string()
      },
      { requiredKeys: [] }
    )
    const valid = fc
      .record({ seq: fc.nat(300), timestamp: fc.constant(now), metrics: fc.array(metric, { maxLength: 6 }) })
      .map(payload => encodeBare(payload))
    const any = fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.array(fc.tuple(types, fc.oneof(valid, any)), { maxLength: 12 }), messages => {
        const one = rig()
        for (const [type, bytes] of messages) {
          const decoded = one.send(type, bytes)
          for (const { ts, values } of decoded?.readings ?? [])
            expect([ts, ...Object.values(values)].every(Number.isFinite)).toBe(true)
        }
      }),
      { seed: 9, numRuns: 300 }
    )
  })
})

function varint(value: bigint): string {
  let rest = value
  let hex = ''
  do {
    const byte = Number(rest & 127n) | (rest > 127n ? 128 : 0)
    hex += byte.toString(16).padStart(2, '0')
    rest >>= 7n
  } while (rest > 0n)
  return hex
}

/** As protobufjs takes 64 bits without a loss. */
function longOf(value: bigint) {
  return {
    low: Number(BigInt.asIntN(32, value)),
    high: Number(BigInt.asIntN(32, value >> 32n)),
    unsigned: true
  } as never
}
