import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { topics } from '../../server/contract/topics.ts'
import { decode } from '../../server/ingest/decode.ts'
import { createIntake } from '../../server/ingest/intake.ts'
import type { NewDeadLetter } from '../../server/log/deadLetters.ts'
import { decodeReadings, encodeReadings } from '../../server/log/lines.ts'
import { gatheringLog } from '../helpers/memoryLog.ts'
import { payloads } from './payloads.ts'

const now = Date.parse('2026-11-22T05:00:00Z')
const ts = now - 60_000

/** What becomes of one message that stands between others in a chunk. */
async function taken(topic: string, payload: Buffer) {
  const log = gatheringLog()
  const letters: NewDeadLetter[] = []
  const intake = createIntake({
    log,
    deadLetters: { put: async letter => void letters.push(letter) },
    now: () => now,
    onStatus: () => undefined
  })
  const name = Buffer.from(topic)
  const bytes = Buffer.concat([Buffer.from('"1'), name, Buffer.from('"2'), payload, Buffer.from('2,"]}')])
  const start = name.length + 4
  intake.take(bytes, 2, 2 + name.length, start, start + payload.length)
  log.commit()
  await new Promise(resolve => setImmediate(resolve))
  const text = log.durable.flatMap(({ frames }) => frames.map(({ body }) => body.toString('latin1'))).join('')
  const { unknownMembers, slowPath, messages, readings } = intake.counters(now)
  return {
    text,
    outcome: {
      readings: decodeReadings(Buffer.from(text, 'latin1')),
      rejects: letters.map(({ reason, payload: refused }) => ({ reason, payload: refused })),
      unknownMembers
    },
    counts: { messages, readings },
    isSlow: slowPath === 1
  }
}

/** What the full parse alone makes of it. */
function decoded(topic: string, payload: Buffer) {
  const { readings, rejects, unknownMembers } = decode(topic, payload, now)
  return { readings: decodeReadings(encodeReadings(readings)), rejects, unknownMembers }
}

describe('the lines of a payload', () => {
  const M1 = topics.meterReading('M1')
  const C1 = topics.concentratorReadings('C1')
  it.each([
    ['the least', M1, `{"ts":${ts},"kw":0}`, `meter,id=M1 kw=0,interval_s=0,quality=0 ${ts}`],
    [
      'numbers as they were spelt, members in the order of the contract',
      topics.meterReading('M-1_a'),
      ` { "q" : 4 , "kwh":100.00,"pf":-0.980,\n"v":230.40, "kvar":null,"kw":12.50,"interval":900.0,"ts":${ts} }\n`,
      `meter,id=M-1_a kw=12.50,v=230.40,pf=-0.980,kwh=100.00,q=4,interval_s=900.0,quality=0 ${ts}`
    ],
    [
      'the 17 digits of a double',
      M1,
      `{"ts":${ts},"kw":0.30000000000000004}`,
      `meter,id=M1 kw=0.30000000000000004,interval_s=0,quality=0 ${ts}`
    ],
    [
      'times with an offset',
      topics.transformerReading('T1'),
      '{"ts":"2026-11-22T11:59:00.5+07:00","kva":400,"tap":-3,"interval":null}',
      `transformer,id=T1 kva=400,tap=-3,interval_s=0,quality=0 ${ts + 500}`
    ],
    [
      'an observation',
      topics.weatherObservation('W1'),
      '{"ts":"2026-11-22T04:59:00Z","temp_c":38.2,"humidity_pct":55}',
      `weather,id=W1 temp_c=38.2,humidity_pct=55,interval_s=0,quality=0 ${ts}`
    ],
    [
      'a forecast',
      topics.weatherForecast('W1'),
      `{"issued":"2026-11-22T04:59:00Z","temp_c":39,"ts":${now + 16 * 86_400_000}}`,
      `weather_forecast,id=W1,issued=${ts} temp_c=39,interval_s=0,quality=0 ${now + 16 * 86_400_000}`
    ],
    [
      'the first moment there is',
      M1,
      '[{"ts":"2000-01-01T00:00:00Z","kw":1},{"ts":946684800000,"kw":2}]',
      [1, 2].map(kw => `meter,id=M1 kw=${kw},interval_s=0,quality=0 946684800000`).join('\n')
    ],
    [
      'what a concentrator brings',
      C1,
      `[{"meter":"M1","ts":${ts},"kw":1,"oil_c":5},{"ts":${ts},"kva":2,"pf":1,"transformer":"T1"}]`,
      `meter,id=M1 kw=1,interval_s=0,quality=0 ${ts}\ntransformer,id=T1 kva=2,interval_s=0,quality=0 ${ts}`
    ],
    [
      'what the contract does not know',
      M1,
      `{"ts":${ts},"kw":1,"firmware":"1.2","note":"Trạm 5","__proto__":true,"toString":-1.5,"issued":null,"on":false}`,
      `meter,id=M1 kw=1,interval_s=0,quality=0 ${ts}`
    ],
    ['an array without items', M1, ' [ ] ', '']
  ])('%s', async (_what, topic, payload, lines) => {
    const { text, isSlow, outcome } = await taken(topic, Buffer.from(payload))
    expect(text).toBe(lines === '' ? '' : `${lines}\n`)
    expect(isSlow).toBe(false)
    expect(outcome).toEqual(decoded(topic, Buffer.from(payload)))
  })

  it.each([
    ['an exponent', M1, `{"ts":${ts},"kw":1e2}`],
    ['minus zero', M1, `{"ts":${ts},"kw":-0.0}`],
    ['more digits than a double has', M1, `{"ts":${ts},"kw":${'1'.repeat(40)}}`],
    ['an escape', M1, `{"ts":${ts},"kw":1,"n":"\\u0041"}`],
    ['an escaped name', M1, `{"ts":${ts},"\\u006bw":1}`],
    ['a nested value', M1, `{"ts":${ts},"kw":1,"n":{"kw":2}}`],
    ['a member twice', M1, `{"ts":${ts},"kw":1,"kw":2}`],
    ['an unknown member twice', M1, `{"ts":${ts},"kw":1,"n":1,"n":2}`],
    ['more unknown members than are remembered', M1, `{"ts":${ts},"kw":1,${members(40)}}`],
    ['a leap second', M1, '{"ts":"2016-12-31T23:59:60Z","kw":1}'],
    ['a space in a time', M1, '{"ts":"2026-11-22 04:59:00Z","kw":1}'],
    ["a sender's flag with a point", M1, `{"ts":${ts},"kw":1,"q":1.0}`],
    ['a meter and a null transformer', C1, `[{"ts":${ts},"kw":1,"meter":"M1","transformer":null}]`],
    [
      'an unknown member that is a text, of a concentrator',
      C1,
      `[{"meter":"M1","ts":${ts},"kw":1,"tap":"x"}]`
    ],
    ['lines longer than there is room for', topics.meterReading('M'.repeat(64)), trifles(20_000)]
  ])('%s takes the slow way, to the same end', async (_what, topic, payload) => {
    const { isSlow, outcome } = await taken(topic, Buffer.from(payload))
    expect(isSlow).toBe(true)
    expect(outcome).toEqual(decoded(topic, Buffer.from(payload)))
    expect(outcome.readings.length).toBeGreaterThan(0)
    expect(outcome.rejects).toEqual([])
  })

  it.each([
    ['nothing', ''],
    ['half an item', `{"ts":${ts},"kw":1`],
    ['half an array', `[{"ts":${ts},"kw":1}`],
    ['half a text', `{"ts":${ts},"kw":1,"n":"`],
    ['more than one item', `{"ts":${ts},"kw":1}{"ts":${ts},"kw":1}`],
    ['a comma too many', `{"ts":${ts},"kw":1,}`],
    ['an item too few', `[{"ts":${ts},"kw":1},]`],
    ['depth', '['.repeat(200_000)],
    ['depth in a member', `{"ts":${ts},"kw":1,"n":${'{"n":'.repeat(100_000)}`],
    [
      'what is not UTF-8',
      Buffer.concat([Buffer.from(`{"ts":${ts},"kw":1,"n":"`), Buffer.from([0xff, 0x22, 0x7d])])
    ],
    ['one bad item', `[{"ts":${ts},"kw":1},{"ts":5,"kw":1},{"ts":${ts},"kw":3}]`],
    ['a prototype', `{"__proto__":{"ts":${ts},"kw":1}}`]
  ])('%s is judged by the full parse alone', async (_what, payload) => {
    const bytes = Buffer.from(payload)
    const { outcome, isSlow } = await taken(M1, bytes)
    expect(isSlow).toBe(true)
    expect(outcome).toEqual(decoded(M1, bytes))
    expect(outcome.rejects.length).toBe(1)
  })
})

function members(count: number): string {
  return Array.from({ length: count }, (_, n) => `"u${n}":${n}`).join(',')
}

/** Short items, whose lines are much longer than they. */
function trifles(count: number): string {
  return `[${new Array(count).fill(`{"ts":${ts},"kw":1}`).join(',')}]`
}

it('says the same as the full parse, whatever comes', async () => {
  let slow = 0
  let total = 0
  await fc.assert(
    fc.asyncProperty(payloads(now), async ({ topic, payload }) => {
      const { outcome, counts, isSlow } = await taken(topic, payload)
      const expected = decoded(topic, payload)
      expect(outcome).toEqual(expected)
      expect(counts).toEqual({ messages: 1, readings: expected.readings.length })
      total++
      if (isSlow) slow++
    }),
    { numRuns: 1500, seed: 20261122 }
  )
  // Both ways were gone, each often.
  expect(slow).toBeGreaterThan(total / 5)
  expect(slow).toBeLessThan((total * 4) / 5)
})
