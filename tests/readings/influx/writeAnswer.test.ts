import { describe, expect, it } from 'vitest'
import { readWriteAnswer, waitMs } from '../../../server/readings/influx/writeAnswer.ts'
import { StoreError } from '../../../server/readings/store.ts'
import { NOON } from '../readings.ts'

const words = { missing: 'create it', denied: 'check the token' }
const read = (status: number, body: string, lines = 10, retryAfter: string | null = null) =>
  readWriteAnswer({ status, body, retryAfter }, { lines, words, now: NOON })

describe('readWriteAnswer', () => {
  it.each([
    [204, '', null],
    [201, '', null],
    [413, 'too large', { what: 'too-big' }],
    [
      400,
      `{"error":"partial write: unable to parse 'x': missing fields dropped=0"}`,
      { what: 'some', reason: `partial write: unable to parse 'x': missing fields dropped=0` }
    ],
    [
      400,
      '{"error":"partial write: points beyond retention policy dropped=10"}',
      { what: 'all', reason: 'partial write: points beyond retention policy dropped=10' }
    ],
    [
      422,
      '{"code":"unprocessable entity","message":"failure writing points to database: partial write: field type conflict: x dropped=1"}',
      {
        what: 'some',
        reason: 'failure writing points to database: partial write: field type conflict: x dropped=1'
      }
    ],
    [
      400,
      '{"error":"partial write of line protocol occurred","data":[{"line_number":3,"error_message":"bad"}]}',
      { what: 'these', refused: new Map([[2, 'bad']]) }
    ],
    [
      400,
      '{"error":"parsing failed for write_lp endpoint","data":{"line_number":1,"error_message":"bad"}}',
      { what: 'these', refused: new Map([[0, 'bad']]) }
    ]
  ])('%i %s', (status, body, expected) => expect(read(status, body)).toEqual(expected))

  it.each([
    [401, '', 'paused', 'check the token'],
    [403, '{"message":"no"}', 'paused', 'no'],
    [404, '{"error":"database not found"}', 'paused', 'create it'],
    [400, 'Bad Request from a proxy', 'paused', 'Bad Request from a proxy'],
    [400, '{"error":"partial write: max-values-per-tag limit exceeded dropped=10"}', 'paused', 'tsi1'],
    [
      400,
      '{"error":"partial write: max-series-per-database limit exceeded: (1000000) dropped=10"}',
      'paused',
      'tsi1'
    ],
    [500, '', 'unavailable', 'no reason given'],
    [302, '', 'unavailable', '302']
  ])('%i %s is %s', (status, body, what, word) => {
    const error = (() => {
      try {
        return read(status, body)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(StoreError)
    expect((error as StoreError).what).toBe(what)
    expect((error as StoreError).message).toContain(word)
  })

  it('pauses where not even one line is small enough', () => {
    expect(() => read(413, '', 1)).toThrow(/max-body-size/)
  })
})

describe('waitMs', () => {
  it.each([
    [null, null],
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['86400', 600_000],
    [new Date(NOON + 5_000).toUTCString(), 5_000],
    [new Date(NOON - 5_000).toUTCString(), 0],
    ['soon', null]
  ])('%j', (header, expected) => expect(waitMs(header, NOON)).toBe(expected))
})
