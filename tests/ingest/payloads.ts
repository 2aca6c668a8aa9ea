import fc from 'fast-check'
import { topics } from '../../server/contract/topics.ts'

/**
 * Payloads as text, so that they may be spelt in any way: most of them good, the others odd in one of many ways.
 * `now` is the clock by which their times are mostly good.
 */
export function payloads(now: number): fc.Arbitrary<{ topic: string; payload: Buffer }> {
  const space = fc.constantFrom('', '', '', '', ' ', '\n\t', '\r\n  ')
  const goodNumber = fc.oneof(
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map(String),
    fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 6 })).map(decimal),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map(unexponented)
  )
  const oddNumber = fc.constantFrom(
    ...[
      '-0',
      '-0.0',
      '0.0',
      '0',
      '1e3',
      '1E+2',
      '2.5e-7',
      '01',
      '-01',
      '1.',
      '.5',
      '-',
      '+1',
      '1e999',
      '-1e999'
    ],
    ...[
      '0.30000000000000004',
      '123456789012345678901234567890',
      '0.0000000000000000000000000001',
      'NaN',
      '--1'
    ]
  )
  const word = fc.oneof(
    fc.constantFrom('M1', 'T_2', 'a-b', 'M/1', '', 'ấp Trạm 5', 'x'.repeat(64), 'x'.repeat(65)),
    fc.constantFrom('\\u0041', '\\"', 'line\\n', 'raw\ttab', '\\', 'null', '{"kw":1}', 'end"', '\u{1f4a1}')
  )
  const text = word.map(inner => `"${inner}"`)
  const nested = fc.constantFrom(
    '{}',
    '[]',
    '{"kw":1}',
    '[1,{"a":[]}]',
    `${'['.repeat(300)}${']'.repeat(300)}`
  )
  const literal = fc.constantFrom('null', 'null', 'true', 'false', 'nul', 'nulll', 'True', '')
  const odd = fc.oneof(oddNumber, text, nested, literal)
  const goodTime = fc.oneof(
    fc.integer({ min: now - 40 * 86_400_000, max: now + 3_600_000 }).map(String),
    fc.tuple(fc.integer({ min: now - 900 * 86_400_000, max: now }), rfc3339()).map(([at, spell]) => spell(at))
  )
  const oddTime = fc.oneof(
    fc
      .constantFrom(now + 3_600_001, now + 16 * 86_400_000, now + 16 * 86_400_000 + 1, 946_684_799_999)
      .map(String),
    fc.constantFrom(946_684_800_000, now / 1000, now + 0.5, -now, 99_999_999_999_999).map(String),
    fc.constantFrom(`${now}.0`, `${now}e0`, `0${now}`, `"${now}"`, '"2026-11-22"', '"2026-11-22T04:59:00"'),
    fc
      .tuple(part(1998, 2105, 4), part(0, 13), part(0, 32), part(0, 24), part(0, 60), part(0, 61), zone())
      .map(([y, mo, d, h, mi, s, z]) => `"${y}-${mo}-${d}T${h}:${mi}:${s}${z}"`)
  )
  const mostly = (good: fc.Arbitrary<string>, bad: fc.Arbitrary<string>, weight = 100) =>
    fc.oneof({ weight, arbitrary: good }, { weight: 1, arbitrary: bad })
  const number = mostly(mostly(goodNumber, fc.constant('null'), 20), odd, 150)
  const time = mostly(goodTime, fc.oneof(oddTime, odd))
  const interval = mostly(
    fc.constantFrom('900', '0', '86400', '1800.0', 'null', '0.5'),
    fc.oneof(fc.constantFrom('-1', '86401', '86400.1', '-0'), odd)
  )
  const id = mostly(fc.constantFrom('"M1"', '"T-2_x"', `"${'x'.repeat(64)}"`), odd)
  const usual = fc.oneof(goodNumber, fc.constantFrom('"1.2"', '"Trạm 5"', 'true', 'false', 'null', '""'))
  const anything = mostly(usual, fc.oneof(text, literal, nested, oddNumber), 10)
  const unknownName = fc.constantFrom(
    ...['firmware', 'rssi', '__proto__', 'toString', 'constructor', '', 'kW', 'k\\u0077', 'điện', '\ud800'],
    ...['issued', 'meter', 'transformer', 'temp_c', 'oil_c', 'kva', '0', 'a', 'b']
  )
  const member = (name: string, value: fc.Arbitrary<string>) =>
    fc.tuple(space, space, space, value, space).map(([a, b, c, v, d]) => `${a}"${name}"${b}:${c}${v}${d}`)
  const extras = fc.array(
    unknownName.chain(name => member(name, mostly(anything, odd))),
    { maxLength: 3 }
  )
  const many = fc.nat({ max: 20 }).map(count => Array.from({ length: count }, (_, n) => `"u${n % 18}":1`))

  /** An object of these members, some of them left out or twice, in any order. */
  const object = (
    required: Record<string, fc.Arbitrary<string>>,
    optional: Record<string, fc.Arbitrary<string>>
  ) => {
    const must = Object.entries(required).map(([name, value]) => member(name, value))
    const may = Object.entries(optional).map(([name, value]) => member(name, value))
    return fc
      .tuple(
        fc.tuple(...must),
        fc.subarray(may).chain(some => fc.tuple(...some)),
        mostly(fc.constant(''), fc.constant('again')),
        fc.oneof(
          { weight: 4, arbitrary: fc.constant([]) },
          { weight: 2, arbitrary: extras },
          { weight: 1, arbitrary: many }
        ),
        fc.nat({ max: 7 })
      )
      .map(([musts, mays, again, more, turn]) => {
        const members = [...musts, ...mays, ...more, ...(again === '' ? [] : musts.slice(0, 1))]
        const cut = turn % (members.length + 1)
        return `{${[...members.slice(cut), ...members.slice(0, cut)].join(',')}}`
      })
  }
  const meter = { kvar: number, v: number, pf: number, kwh: number, q: number, interval }
  const transformer = {
    ...meter,
    kva: number,
    oil_c: number,
    winding_c: number,
    ambient_c: number,
    a: number,
    tap: number
  }
  const weather = { humidity_pct: number, q: number, interval }
  const items = {
    meter: object({ ts: time, kw: number }, meter),
    transformer: object({ ts: time, kva: number }, { ...transformer, kw: number }),
    weather: object({ ts: time, temp_c: number }, weather),
    forecast: object({ ts: time, issued: time, temp_c: number }, weather),
    concentrator: fc.oneof(
      object({ meter: id, ts: time, kw: number }, meter),
      object({ transformer: id, ts: time, kva: number }, transformer)
    ),
    loose: object({}, { ts: time, kw: number, meter: id, transformer: id, issued: time, temp_c: number })
  }
  const array = (item: fc.Arbitrary<string>) =>
    fc
      .tuple(fc.array(mostly(item, fc.oneof(items.loose, odd), 150), { maxLength: 6 }), space, space)
      .map(([parts, a, b]) => `${a}[${b}${parts.join(`${b},${a}`)}${a}]${b}`)
  const of = (topic: string, item: fc.Arbitrary<string>) =>
    fc.oneof(item, array(item)).map(payload => ({ topic, payload: Buffer.from(payload) }))
  const good = fc.oneof(
    of(topics.meterReading('M1'), items.meter),
    of(topics.transformerReading('T-1_b'), items.transformer),
    of(topics.weatherObservation('W1'), items.weather),
    of(topics.weatherForecast('W1'), items.forecast),
    array(items.concentrator).map(payload => ({
      topic: topics.concentratorReadings('C1'),
      payload: Buffer.from(payload)
    }))
  )
  const loose = fc.oneof(
    of(topics.meterReading('M1'), items.loose),
    of(topics.concentratorReadings('C1'), items.concentrator),
    fc
      .tuple(
        fc.constantFrom(
          'gridload/v1/meter/M 1/reading',
          'gridload/v1/meter//reading',
          'gridload/v1/meter/a/b/reading'
        ),
        items.meter
      )
      .map(([topic, payload]) => ({ topic, payload: Buffer.from(payload) })),
    of(topics.meterReading('M'.repeat(64)), items.meter),
    of(topics.meterReading('M'.repeat(65)), items.meter)
  )
  const mutated = fc.tuple(good, fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 3 })).map(mutate)
  return fc.oneof(
    { weight: 6, arbitrary: good },
    { weight: 1, arbitrary: loose },
    { weight: 2, arbitrary: mutated }
  )
}

function decimal([value, places]: [number, number]): string {
  return (value / 10 ** places).toFixed(places)
}

/** Up to 17 digits, as a double is written. */
function unexponented(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(9) : text
}

function part(min: number, max: number, digits = 2): fc.Arbitrary<string> {
  return fc.integer({ min, max }).map(value => String(value).padStart(digits, '0'))
}

function zone(): fc.Arbitrary<string> {
  const offset = fc
    .tuple(fc.constantFrom('+', '-'), part(0, 24), part(0, 60))
    .map(([sign, h, m]) => `${sign}${h}:${m}`)
  const fraction = fc.constantFrom('', '.5', '.12', '.123', '.123987', '.', '.0000', '.9x')
  const end = fc.oneof(offset, fc.constantFrom('Z', 'z', '', '+0700', '+07', 'Z '))
  return fc.tuple(fraction, end).map(([a, b]) => a + b)
}

/** Ways to spell a moment. */
function rfc3339(): fc.Arbitrary<(at: number) => string> {
  return fc.constantFrom<(at: number) => string>(
    at => `"${new Date(at).toISOString()}"`,
    at => `"${new Date(at).toISOString().slice(0, 22)}Z"`,
    at => `"${new Date(at + 5.75 * 3_600_000).toISOString().slice(0, -1)}+05:45"`,
    at => `"${new Date(at).toISOString().slice(0, 19)}Z"`,
    at => `"${new Date(at + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00"`,
    at => `"${new Date(at - 3.5 * 3_600_000).toISOString().slice(0, -1)}-03:30"`,
    at => `"${new Date(at).toISOString().slice(0, -1)}987654z"`,
    at => `"${new Date(at).toISOString().replace('T', ' ')}"`
  )
}

type Message = { topic: string; payload: Buffer }

function mutate([{ topic, payload }, place, byte, how]: [Message, number, number, number]): Message {
  const at = place % (payload.length + 1)
  const [head, tail] = [payload.subarray(0, at), payload.subarray(at)]
  const ways = [
    [head, Buffer.from([byte]), tail.subarray(1)],
    [head, Buffer.from([byte]), tail],
    [head, tail.subarray(1)],
    [head]
  ]
  return { topic, payload: Buffer.concat(ways[how] ?? []) }
}
