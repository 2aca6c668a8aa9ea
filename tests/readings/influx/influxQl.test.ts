import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  boundedSpan,
  during,
  halves,
  oneOf,
  quotedName,
  quotedText
} from '../../../server/readings/influx/influxQl.ts'

describe('quoting', () => {
  it.each([
    [`it's`, `'it\\'s'`],
    [`back\\slash'`, `'back\\\\slash\\''`],
    ['two\nlines', `'two\\nlines'`]
  ])('keeps the text %j inside its quotes', (text, quoted) => expect(quotedText(text)).toBe(quoted))

  it('keeps a name inside its quotes', () => expect(quotedName('a"b\\')).toBe('"a\\"b\\\\"'))

  it('ends a text only where it ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", '\\', 'a', '"', ' ', '\n') }), text => {
        // Without what is escaped, no quote is left but the two outer ones.
        expect(quotedText(text).replace(/\\./g, '')).toMatch(/^'[^'\\]*'$/)
      })
    )
  })
})

describe('oneOf', () => {
  it('compares one value and matches many', () => {
    expect(oneOf('id', ['M-1'])).toBe(`"id" = 'M-1'`)
    expect(oneOf('id', ['M-1', 'M_2'])).toBe('"id" =~ /^(?:M-1|M_2)$/')
  })

  it('takes nothing in a value for a part of the expression', () => {
    expect(oneOf('id', ['.*', 'a|b', 'x/ OR', 'Ω'])).toBe(
      '"id" =~ /^(?:\\x{2e}\\x{2a}|a\\x{7c}b|x\\x{2f}\\x{20}OR|\\x{3a9})$/'
    )
  })
})

describe('spans', () => {
  it('bounds what is open or no whole millisecond', () => {
    expect(boundedSpan({ from: -5, to: Number.POSITIVE_INFINITY })).toEqual({
      from: 0,
      to: 9_223_372_036_854
    })
    expect(during(boundedSpan({ from: 1.5, to: 2.5 }))).toBe('time >= 2ms AND time < 3ms')
  })

  it('halves without a gap', () => {
    expect(halves({ from: 10, to: 15 })).toEqual([
      { from: 10, to: 12 },
      { from: 12, to: 15 }
    ])
  })
})
