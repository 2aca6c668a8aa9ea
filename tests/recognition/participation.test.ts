import { expect, test } from 'vitest'
import type { AnswerWord } from '../../server/contract/events.ts'
import { tookPart } from '../../server/recognition/participation.ts'

test.each<[AnswerWord | null, number | null, boolean]>([
  ['accept', 0.95, true],
  ['accept', -0.2, true],
  ['accept', null, true],
  [null, 0.5, true],
  [null, 0.1, true],
  [null, 0.09, false],
  [null, -0.5, false],
  [null, null, true],
  ['decline', 0.8, true],
  ['decline', 0.02, false],
  ['decline', null, false],
  ['opt-out', 0.4, true],
  ['opt-out', 0, false],
  ['opt-out', null, false]
])('answer %s, delivered share %s: %s', (answer, ratio, expected) => {
  const said = answer && {
    answer,
    version: 2,
    at: '',
    via: 'mqtt' as const,
    kw: null,
    reasonCode: null,
    reason: null
  }
  expect(tookPart({ answer: said }, { ratio })).toBe(expected)
})

test('no result at all is as not measurable', () => {
  expect(tookPart({ answer: null }, undefined)).toBe(true)
})
