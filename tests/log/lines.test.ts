import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { decodeReadings, encodeReadings } from '../../server/log/lines.ts'
import { anyReading } from './anyReading.ts'

const reading: Reading = {
  kind: 'meter',
  id: 'M1',
  ts: 1_700_000_000_000,
  issued: null,
  intervalS: 0,
  quality: 0,
  values: { kw: 12.5, kvar: -1, q: 4 }
}

describe('the lines are what InfluxDB is given', () => {
  it.each<[string, Partial<Reading>]>([
    ['meter,id=M1 kw=12.5,kvar=-1,q=4,interval_s=0,quality=0 1700000000000', {}],
    [
      'meter,id=M1 kw=3,interval_s=900,quality=2 1700000000000',
      { values: { kw: 3 }, intervalS: 900, quality: 2 }
    ],
    [
      'transformer,id=T-1 kva=400,oil_c=61.5,tap=-3,interval_s=0,quality=0 1700000000000',
      { kind: 'transformer', id: 'T-1', values: { tap: -3, oil_c: 61.5, kva: 400 } }
    ],
    [
      'weather,id=W temp_c=1e-7,interval_s=0,quality=0 1700000000000',
      { kind: 'weather', id: 'W', values: { temp_c: 1e-7 } }
    ],
    [
      'weather_forecast,id=W,issued=1699999000000 temp_c=31,interval_s=0,quality=0 1700000000000',
      { kind: 'forecast', id: 'W', issued: 1_699_999_000_000, values: { temp_c: 31 } }
    ]
  ])('%s', (line, change) => {
    expect(encodeReadings([{ ...reading, ...change }]).toString()).toBe(`${line}\n`)
  })

  it('ends every line, so that bodies can be joined', () => {
    const body = Buffer.concat([encodeReadings([reading]), encodeReadings([reading, reading])])
    expect(decodeReadings(body)).toEqual([reading, reading, reading])
  })

  it('does not write what is not finite', () => {
    expect(() => encodeReadings([{ ...reading, values: { kw: Number.NaN } }])).toThrow('meter M1: kw is NaN')
  })
})

describe('the parser takes nothing but our own lines', () => {
  it.each([
    ['meter,id=M1 kw=1,interval_s=0,quality=0 1700000000000'],
    ['meter,id=M1 kw=1,interval_s=0,quality=0\n'],
    ['meter,id=M1 kw=1,quality=0 1700000000000\n'],
    ['meter,id=M1 kw=1i,interval_s=0,quality=0 1700000000000\n'],
    ['meter,id=M1 kw=,interval_s=0,quality=0 1700000000000\n'],
    ['meter,id=M1 kw=0x10,interval_s=0,quality=0 1700000000000\n'],
    ['meter,id=M1 kw=1e999,interval_s=0,quality=0 1700000000000\n'],
    ['meter,id=M1 temp_c=1,interval_s=0,quality=0 1700000000000\n'],
    ['meter,id=M1 kw=1,interval_s=0,quality=0 1.5\n'],
    ['meter,id=M1,issued=5 kw=1,interval_s=0,quality=0 1700000000000\n'],
    ['weather_forecast,id=M1 temp_c=1,interval_s=0,quality=0 1700000000000\n'],
    ['pump,id=M1 kw=1,interval_s=0,quality=0 1700000000000\n'],
    ['meter,id= kw=1,interval_s=0,quality=0 1700000000000\n'],
    ['meter,id=M1 kw=1,interval_s=0,quality=0 1700000000000 5\n'],
    ['\n']
  ])('%j', text => {
    expect(() => decodeReadings(Buffer.from(text))).toThrow(SyntaxError)
  })
})

it('every reading comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(anyReading), readings => {
      expect(decodeReadings(encodeReadings(readings))).toEqual(readings)
    }),
    { numRuns: 200, seed: 7 }
  )
})
