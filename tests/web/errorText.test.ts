import { expect, test } from 'vitest'
import { errorText, saidText } from '../../web/src/errorText.ts'
import { createFormat } from '../../web/src/format.ts'
import { vi } from '../../web/src/i18n/vi.ts'
import { ApiError } from '../../web/src/send.ts'

const display = { words: vi, language: 'vi' as const, format: createFormat('vi', 'Asia/Ho_Chi_Minh') }

test('a time in a sentence of the server stands by the local clock', () => {
  expect(saidText('CE-1 ends at 2026-11-23T20:30:00.000Z, not before', display)).toBe(
    'CE-1 ends at 24/11 03:30, not before'
  )
})

test.each([
  ['refused', new ApiError(409, 'not so', 'about:blank', 'ab12'), `not so (${vi.common.reference} ab12)`],
  ['out of reach', new ApiError(0, ''), vi.common.offline],
  ['a mistake of the page', new Error('no such thing'), 'no such thing']
])('%s', (_, error, said) => {
  expect(errorText(error, display)).toBe(said)
})
