import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTopic, readingSenders, subscriptionFilters, topics } from '../../server/contract/topics.ts'
import { endOfNumber, endOfScalar, endOfString, exactNumber } from '../../server/ingest/jsonTokens.ts'
import { scanEpochMs, scanTime } from '../../server/ingest/scanTime.ts'
import { ahead, readTime } from '../../server/ingest/timestamps.ts'
import { type Sender, scanTopic } from '../../server/ingest/topicScanner.ts'

describe('topics', () => {
  function senderOf(topic: string): string | null {
    const bytes = Buffer.from(`a/${topic}/b`)
    const sender: Sender = { kind: -1, bytes, idStart: 0, idEnd: 0 }
    if (!scanTopic(bytes, 2, bytes.length - 2, sender)) return null
    const { kind, idStart, idEnd } = sender
    return `${readingSenders[kind]} ${sender.bytes.toString('latin1', idStart, idEnd)}`
  }

  /** What the reader of topics as text finds, if it carries readings. */
  function parsed(topic: string): string | null {
    const found = parseTopic(topic)
    return found === null || !('id' in found) || found.what === 'status' ? null : `${found.what} ${found.id}`
  }

  it.each([
    [topics.meterReading('M1'), 'meter M1'],
    [topics.transformerReading('T-1_b'), 'transformer T-1_b'],
    [topics.weatherObservation('x'.repeat(64)), `weather ${'x'.repeat(64)}`],
    [topics.weatherForecast('W1'), 'forecast W1'],
    [topics.concentratorReadings('C1'), 'concentrator C1'],
    [topics.status('M1'), null],
    [topics.answer('M1'), null],
    [topics.meterReading(''), null],
    [topics.meterReading('a/b'), null],
    [topics.meterReading('x'.repeat(65)), null],
    [topics.meterReading('ấp'), null],
    ['gridload/v1/meter/reading', null],
    ['', null]
  ])('%s: %s', (topic, expected) => {
    expect(senderOf(topic)).toBe(expected)
    expect(parsed(topic)).toBe(expected)
  })

  it('are recognised as their text is, one letter more, less or other', () => {
    const filter = fc.constantFrom(...subscriptionFilters)
    const id = fc.constantFrom('M1', 'a-b_C', 'reading', 'meter')
    const edit = fc.tuple(fc.nat(), fc.constantFrom('', 'x', '/', '+', 'ü', '\0', 's'), fc.nat({ max: 1 }))
    fc.assert(
      fc.property(filter, id, edit, (pattern, name, [place, inserted, removed]) => {
        const topic = pattern.replace('+', name)
        const at = place % (topic.length + 1)
        const edited = topic.slice(0, at) + inserted + topic.slice(at + removed)
        expect(senderOf(edited)).toBe(parsed(edited))
      }),
      { numRuns: 500, seed: 7 }
    )
  })
})

describe('times', () => {
  const now = Date.parse('2026-11-22T05:00:00Z')

  function scanned(text: string): number | null {
    const bytes = Buffer.from(`"${text}"9`)
    const into = new Float64Array(2)
    return scanTime(bytes, 1, bytes.length - 2, into, 1) ? (into[1] ?? null) : null
  }

  it.each([
    ['2026-11-22T04:59:00Z', Date.UTC(2026, 10, 22, 4, 59)],
    ['2000-01-01T00:00:00Z', Date.UTC(2000, 0, 1)],
    ['2024-02-29T23:59:59.999Z', Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
    ['2026-01-01T00:00:00+07:00', Date.UTC(2025, 11, 31, 17)],
    ['2026-12-31T23:00:00.25-01:30', Date.UTC(2027, 0, 1, 0, 30, 0, 250)],
    ['2026-11-22T04:59:00.1239999Z', Date.UTC(2026, 10, 22, 4, 59, 0, 123)],
    ['2025-02-29T00:00:00Z', null],
    ['2026-04-31T00:00:00Z', null],
    ['2026-13-01T00:00:00Z', null],
    ['2026-11-22T24:00:00Z', null],
    ['2026-11-22T04:60:00Z', null],
    ['2016-12-31T23:59:60Z', null],
    ['2026-11-22T04:59:00', null],
    ['2026-11-22T04:59:00.Z', null],
    ['2026-11-22T04:59:00+0700', null],
    ['2026-11-22T04:59:00+24:00', null],
    ['2026-11-22T04:59:00Zx', null],
    ['1999-12-31T23:59:59Z', null],
    ['２026-11-22T04:59:00Z', null]
  ])('%s is %s', (text, expected) => {
    expect(scanned(text)).toBe(expected)
  })

  it('are those of the full reader, on every day of a century', () => {
    for (let day = Date.UTC(2000, 0, 1); day < Date.UTC(2026, 10, 22); day += 86_400_000) {
      const text = new Date(day + (day % 86_399_999)).toISOString()
      expect(scanned(text)).toBe(Date.parse(text))
    }
  })

  it('are those of the full reader wherever one is found', () => {
    const two = (max: number) => fc.nat({ max }).map(part => String(part).padStart(2, '0'))
    const zone = fc.oneof(
      fc.constantFrom('Z', 'z', ''),
      fc.tuple(fc.constantFrom('+', '-'), two(25), two(61)).map(([sign, h, m]) => `${sign}${h}:${m}`)
    )
    const fraction = fc.oneof(
      fc.constant(''),
      fc.nat({ max: 99_999 }).map(digits => `.${digits}`)
    )
    const text = fc
      .tuple(two(27), two(13), two(32), two(25), two(61), two(61), fraction, zone)
      .map(([y, mo, d, h, mi, s, f, z]) => `20${y}-${mo}-${d}T${h}:${mi}:${s}${f}${z}`)
    fc.assert(
      fc.property(text, spelt => {
        const found = scanned(spelt)
        if (found !== null && found >= Date.UTC(2000, 0, 2) && found <= now)
          expect(found).toBe(readTime(spelt, 'ts', now, ahead.hour))
        if (found === null && /^20..-0[1-9]-[12].T0.:[0-5].:[0-5].Z$/.test(spelt))
          expect(readTime(spelt, 'ts', now, ahead.hour)).toBeTypeOf('string')
      }),
      { numRuns: 1000, seed: 11 }
    )
  })

  it.each([
    ['1795323600000', 1_795_323_600_000, 13],
    ['946684800000', 946_684_800_000, 12],
    ['999999999999999', 999_999_999_999_999, 15],
    ['1', 1, 1],
    ['1795323600000.5', 1_795_323_600_000, 13],
    ['1000000000000000', null, -1],
    ['01', null, -1],
    ['-5', null, -1],
    ['x', null, -1]
  ])('%s epoch ms', (text, expected, end) => {
    const into = new Float64Array(1).fill(NaN)
    expect(scanEpochMs(Buffer.from(`${text},`), 0, into, 0)).toBe(end)
    if (expected !== null) expect(into[0]).toBe(expected)
  })
})

describe('numbers', () => {
  it.each(['0', '-1', '12.50', '0.000', '230.4', '-0.5', '123456789.123456789012345'])('%s', text => {
    expect(endOfNumber(Buffer.from(`${text},`), 0)).toBe(text.length)
  })

  it.each(['', '-', '.5', '1.', '01', '-01', '-0', '-0.00', '+1', 'NaN', '1'.repeat(26)])('not %s', text => {
    expect(endOfNumber(Buffer.from(`${text},`), 0)).toBe(-1)
  })

  it('end where JSON has them end, and the kept text is the same double', () => {
    const digits = fc.stringMatching(/^-?\d{1,12}(\.\d{0,12})?$/)
    fc.assert(
      fc.property(fc.oneof(digits, fc.double({ min: -1e9, max: 1e9, noNaN: true }).map(String)), text => {
        const end = endOfNumber(Buffer.from(`${text}}`), 0)
        // An exponent is seen by what follows the number.
        if (end !== text.length) return
        expect(Object.is(JSON.parse(text), Number(text))).toBe(true)
        const exact = exactNumber(Buffer.from(text), 0, text.length)
        if (!text.startsWith('-') && !Number.isNaN(exact)) expect(exact).toBe(Number(text))
      }),
      { numRuns: 1000, seed: 13 }
    )
  })
})

describe('strings and other values', () => {
  it.each([
    ['"abc"', 5],
    ['""', 2],
    ['"Trạm"', 8],
    ['null', 4],
    ['true', 4],
    ['false', 5],
    ['-1.5', 4],
    ['"a\\n"', -1],
    ['"a\tb"', -1],
    ['"open', -1],
    ['nul', -1],
    ['trve', -1],
    ['{}', -1],
    ['[]', -1],
    ['', -1]
  ])('%j ends at %i', (text, end) => {
    expect(endOfScalar(Buffer.from(text), 0)).toBe(end)
  })

  it.each([[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]])('must be UTF-8: %i', (...bytes) => {
    expect(endOfString(Buffer.from([...bytes, 0x22]), 0)).toBe(-1)
  })
})
