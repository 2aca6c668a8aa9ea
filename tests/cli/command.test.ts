import { expect, it } from 'vitest'
import { counted, sizeOf } from '../../server/cli/command.ts'

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1536, '1.5 KiB'],
  [128 * 2 ** 20, '128.0 MiB'],
  [4 * 2 ** 30, '4.0 GiB'],
  [2 ** 42, '4096.0 GiB']
])('%i bytes are %s', (bytes, words) => {
  expect(sizeOf(bytes)).toBe(words)
})

it('counts one and many', () => {
  expect([counted(1, 'frame'), counted(2, 'frame'), counted(0, 'status', 'statuses')]).toEqual([
    ...['1 frame', '2 frames', '0 statuses']
  ])
})
