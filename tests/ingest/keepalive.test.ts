import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createKeepalive, type Keepalive } from '../../server/ingest/keepalive.ts'

const INTERVAL_S = 30
const TURN_MS = (INTERVAL_S * 1000) / 2

let pings = 0
let silence: string | null = null
let keepalive: Keepalive

beforeEach(() => {
  vi.useFakeTimers()
  pings = 0
  silence = null
  keepalive = createKeepalive({
    ping: () => void pings++,
    onSilence: reason => {
      silence = reason
    }
  })
  keepalive.start(INTERVAL_S)
})
afterEach(() => {
  keepalive.stop()
  vi.useRealTimers()
})

const turns = (count: number) => vi.advanceTimersByTime(count * TURN_MS)

describe('the sign of life', () => {
  it('is asked for twice within the keep alive time', () => {
    turns(2)
    expect(pings).toBe(2)
  })

  it('may fail for one and a half keep alive times after a ping, and no longer', () => {
    turns(3)
    expect(silence).toBeNull()
    turns(1)
    expect(silence).toBe('the broker does not answer')
  })

  it('is whatever comes, not only the answer to a ping', () => {
    for (let turn = 0; turn < 20; turn++) {
      turns(3)
      keepalive.heard()
    }
    expect(silence).toBeNull()
  })

  it('is not missed while nothing is read, and counts anew afterwards', () => {
    turns(3)
    keepalive.excuse(true)
    turns(10)
    expect(silence).toBeNull()
    keepalive.excuse(false)
    turns(3)
    expect(silence).toBeNull()
    turns(1)
    expect(silence).not.toBeNull()
  })

  it('is not asked for where the broker wants none', () => {
    let asked = 0
    const quiet = createKeepalive({ ping: () => void asked++, onSilence: () => void asked++ })
    quiet.start(0)
    turns(5)
    quiet.stop()
    expect(asked).toBe(0)
  })
})
