import { describe, expect, it } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { DueDays } from '../../server/validation/dueDays.ts'
import type { SourceRef } from '../../server/validation/markedDays.ts'
import { DAY, HOUR, MINUTE, MONDAY, reading } from './readings.ts'

const local = localTime('+07:00')
const dateOf = (from: number) => local.date(from)

function world(registered: readonly SourceRef[] = []) {
  const clock = { now: MONDAY + 12 * HOUR }
  const days = new DueDays({
    ...{ local, now: () => clock.now, registered: () => registered },
    ...{ mostSources: 100, mostDays: 10 }
  })
  const mark = (day: number, id = 'M1') => days.mark(batchOf([reading({ id, ts: day + HOUR })]))
  return { clock, days, mark }
}

describe('a marked day is due', () => {
  it.each([
    ['before it is over', MONDAY + DAY - MINUTE, [], false],
    ['just after it', MONDAY + DAY + 9 * MINUTE, [], false],
    ['ten minutes after it', MONDAY + DAY + 10 * MINUTE, [], true],
    ['while more comes', MONDAY + DAY + 30 * MINUTE, [26], false],
    ['after five quiet minutes', MONDAY + DAY + 30 * MINUTE, [25], true],
    ['after an hour in which something came all the time', MONDAY + DAY + 60 * MINUTE, [20, 40, 59], true]
  ])('%s: minutes of late data %j', (_, at, late, isDue) => {
    const { clock, days, mark } = world()
    mark(MONDAY)
    for (const minute of late) {
      clock.now = MONDAY + DAY + minute * MINUTE
      mark(MONDAY)
    }
    clock.now = at
    expect(days.takeDue()?.date ?? null).toBe(isDue ? dateOf(MONDAY) : null)
  })

  it('for everyone registered that has power, each once', () => {
    const meter = (id: string): SourceRef => ({ kind: 'meter', id })
    const { clock, days, mark } = world([meter('M1'), meter('M2'), { kind: 'weather', id: 'W1' }])
    days.markForAll(dateOf(MONDAY))
    mark(MONDAY, 'M1')
    mark(MONDAY, 'foreign')
    clock.now = MONDAY + DAY + HOUR
    expect(days.takeDue()?.sources.map(({ id }) => id)).toEqual(['M1', 'foreign', 'M2'])
    expect([days.takeDue(), days.size]).toEqual([null, 0])
  })
})

it('the newest goes first, and what failed behind all others, without another wait', () => {
  const { clock, days, mark } = world()
  const [newest, middle, old] = [MONDAY, MONDAY - DAY, MONDAY - 2 * DAY]
  for (const day of [old, middle, newest]) mark(day)
  clock.now = MONDAY + DAY + HOUR
  const take = () => {
    const day = days.takeDue()
    if (day === null) throw new Error('none is due')
    return day
  }
  const first = take()
  expect(first).toEqual({ date: dateOf(newest), sources: [{ kind: 'meter', id: 'M1' }] })
  days.failed(first)
  for (const day of [middle, old]) {
    const one = take()
    expect(one.date).toBe(dateOf(day))
    days.done(one)
  }
  const again = take()
  expect(again).toEqual(first)
  days.done(again)
  expect([days.takeDue(), days.size, days.dropped]).toEqual([null, 0, 0])

  // What succeeded at last is like any other.
  for (const day of [old, newest]) mark(day)
  expect(days.takeDue()).toBe(null)
  expect(days.takeOver()?.date).toBe(dateOf(newest))
})
