import { describe, expect, test } from 'vitest'
import { createLoginThrottle } from '../../server/access/loginThrottle.ts'
import { createThrottle } from '../../server/access/throttle.ts'
import { network } from '../../server/contract/network.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const limits = {
  ...{ free: 3, firstWaitMs: 10 * SECOND, longestWaitMs: MINUTE, forgottenAfterMs: 10 * MINUTE, mostKeys: 2 }
}

describe('one count', () => {
  test('the wait doubles up to the longest', () => {
    const throttle = createThrottle(limits)
    const waits = [0, 0, 10, 20, 40, 60, 60].map(seconds => seconds * SECOND)
    let now = 0
    for (const wait of waits) {
      throttle.add('a', now)
      expect(throttle.waitMs('a', now)).toBe(wait)
      now += wait
    }
    expect(throttle.waitMs('a', now)).toBe(0)
  })

  test('all is forgotten in time', () => {
    const throttle = createThrottle(limits)
    for (let i = 0; i < 20; i++) throttle.add('a', 0)
    expect(throttle.waitMs('a', 0)).toBe(MINUTE)
    expect(throttle.count('a', 10 * MINUTE - 1)).toBe(20)
    expect(throttle.count('a', 10 * MINUTE)).toBe(0)
  })

  test('it stays bounded: the one longest unheard goes, and is counted', () => {
    const throttle = createThrottle(limits)
    for (const key of ['a', 'b', 'a', 'c']) throttle.add(key, 0)
    expect([throttle.count('a', 0), throttle.count('b', 0), throttle.count('c', 0)]).toEqual([2, 0, 1])
    expect([throttle.size, throttle.evicted]).toEqual([2, 1])
  })

  test('what succeeded is given back', () => {
    const throttle = createThrottle(limits)
    for (let i = 0; i < 1000; i++) {
      throttle.add('a', 0)
      throttle.giveBack('a')
    }
    expect([throttle.waitMs('a', 0), throttle.size]).toEqual([0, 0])
  })
})

describe('at the door', () => {
  const mai = (address: string) => ({ userName: 'mai', address })

  test('five tries, then a wait; another address and another user are not held', () => {
    const throttle = createLoginThrottle()
    const tries = Array.from({ length: 6 }, () => throttle.password(mai('192.0.2.1'), 0))
    expect(tries).toEqual([0, 0, 0, 0, 0, 30 * SECOND])
    expect(throttle.password(mai('192.0.2.2'), 0)).toBe(0)
    expect(throttle.password({ userName: 'lan', address: '192.0.2.1' }, 0)).toBe(0)
    expect(throttle.refused).toBe(1)
    expect(throttle.password(mai('192.0.2.1'), 30 * SECOND)).toBe(0)
    expect(throttle.password(mai('192.0.2.1'), 31 * SECOND)).toBe(59 * SECOND)
  })

  test('one password tried for many users holds the address', () => {
    const throttle = createLoginThrottle()
    const tries = Array.from({ length: 25 }, (_, i) =>
      throttle.password({ userName: `user${i}`, address: '192.0.2.1' }, 0)
    )
    expect(tries.filter(wait => wait === 0)).toHaveLength(20)
  })

  test('a thousand addresses against one user have a try each; the user itself gets in from its own', () => {
    const throttle = createLoginThrottle()
    for (let i = 0; i < 30; i++) throttle.password(mai(`198.51.100.${i}`), 0)
    expect(throttle.password(mai('203.0.113.1'), 0)).toBe(0)
    expect(throttle.password(mai('203.0.113.1'), 0)).toBe(30 * SECOND)
    expect(throttle.password(mai('192.0.2.1'), 0)).toBe(0)
    throttle.passwordRight(mai('192.0.2.1'))
    expect(throttle.password(mai('192.0.2.1'), 0)).toBe(0)
  })

  test('a control room behind one address logs in all day', () => {
    const throttle = createLoginThrottle()
    for (let i = 0; i < 500; i++) {
      const attempt = { userName: `user${i}`, address: '192.0.2.1' }
      expect(throttle.password(attempt, i)).toBe(0)
      throttle.passwordRight(attempt)
    }
  })

  test('codes of one user are held from everywhere, passwords and passkeys are not', () => {
    const throttle = createLoginThrottle()
    for (let i = 0; i < 20; i++) expect(throttle.code(mai(`198.51.100.${i}`), 0)).toBe(0)
    expect(throttle.code(mai('203.0.113.1'), 0)).toBe(30 * SECOND)
    expect(throttle.password(mai('203.0.113.1'), 0)).toBe(0)
    expect(throttle.passkey('203.0.113.1', 0)).toBe(0)
  })

  test('many strangers leave a bounded table', () => {
    const throttle = createLoginThrottle()
    for (let i = 0; i < 12_000; i++) throttle.password({ userName: `u${i}`, address: `a${i}` }, 0)
    expect(throttle.status()).toEqual({ held: 30_000, evicted: 6_000 })
  })
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64']
])('the network of %s', (address, expected) => {
  expect(network(address)).toBe(expected)
})
