import { encode } from 'cborg'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../server/contract/telemetry.ts'
import type { Decoded } from '../../../server/ingest/decode.ts'
import { readMapping } from '../../../server/ingest/mapping/readMapping.ts'

const now = Date.parse('2026-11-22T05:00:00Z')

/** One mapping's answer to one message. */
function decodeWith(mapping: object, topic: string, payload: string | Buffer): Decoded {
  const read = readMapping(JSON.stringify({ mappings: [mapping] }))
  if ('mistakes' in read) throw new Error(read.mistakes.join('\n'))
  const decoded = read.decoders[0]?.decode(topic, Buffer.from(payload), now)
  if (decoded === null || decoded === undefined) throw new Error(`${topic} is not for this mapping`)
  return decoded
}

const brief = ({ kind, id, ts, intervalS, values }: Reading) => [
  `${kind} ${id}`,
  new Date(ts).toISOString(),
  intervalS,
  values
]

/** As a head-end system of EVN exports registers: a metering-point code, Vietnamese clock time, numbers as text. */
const evnRegisters = {
  name: 'EVN HES registers',
  topic: 'evnhes/{unit}/{dcu}/import',
  kind: 'meter',
  id: '{/MA_DDO}',
  items: ['/DATA'],
  time: { pointer: '/NGAYGIO', format: 'dd/MM/yyyy HH:mm:ss', zone: 'Asia/Ho_Chi_Minh' },
  decimal: ',',
  fields: {
    kw: { pointer: '/P', scale: 0.001, unit: 'W' },
    kwh: { pointer: '/IMPORT' },
    v: { pointer: '/UA' }
  }
}

/** Half-hourly load profiles of many meters behind one concentrator; the stamp is the end of the interval. */
const evnProfile = {
  name: 'EVN load profile',
  topic: 'evn/{unit}/{dcu}/{meter}/prof',
  kind: 'meter',
  id: '{^/MA_DIEMDO}',
  items: ['/meters', '/profile'],
  time: { pointer: '/t', format: 'yyyy-MM-dd HH:mm:ss', zone: '+07:00' },
  stamps: 'end',
  interval: { pointer: '^^/period_min', scale: 60 },
  fields: {
    kw: { pointer: '/wh', scale: 0.001, energyKwhPerInterval: true, unit: 'Wh in the interval' },
    v: { pointer: '/u' }
  }
}

/** The first four columns as Elvaco documents its reports; a report's value columns depend on its template. */
const elvaco = {
  name: 'Elvaco CMe3100',
  topic: '{base}/ecmXv1.0/CMe3100/{template}/{gateway}/{meter}',
  kind: 'meter',
  id: 'elvaco-{meter}',
  csv: { separator: ';', header: true },
  time: { pointer: '/created', format: 'yyyy-MM-dd HH:mm:ss', zone: 'Europe/Stockholm' },
  fields: { kw: { pointer: '/power (W)', scale: 0.001 }, kwh: { pointer: '/energy (Wh)', scale: 0.001 } }
}

/** Tasmota with a Smart Meter Interface script that names its values by their OBIS codes; its clock is local. */
const tasmota = {
  name: 'Tasmota SML',
  topic: 'tele/{device}/SENSOR',
  kind: 'meter',
  id: 'tasmota-{device}',
  time: { pointer: '/Time', format: 'yyyy-MM-ddTHH:mm:ss', zone: 'Europe/Berlin' },
  obis: { pointer: '/SML', units: 'W' },
  fields: { kwh: { obis: '1-0:1.8.0', scale: 1000, unit: 'kWh, though power is in W' } }
}

/** NETIO with one topic a value: the payload is the bare number. */
const netio = {
  name: 'NETIO',
  topic: 'devices/{device}/output/{output}/load',
  kind: 'meter',
  id: '{device}_{output}',
  time: { format: 'arrival' },
  decimal: ',',
  fields: { kw: { pointer: '', scale: 0.001, unit: 'W' } }
}

/** DLMS as a gateway writes it out: an entry a register, with its scaler. */
const dlms = {
  name: 'DLMS gateway',
  topic: 'dlms/{meter}/push',
  kind: 'transformer',
  id: '{meter}',
  idReplacement: '_',
  time: { pointer: '/clock', format: 'epoch-s' },
  intervalS: 1800,
  obis: { pointer: '/registers', units: 'W', code: '/ln' }
}

const weather = {
  topic: 'station/{name}/forecast',
  kind: 'forecast',
  id: '{name}',
  items: ['/hours'],
  time: { pointer: '/at', format: 'rfc3339' },
  issued: { pointer: '^/run', format: 'epoch-ms' },
  fields: { temp_c: { pointer: '/F', scale: 0.5555555555555556, add: -17.77777777777778 } }
}

describe('real-looking messages', () => {
  it.each([
    [
      'EVN registers',
      evnRegisters,
      'evnhes/PB0501/DCU-17/import',
      `{"MA_DVIQLY":"PB0501","NGUON":"DCU","DATA":[
        {"MA_DDO":"PB05010012345001","NGAYGIO":"22/11/2026 11:30:00","IMPORT":"10234,56","P":"1850","UA":231.4},
        {"MA_DDO":"PB05010012346001","NGAYGIO":"22/11/2026 11:30:02","IMPORT":"88,1","P":0,"UA":""}]}`,
      [
        ['meter PB05010012345001', '2026-11-22T04:30:00.000Z', 0, { kw: 1.85, kwh: 10234.56, v: 231.4 }],
        ['meter PB05010012346001', '2026-11-22T04:30:02.000Z', 0, { kw: 0, kwh: 88.1 }]
      ]
    ],
    [
      'EVN load profiles, meters × intervals',
      evnProfile,
      'evn/PC05/DCU3/all/prof',
      `{"period_min":30,"meters":[
        {"MA_DIEMDO":"PC05A1","profile":[{"t":"2026-11-22 07:30:00","wh":500,"u":230},{"t":"2026-11-22 08:00:00","wh":"750"}]},
        {"MA_DIEMDO":"PC05A2","profile":[{"t":"2026-11-22 07:30:00","wh":0}]}]}`,
      [
        ['meter PC05A1', '2026-11-22T00:00:00.000Z', 1800, { kw: 1, v: 230 }],
        ['meter PC05A1', '2026-11-22T00:30:00.000Z', 1800, { kw: 1.5 }],
        ['meter PC05A2', '2026-11-22T00:00:00.000Z', 1800, { kw: 0 }]
      ]
    ],
    [
      'Elvaco CSV over MQTT',
      elvaco,
      'Company A/ecmXv1.0/CMe3100/4101/0016123456/50855417',
      `serial-number;device-identification;created;value-data-count;energy (Wh);power (W)
0016123456;50855417;2026-11-22 05:00:00;00;1234500;2300
0016123456;50855417;2026-11-22 05:15:00;00;1235100;2400\n`,
      [
        ['meter elvaco-50855417', '2026-11-22T04:00:00.000Z', 0, { kw: 2.3, kwh: 1234.5 }],
        ['meter elvaco-50855417', '2026-11-22T04:15:00.000Z', 0, { kw: 2.4, kwh: 1235.1 }]
      ]
    ],
    [
      'Tasmota SML with OBIS names',
      tasmota,
      'tele/hichi1/SENSOR',
      '{"Time":"2026-11-22T05:59:30","SML":{"1_8_0":12345.678,"2_8_0":5.1,"16_7_0":-312.5,"32_7_0":229.9,"96_1_0":"0a01484c59"}}',
      [['meter tasmota-hichi1', '2026-11-22T04:59:30.000Z', 0, { kw: -0.3125, kwh: 12345.678, v: 229.9 }]]
    ],
    [
      'NETIO, one value per topic',
      netio,
      'devices/netio-8A/output/1/load',
      '1250',
      [['meter netio-8A_1', '2026-11-22T05:00:00.000Z', 0, { kw: 1.25 }]]
    ],
    [
      'one value per topic with a decimal comma',
      netio,
      'devices/x/output/2/load',
      ' 12,5\n',
      [['meter x_2', '2026-11-22T05:00:00.000Z', 0, { kw: 0.0125 }]]
    ],
    [
      'DLMS registers with scalers',
      dlms,
      'dlms/TBA 12.A/push',
      `{"clock":1795323600,"registers":[
        {"ln":"0100010700FF","value":4123,"scaler":2,"unit":27},{"ln":"1-0:2.7.0*255","value":23,"scaler":2},
        {"ln":"1.0.9.7.0.255","value":"430000","scaler":0},{"ln":"1-0:31.7.0","value":60123,"scaler":-2},
        {"ln":"0-0:1.0.0","value":0},{"ln":"1-0:1.8.0*01","value":1}]}`,
      [['transformer TBA_12_A', '2026-11-22T05:00:00.000Z', 1800, { kw: 410, kva: 430, a: 601.23 }]]
    ]
  ])('%s', (_what, mapping, topic, payload, expected) => {
    const { readings, rejects } = decodeWith(mapping, topic, payload)
    expect(rejects).toEqual([])
    expect(readings.map(brief)).toEqual(expected)
  })

  it('a forecast, with the time it was made', () => {
    const { readings } = decodeWith(
      weather,
      'station/HN/forecast',
      '{"run":1795323000000,"hours":[{"at":"2026-11-23T13:00:00+07:00","F":104}]}'
    )
    expect(readings).toMatchObject([
      { kind: 'forecast', id: 'HN', issued: 1795323000000, ts: Date.parse('2026-11-23T06:00:00Z') }
    ])
    expect(readings[0]?.values.temp_c).toBeCloseTo(40, 9)
  })

  it('the same as CBOR', () => {
    const message = { DATA: [{ MA_DDO: 'P1', NGAYGIO: '22/11/2026 11:30:00', P: 1500 }] }
    const { readings } = decodeWith(evnRegisters, 'evnhes/U/D/import', Buffer.from(encode(message)))
    expect(readings.map(brief)).toEqual([['meter P1', '2026-11-22T04:30:00.000Z', 0, { kw: 1.5 }]])
  })

  it('counts codes that no member is read from', () => {
    const sml = '{"Time":"2026-11-22T05:59:30","SML":{"16_7_0":1,"14_7_0":50,"2_8_0":3,"Meter_id":"x"}}'
    expect(decodeWith(tasmota, 'tele/a/SENSOR', sml).unknownMembers).toBe(2)
  })
})

describe('bad items', () => {
  const topic = 'evn/PC05/DCU3/all/prof'
  const message = {
    period_min: 30,
    dcu: 'DCU3',
    meters: [
      {
        MA_DIEMDO: 'A1',
        profile: [
          { t: '2026-11-22 07:30:00', wh: 500 },
          { t: '2026-11-22 08:00:00', wh: 'n/a' }
        ]
      },
      { MA_DIEMDO: 'A 2', profile: [{ t: '2026-11-22 07:30:00', wh: 0 }] },
      { MA_DIEMDO: 'A3', profile: null },
      {
        MA_DIEMDO: 'A4',
        profile: [
          { t: '2026-11-31 07:30:00', wh: 0 },
          { t: '2026-11-22 08:00:00', wh: 2 }
        ]
      }
    ]
  }

  it('are refused alone, with their place; the others are kept', () => {
    const { readings, rejects } = decodeWith(evnProfile, topic, JSON.stringify(message))
    expect(readings.map(({ id }) => id)).toEqual(['A1', 'A4'])
    expect(rejects.map(({ reason }) => reason)).toEqual([
      'item /meters/0/profile/1: kw (/wh) is not a number',
      'item /meters/1/profile/0: "A 2" is not an id (^[A-Za-z0-9_-]{1,64}$)',
      'item /meters/2: /profile is not an array',
      'item /meters/3/profile/0: /t is not an existing time of the form yyyy-MM-dd HH:mm:ss'
    ])
  })

  it('keep what is around them, so that each can be sent again', () => {
    const [bad] = decodeWith(evnProfile, topic, JSON.stringify(message)).rejects
    expect(JSON.parse(String(bad?.payload))).toEqual({
      period_min: 30,
      dcu: 'DCU3',
      meters: [{ MA_DIEMDO: 'A1', profile: [{ t: '2026-11-22 08:00:00', wh: 'n/a' }] }]
    })
    expect(decodeWith(evnProfile, topic, bad?.payload ?? '').rejects[0]?.reason).toContain(
      '/meters/0/profile/0'
    )
  })

  it('of CSV keep the header', () => {
    const { readings, rejects } = decodeWith(
      elvaco,
      'a/ecmXv1.0/CMe3100/4101/1/2',
      'created;power (W);"energy; (Wh)"\n2026-11-22 05:00:00;1;\n"2026-11-22";2;"a;b"\n'
    )
    expect(readings).toHaveLength(1)
    expect(rejects.map(({ payload }) => String(payload))).toEqual([
      'created;power (W);"energy; (Wh)"\n2026-11-22;2;"a;b"'
    ])
  })

  it('in a flood share one letter', () => {
    const DATA = Array.from({ length: 500 }, () => ({ MA_DDO: 'x' }))
    const payload = JSON.stringify({ DATA })
    const { rejects } = decodeWith(evnRegisters, 'evnhes/U/D/import', payload)
    expect(rejects).toHaveLength(20)
    expect(rejects.at(-1)?.reason).toBe(
      '481 more items are refused, first item /DATA/19: /NGAYGIO is missing'
    )
    expect(String(rejects.at(-1)?.payload)).toBe(payload)
  })

  it.each([
    ['no JSON', 'payload is not JSON', '{"DATA":'],
    ['another shape', '/DATA is not an array', '{"data":[]}'],
    ['an empty message', 'payload is empty', ''],
    ['too many items', 'message has more than 50000 items', `{"DATA":[${'1,'.repeat(50_000)}1]}`],
    ['a time far ahead', '/NGAYGIO is more than an hour ahead', row({ NGAYGIO: '22/11/2026 14:00:00' })],
    ['no value', 'kw is missing', row({ P: null })],
    ['a number in hex', 'kw (/P) is not a number', row({ P: '0x10' })],
    ['the decimal mark of others', 'kw (/P) is not a number', row({ P: '1.5' })],
    [
      'what every object inherits',
      'the id is missing: /MA_DDO is neither a text nor a number',
      row({ MA_DDO: {} })
    ]
  ])('%s: %s', (_what, reason, payload) => {
    const { readings, rejects } = decodeWith(evnRegisters, 'evnhes/U/D/import', payload)
    expect(readings).toEqual([])
    expect(rejects[0]?.reason).toContain(reason)
  })

  function row(change: object): string {
    return JSON.stringify({ DATA: [{ MA_DDO: 'x', NGAYGIO: '22/11/2026 11:30:00', P: 1, ...change }] })
  }
})

describe('the rules of the mapping', () => {
  const base = { topic: 'm/{id}', kind: 'meter', id: '{id}', time: { pointer: '/t', format: 'epoch-ms' } }
  const one = (mapping: object, message: object) =>
    decodeWith({ ...base, ...mapping }, 'm/x', JSON.stringify({ t: now, ...message }))

  it('energy of an interval is a mean power: 0.5 kWh in 15 min are 2 kW', () => {
    const mapping = { intervalS: 900, fields: { kw: { pointer: '/e', energyKwhPerInterval: true } } }
    expect(one(mapping, { e: 0.5 }).readings).toMatchObject([{ intervalS: 900, values: { kw: 2 } }])
  })

  it('energy without a length of its interval is refused', () => {
    const mapping = {
      interval: { pointer: '/s' },
      fields: { kw: { pointer: '/e', energyKwhPerInterval: true } }
    }
    expect(one(mapping, { e: 1 }).rejects[0]?.reason).toContain(
      'the energy of an interval, which has no length'
    )
  })

  it('net power is import less export where the meter does not give it', () => {
    const mapping = { obis: { units: 'kW' } }
    const kw = (message: object) => one(mapping, message).readings[0]?.values.kw
    expect(kw({ '1.7.0': 3, '2.7.0': 5 })).toBe(-2)
    expect(kw({ '1.7.0': 3 })).toBe(3)
    expect(kw({ '16.7.0': 1, '1.7.0': 3 })).toBe(1)
    expect(kw({ '2.7.0': 5 })).toBeUndefined()
  })

  it('a scaler speaks of W, whatever the units of plain values', () => {
    const { readings } = one({ obis: { units: 'kW' } }, { '1.7.0': { value: 55, scaler: 2 }, '1.8.0': 7 })
    expect(readings[0]?.values).toEqual({ kw: 5.5, kwh: 7 })
  })

  it.each([[1.5], ['x'], [21]])('a scaler %s is refused', scaler => {
    expect(one({ obis: { units: 'W' } }, { '1.7.0': { value: 1, scaler } }).rejects[0]?.reason).toBe(
      'the scaler of 1.7.0 is not an integer from -20 to 20'
    )
  })

  it('shows no digits that nobody measured', () => {
    const mapping = { fields: { kw: { pointer: '/p', scale: 0.001 } } }
    for (const w of [1, 3, 7, 12_345, 999_999, 1_000_003])
      expect(String(one(mapping, { p: w }).readings[0]?.values.kw).length).toBeLessThanOrEqual(8)
  })

  it('foreign characters of an id are replaced as declared', () => {
    const mapping = { id: 'Tr.{/n}', idReplacement: '-', fields: { kw: { pointer: '/p' } } }
    expect(one(mapping, { p: 1, n: 'Trạm 1/A' }).readings[0]?.id).toBe('Tr-Tr-m-1-A')
  })

  it('a number can name a device', () => {
    expect(one({ id: 'M{/no}', fields: { kw: { pointer: '/p' } } }, { p: 1, no: 17 }).readings[0]?.id).toBe(
      'M17'
    )
  })
})
