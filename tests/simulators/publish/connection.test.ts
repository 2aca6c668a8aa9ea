import { expect, it } from 'vitest'
import { withoutPassword } from '../../../simulators/publish/connection.ts'

it.each([
  ['mqtt://user:secret@host:1883', 'mqtt://host:1883'],
  ['mqtt://127.0.0.1:1883', 'mqtt://127.0.0.1:1883']
])('shows %s as %s', (url, shown) => {
  expect(withoutPassword(url)).toBe(shown)
})
