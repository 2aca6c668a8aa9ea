import { encode, Tagged } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCbor, parseCbor } from '../../server/ingest/cbor.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const read = (payload: Buffer) => {
  const parsed = parseCbor(payload)
  return 'value' in parsed ? parsed.value : parsed.reason
}
const reasonOf = (payload: Buffer) => {
  const parsed = parseCbor(payload)
  return 'reason' in parsed ? parsed.reason : null
}

describe('what a device sends', () => {
  it.each([
    // RFC 8949 appendix A, and readings as a device's encoder writes them.
    ['a reading', 'a2 62 7473 1b 0000018bcfe56800 62 6b77 fb 4029000000000000', { ts: 1.7e12, kw: 12.5 }],
    ['a character of replacement', '63 efbfbd', '\ufffd'],
    ['half and single precision', 'a2 61 61 f9 4a40 61 62 fa 47c35000', { a: 12.5, b: 100000 }],
    ['a map of unknown length', 'bf 62 6b77 01 ff', { kw: 1 }],
    ['an array of unknown length', '9f a1 62 6b77 01 a1 62 6b77 02 ff', [{ kw: 1 }, { kw: 2 }]],
    ['null and a negative integer', 'a2 61 76 f6 62 6b77 38 63', { v: null, kw: -100 }],
    ['the time as text (tag 0)', 'c0 74 323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'],
    ['epoch seconds (tag 1)', 'c1 1a 514b67b0', 1363896240000],
    ['epoch seconds with a fraction (tag 1)', 'c1 fb 41d452d9ec200000', 1363896240500],
    ['self-described', 'd9 d9f7 a1 62 6b77 01', { kw: 1 }]
  ])('%s', (_what, payload, expected) => {
    expect(read(hex(payload))).toEqual(expected)
  })

  it('gives what the encoder writes as JSON would', () => {
    const readings = [
      { ts: '2026-11-22T04:59:00+07:00', interval: 1800, kw: -3.25, meter: 'Trạm-1', q: null },
      { ts: 1.7e12, kw: 0, nested: { list: [1, 'two', true, []], none: {} } }
    ]
    expect(read(Buffer.from(encode(readings)))).toEqual(readings)
  })

  it('leaves numbers that are none to the readers', () => {
    expect(read(hex('83 f97e00 f97c00 f9fc00'))).toEqual([NaN, Infinity, -Infinity])
  })
})

describe('what is refused', () => {
  it.each([
    ['nothing', '', 'payload is empty'],
    ['bytes after the value', 'a1 62 6b77 01 00', 'makes no sense'],
    ['a map cut off', 'a2 62 6b77 01', 'map but not enough entries'],
    ['a text cut off', '63 6b77', 'not enough data'],
    ['a key that is a number', 'a1 01 02', 'non-string keys'],
    ['a key that is a text of bytes', 'a1 42 6b77 01', 'byte strings'],
    ['a key twice', 'a2 62 6b77 01 62 6b77 02', 'repeat map key'],
    ['an integer beyond the safe ones', '1b 0020000000000001', 'integers outside'],
    ['a negative one', '3b 0020000000000001', 'integers outside'],
    ['undefined', '81 f7', 'undefined values'],
    ['a tag of another meaning', 'c2 41 01', 'tag not supported (2)'],
    ['a tag 0 that is no text', 'c0 01', 'tag 0 is not a text'],
    ['a tag 1 that is no number', 'c1 61 31', 'tag 1 is not a number'],
    ['a tag 1 that is not finite', 'c1 f97e00', 'tag 1 is not a number'],
    ['text that is not UTF-8', '62 c328', 'not UTF-8'],
    ['a break out of place', 'ff', 'unexpected break'],
    ['an array that claims 2^32 items', '9a ffffffff', 'not enough entries'],
    ['a reserved byte', '1c', 'invalid minor']
  ])('%s', (_what, payload, reason) => {
    expect(reasonOf(hex(payload))).toContain(reason)
  })

  it.each([
    ['arrays', Buffer.alloc(500_000, 0x81)],
    ['arrays of unknown length', Buffer.alloc(500_000, 0x9f)],
    ['maps', Buffer.from('a16161'.repeat(100_000), 'hex')],
    ['tags', Buffer.concat([Buffer.from('d9d9f7'.repeat(100_000), 'hex'), Buffer.from([1])])]
  ])('deep nesting of %s, without following it', (_what, payload) => {
    expect(reasonOf(payload)).toContain('nested deeper than 16')
  })

  it('takes 16 levels, and siblings at any of them', () => {
    const nest = (depth: number): unknown => (depth === 0 ? 1 : [nest(depth - 1), [], {}])
    expect(read(Buffer.from(encode(nest(15))))).toEqual(nest(15))
    expect(reasonOf(Buffer.from(encode(nest(17))))).toContain('nested deeper')
  })

  it('a megabyte of empty maps', () => {
    const bomb = Buffer.alloc(1_000_000, 0xa0)
    bomb.write('9f', 'hex')
    expect(reasonOf(bomb)).toContain('more than 100000 arrays and maps')
  })

  it('too many bytes', () => {
    expect(reasonOf(Buffer.alloc(1024 * 1024 + 1))).toContain('more than 1048576')
  })
})

describe('safety', () => {
  it('pollutes no prototype', () => {
    const value = read(Buffer.from('a1695f5f70726f746f5f5fa1626b7705', 'hex')) as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>).kw).toBeUndefined()
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
        const parsed = parseCbor(Buffer.from(bytes))
        expect('value' in parsed || parsed.reason.length > 0).toBe(true)
        isCbor(Buffer.from(bytes))
      }),
      { seed: 3, numRuns: 2000 }
    )
  })

  it('reads every JSON value back, cut anywhere gives a reason', () => {
    const json = fc.jsonValue({ maxDepth: 6 })
    fc.assert(
      fc.property(json, fc.nat(1000), (value, cut) => {
        const payload = Buffer.from(encode(value))
        expect(read(payload)).toEqual(value)
        const short = payload.subarray(0, cut % payload.length)
        expect(reasonOf(short)).not.toBeNull()
      }),
      { seed: 4, numRuns: 500 }
    )
  })
})

describe('telling it from JSON', () => {
  it.each([
    ['a map', 'a1626b7701', true],
    ['an array', '9fff', true],
    ['self-described', 'd9d9f7a0', true],
    ['another tag', 'd9d9f8a0', false],
    ['one byte of a tag', 'd9', false],
    ['a JSON object', '7b7d', false],
    ['a JSON array', '5b5d', false],
    ['a byte order mark', 'efbbbf7b7d', false],
    ['nothing', '', false]
  ])('%s: %s', (_what, payload, expected) => {
    expect(isCbor(hex(payload))).toBe(expected)
  })

  it('an encoder of tags agrees', () => {
    const item = { ts: new Tagged(1, 1_700_000_000), kw: 1 }
    expect(read(Buffer.from(encode(item)))).toEqual({ ts: 1.7e12, kw: 1 })
  })
})
