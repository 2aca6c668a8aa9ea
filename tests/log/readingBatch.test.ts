import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import { batchOf, ReadingBatch, sharedBatchMemory } from '../../server/log/readingBatch.ts'
import { anyReading } from './anyReading.ts'

const meter = (index: number): Reading => ({
  kind: 'meter',
  id: `M${index}`,
  ts: 1_700_000_000_000 + index,
  issued: null,
  intervalS: 0,
  quality: 0,
  values: { kw: index / 10 }
})
const meters = (count: number) => Array.from({ length: count }, (_, index) => meter(index))

describe('a batch', () => {
  it('gives back the readings it was made of, and their lines', () => {
    fc.assert(
      fc.property(fc.array(anyReading), readings => {
        const batch = batchOf(readings)
        expect(batch.readings()).toEqual(readings)
        for (const [row, reading] of readings.entries())
          expect(`${batch.line(row)}\n`).toBe(encodeReadings([reading]).toString())
      }),
      { numRuns: 300, seed: 11 }
    )
  })

  it('has the same hash for the same source and, as good as always, another for another', () => {
    const hashes = new Map<number, string>()
    for (const kind of ['meter', 'transformer', 'weather', 'forecast'] as const) {
      for (let index = 0; index < 2000; index++) {
        const issued = kind === 'forecast' ? 1 : null
        const batch = batchOf([1, 2].map(ts => ({ ...meter(index), kind, issued, ts, values: { q: ts } })))
        expect(batch.hash[0]).toBe(batch.hash[1])
        hashes.set(batch.hash[0] ?? 0, `${kind} ${index}`)
      }
    }
    expect(hashes.size).toBeGreaterThan(7990)
  })

  it('knows nothing of a member that was not sent', () => {
    const batch = batchOf([{ ...meter(1), values: { kw: 0 } }])
    expect(batch.value(0, 'kw')).toBe(0)
    expect(batch.value(0, 'kvar')).toBeNaN()
    expect(batch.issued[0]).toBeNaN()
  })

  it('is cleared and filled again without a trace of before', () => {
    const batch = new ReadingBatch({ capacity: 3 })
    batch.add(encodeReadings([{ ...meter(1), values: { kw: 1, v: 230 } }, meter(2)]))
    batch.clear()
    expect(batch.readings()).toEqual([])
    batch.add(encodeReadings([meter(3)]))
    expect(batch.readings()).toEqual([meter(3)])
    batch.add(encodeReadings([meter(4), meter(5)]))
    batch.truncate(2)
    expect(batch.readings()).toEqual([meter(3), meter(4)])
  })
})

describe('a full batch', () => {
  it('says where to go on', () => {
    const body = encodeReadings(meters(10))
    const batch = new ReadingBatch({ capacity: 4 })
    const runs: Reading[][] = []
    for (let from = 0; from < body.length; ) {
      batch.clear()
      from = batch.add(body, from)
      runs.push(batch.readings())
    }
    expect(runs.map(({ length }) => length)).toEqual([4, 4, 2])
    expect(runs.flat()).toEqual(meters(10))
  })

  it('is also full when its bytes are: long lines', () => {
    const values = {
      kw: 1.2345678901234567,
      kvar: 1.2345678901234567,
      v: 1.2345678901234567,
      pf: 0.12345678901234566
    }
    const long = meters(10).map(reading => ({ ...reading, id: reading.id.padEnd(64, 'x'), values }))
    const body = encodeReadings(long)
    const batch = new ReadingBatch({ capacity: 10 })
    const next = batch.add(body)
    expect(batch.count).toBeLessThan(10)
    expect(batch.count).toBeGreaterThan(5)
    const first = batch.readings()
    batch.clear()
    expect(batch.add(body, next)).toBe(body.length)
    expect([...first, ...batch.readings()]).toEqual(long)
  })

  it('takes nothing more', () => {
    const batch = new ReadingBatch({ capacity: 1 })
    const body = encodeReadings(meters(2))
    const next = batch.add(body)
    expect(batch.add(body, next)).toBe(next)
    expect(batch.readings()).toEqual(meters(1))
  })
})

describe('memory shared between threads', () => {
  it('shows the same in another view', () => {
    const memory = sharedBatchMemory(5)
    const one = new ReadingBatch({ buffer: memory })
    const two = new ReadingBatch({ buffer: memory })
    expect(one.capacity).toBe(5)
    one.add(encodeReadings(meters(4)))
    expect(two.readings()).toEqual(meters(4))
    two.quality[2] = 8
    expect(one.reading(2).quality).toBe(8)
    two.clear()
    expect(one.count).toBe(0)
  })
})

const lineWith = (value: string) =>
  Buffer.from(`meter,id=M1 kw=${value},interval_s=0,quality=0 1700000000000\n`, 'latin1')

describe('the scanner of lines', () => {
  it('reads every number to the bit as Number does', () => {
    const digits = fc.stringMatching(/^\d{1,20}$/)
    const text = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => JSON.stringify(value)),
      fc.tuple(fc.constantFrom('', '-'), digits).map(([sign, whole]) => sign + whole),
      fc
        .tuple(fc.constantFrom('', '-'), digits, digits)
        .map(([sign, whole, decimals]) => `${sign}${whole}.${decimals}`),
      fc
        .tuple(digits, fc.constantFrom('e', 'E', 'e+', 'e-', 'E-'), fc.nat(250))
        .map(([whole, mark, power]) => `${whole}${mark}${power}`)
    )
    fc.assert(
      fc.property(text, value => {
        const batch = new ReadingBatch({ capacity: 1 })
        batch.add(lineWith(value))
        expect(Object.is(batch.value(0, 'kw'), Number(value))).toBe(true)
      }),
      { numRuns: 5000, seed: 5 }
    )
  })

  it.each([
    '0',
    '-0',
    '0.1',
    '123456789012345',
    '0.123456789012345',
    '999999999999999',
    '9007199254740993',
    '00.50'
  ])('reads %s to the bit', value => {
    const batch = new ReadingBatch({ capacity: 1 })
    batch.add(lineWith(value))
    expect(Object.is(batch.value(0, 'kw'), Number(value))).toBe(true)
  })

  it.each([
    'meter,id=M1 kw=1,interval_s=0,quality=0',
    'meter,id=M1 kw=1,quality=0 1700000000000',
    'meter,id=M1 kw=1,interval_s=0 1700000000000',
    'meter,id=M1 kw=1i,interval_s=0,quality=0 1700000000000',
    'meter,id=M1 kw=,interval_s=0,quality=0 1700000000000',
    'meter,id=M1 kw=.5,interval_s=0,quality=0 1700000000000',
    'meter,id=M1 kw=5.,interval_s=0,quality=0 1700000000000',
    'meter,id=M1 kw=0x10,interval_s=0,quality=0 1700000000000',
    'meter,id=M1 kw=1e999,interval_s=0,quality=0 1700000000000',
    'meter,id=M1 kw=NaN,interval_s=0,quality=0 1700000000000',
    'meter,id=M1 watts=1,interval_s=0,quality=0 1700000000000',
    'meter,id=M1 kw=1,interval_s=0,quality=0 1700000000000 5',
    'meter,id=M1,issued=5 kw=1,interval_s=0,quality=0 1700000000000',
    'meter,id=M1,issuer=5 kw=1,interval_s=0,quality=0 1700000000000',
    'weather_forecast,id=M1 temp_c=1,interval_s=0,quality=0 1700000000000',
    'weather_forecast,id=M1,madeby=5 temp_c=1,interval_s=0,quality=0 1700000000000',
    'meter,id= kw=1,interval_s=0,quality=0 1700000000000',
    `meter,id=${'M'.repeat(65)} kw=1,interval_s=0,quality=0 1700000000000`,
    'pump,id=M1 kw=1,interval_s=0,quality=0 1700000000000',
    ''
  ])('refuses %j and shows it', line => {
    const batch = new ReadingBatch({ capacity: 5 })
    const body = Buffer.concat([
      encodeReadings([meter(1)]),
      Buffer.from(`${line}\n`),
      encodeReadings([meter(2)])
    ])
    expect(() => batch.add(body)).toThrow(SyntaxError)
    expect(() => batch.add(body)).toThrow(line.slice(0, 200))
    expect(batch.readings()).toEqual([meter(1), meter(1)])
  })

  it('refuses a line whose end is missing', () => {
    const body = encodeReadings([meter(1)])
    for (let length = 1; length < body.length; length++)
      expect(() => new ReadingBatch().add(body.subarray(0, length))).toThrow(SyntaxError)
  })
})
