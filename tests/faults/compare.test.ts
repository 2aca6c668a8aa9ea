import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tempDir } from '../helpers/tempDir.ts'
import { type Books, compare, failuresOf } from './compare.ts'
import { ackedFile, openJournal, sentFile } from './ledger/journal.ts'
import { fateOf, isStorable, meterOf, type Plan, planOf, tsOf } from './ledger/plan.ts'
import type { StoredRow } from './stored.ts'

const plan = planOf(Date.UTC(2026, 10, 20), { readings: 100, meters: 10 })
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n)
const rowOf = (of: Plan, n: number): StoredRow => ({ meter: meterOf(of, n), ts: tsOf(of, n), kw: n })

let folder: Awaited<ReturnType<typeof tempDir>>
beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

/** Ten messages sent, eight of them acknowledged, and what the store has of them. */
function books(stored: number[], more: Partial<Books> = {}): Books {
  const of = more.plan ?? plan
  for (const [file, messages] of [
    [sentFile(folder.path), numbers(0, 10)],
    [ackedFile(folder.path), numbers(0, 8)]
  ] as const) {
    const journal = openJournal(file)
    journal.write(messages)
    journal.close()
  }
  return {
    plan: of,
    folder: folder.path,
    stored: stored.map(n => rowOf(of, n)),
    deadLetters: new Set(),
    ...more
  }
}

describe('the books of a fault', () => {
  it.each([
    ['exactly what was acknowledged', numbers(0, 8)],
    ['also what was sent and never acknowledged', numbers(0, 10)]
  ])('agree when the store has %s', async (_case, stored) => {
    const found = await compare(books(stored))
    expect(found).toMatchObject({ sent: 10, acked: 8, stored: stored.length, lost: 0 })
    expect(failuresOf(found)).toEqual([])
  })

  it('show one lost reading by its number', async () => {
    const found = await compare(books([0, 1, 2, 4, 5, 6, 7]))
    expect(found).toMatchObject({ lost: 1, examples: ['good 3'] })
    expect(failuresOf(found)).toHaveLength(2)
  })

  it('show what was stored twice, never sent, or with another value', async () => {
    const wrong = { ...rowOf(plan, 7), kw: 17.5 }
    const stored = [...numbers(0, 7), 3, 55].map(n => rowOf(plan, n))
    const found = await compare(books([], { stored: [...stored, wrong] }))
    expect(found).toMatchObject({ duplicates: 1, extra: 2, lost: 1 })
  })

  it('leave aside what others publish', async () => {
    const stored = [...numbers(0, 8).map(n => rowOf(plan, n)), { meter: 'PROBE', ts: 1, kw: 1 }]
    expect(failuresOf(await compare(books([], { stored })))).toEqual([])
  })

  it('count the readings of arrays', async () => {
    const arrays = { ...plan, arraySize: 5 }
    expect(await compare(books(numbers(0, 40), { plan: arrays }))).toMatchObject({
      sent: 50,
      acked: 40,
      lost: 0
    })
  })

  it('want poison among the dead letters and nowhere else', async () => {
    const poisoned: Plan = { ...plan, poisonShare: 0.5 }
    const isGood = (n: number): boolean => isStorable(fateOf(poisoned, n))
    const good = numbers(0, 10).filter(isGood)
    const poison = numbers(0, 8).filter(n => !isGood(n))
    expect(poison.length).toBeGreaterThan(1)
    const kept = await compare(books(good, { plan: poisoned, deadLetters: new Set(poison) }))
    expect(failuresOf(kept)).toEqual([])
    expect(kept.deadLetters).toBe(poison.length)
  })

  it('miss poison that is no dead letter, and refuse good ones among them', async () => {
    const poisoned: Plan = { ...plan, poisonShare: 0.5 }
    const poison = numbers(0, 8).filter(n => fateOf(poisoned, n) === 'poison')
    const good = numbers(0, 8).filter(n => fateOf(poisoned, n) === 'good')
    const deadLetters = new Set([...poison.slice(1), good[0] ?? -1])
    const found = await compare(books(good, { plan: poisoned, deadLetters }))
    expect(found).toMatchObject({ lost: 1, wronglyRefused: 1 })
  })

  it('tell what a broker lost from what Gridload lost', async () => {
    const found = await compare(books([0, 1, 2], { ours: new Set([0, 1, 2]) }))
    expect(found).toMatchObject({ acked: 3, lost: 0, brokerAcked: 8, brokerLost: 5 })
  })
})
