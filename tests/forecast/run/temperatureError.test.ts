import { expect, it } from 'vitest'
import { emptyHistory, HALF_HOUR_MS, putInto } from '../../../server/forecast/history/history.ts'
import { dayErrorK, usualErrorK } from '../../../server/forecast/run/temperatureError.ts'

const from = Date.parse('2026-06-20T00:00:00+07:00')
const to = from + 48 * HALF_HOUR_MS
const history = emptyHistory(2)
const t = Array.from({ length: 48 }, (_, i) => from + i * HALF_HOUR_MS)
putInto(history, t, [t.map((_, i) => 25 + (i % 2)), t.map(() => null)])
const foretold = (hours: number) => {
  const at = Array.from({ length: hours }, (_, i) => from + 2 * i * HALF_HOUR_MS)
  return { t: at, intervalS: at.map(() => 3600), columns: { temp_c: at.map(() => 28) } }
}

it('is the mean of a day, where three quarters of it are both foretold and observed', () => {
  expect(dayErrorK(history, foretold(24), from, to)).toBeCloseTo(2.5)
  expect(dayErrorK(history, foretold(18), from, to)).toBeCloseTo(2.5)
  expect(dayErrorK(history, foretold(17), from, to)).toBeNull()
  expect(dayErrorK(emptyHistory(2), foretold(24), from, to)).toBeNull()
})

it('the usual one is the root mean square of at least seven days', () => {
  expect(usualErrorK([3, -3, 3, -3, null, 3, -3, 3])).toBeCloseTo(3)
  expect(usualErrorK([3, 3, 3, 3, 3, 3, null])).toBeNull()
})
