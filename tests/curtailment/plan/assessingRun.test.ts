import { describe, expect, it, vi } from 'vitest'
import { startAssessing } from '../../../server/curtailment/plan/assessingRun.ts'

function run(changes: Partial<Parameters<typeof startAssessing>[0]> = {}) {
  vi.useFakeTimers()
  const seen = { steps: 0, faults: [] as string[] }
  const background = startAssessing({
    step: async () => {
      seen.steps++
      return true
    },
    isBusy: () => false,
    onFault: what => seen.faults.push(what),
    now: () => Date.now(),
    ...changes
  })
  return {
    seen,
    advance: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    async stop() {
      await background.stop()
      vi.useRealTimers()
    }
  }
}

describe('assessing in the background', () => {
  it('takes a step after the other with a pause, until it is stopped', async () => {
    const { seen, advance, stop } = run()
    await advance(3_500)
    expect(seen.steps).toBe(3)
    await stop()
    expect(seen.steps).toBe(3)
  })

  it('rests four times as long as a step took', async () => {
    let now = 0
    const seen = { steps: 0 }
    const { advance, stop } = run({
      now: () => now,
      step: async () => {
        seen.steps++
        now += 500
        return true
      }
    })
    await advance(1_000)
    expect(seen.steps).toBe(1)
    await advance(1_900)
    expect(seen.steps).toBe(1)
    await advance(200)
    expect(seen.steps).toBe(2)
    await stop()
  })

  it('does nothing while readings wait, and looks again in a minute', async () => {
    let isBusy = true
    const { seen, advance, stop } = run({ isBusy: () => isBusy })
    await advance(50_000)
    expect(seen.steps).toBe(0)
    isBusy = false
    await advance(11_500)
    expect(seen.steps).toBe(1)
    await stop()
  })

  it('a fault is told and does not end it', async () => {
    let steps = 0
    const { seen, advance, stop } = run({
      step: async () => {
        steps++
        throw new Error('away')
      }
    })
    await advance(62_000)
    expect(steps).toBe(2)
    expect(seen.faults).toEqual(Array(2).fill('a customer could not be assessed; it is tried again'))
    await stop()
  })
})
