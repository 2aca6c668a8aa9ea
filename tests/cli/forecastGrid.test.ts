import { describe, expect, it } from 'vitest'
import { CommandFailure } from '../../server/cli/command.ts'
import { onGrid } from '../../server/cli/forecastGrid.ts'

const MINUTE = 60_000
const start = Date.parse('2026-03-01T00:00:00Z')
const series = (minutes: number[], values: number[]) => ({
  ...{ file: 'load.csv', t: minutes.map(minute => start + minute * MINUTE), values },
  offsetMinutes: minutes.map(() => null)
})
const gridOf = (minutes: number[], values: number[]) => {
  const { startMs, stepMs, values: column } = onGrid(series(minutes, values))
  return { from: (startMs - start) / MINUTE, step: stepMs / MINUTE, values: [...column] }
}

describe('rows on a grid', () => {
  it.each([
    ['as they stand', [0, 30, 60], [1, 2, 3], { from: 0, step: 30, values: [1, 2, 3] }],
    ['at another phase', [5, 20, 35, 50], [1, 2, 3, 4], { from: 5, step: 15, values: [1, 2, 3, 4] }],
    [
      'with a gap',
      [0, 10, 20, 50, 60],
      [1, 2, 3, 4, 5],
      { from: 0, step: 10, values: [1, 2, 3, NaN, NaN, 4, 5] }
    ],
    ['with one unknown', [0, 10, 20], [1, NaN, 3], { from: 0, step: 10, values: [1, NaN, 3] }],
    [
      'finer for a while: means',
      [0, 30, 60, 90, 120, 135, 150, 165, 180, 210],
      [1, 2, 3, 4, 10, 20, 30, 40, 5, 6],
      { from: 0, step: 30, values: [1, 2, 3, 4, 15, 35, 5, 6] }
    ],
    [
      'a second off: what acts nearly all the time',
      [0, 30, 60 + 1 / 60, 90, 120],
      [1, 2, 3, 4, 5],
      { from: 0, step: 30, values: [1, 2, expect.closeTo(3, 2), 4, 5] }
    ]
  ])('%s', (_, minutes, values, expected) => {
    expect(gridOf(minutes, values)).toEqual(expected)
  })

  it('coarser for a while: each row acts over its own interval', () => {
    const minutes = [...Array(20).keys()].map(i => i * 30)
    const hours = [1, 2, 3, 4, 5, 6].map(i => 540 + 60 * i)
    const { values } = gridOf(
      [...minutes, ...hours],
      [...minutes.map(() => 1), ...hours.map((_, i) => 10 + i)]
    )
    expect(values.slice(20)).toEqual([10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15])
  })

  it.each([
    ['one row', [0], 'its interval cannot be known'],
    ['two hours apart', [0, 120, 240], 'a row every 120 min'],
    ['a time far away', [...Array(9).keys(), 60 * 366 * 1440], 'one of its times must be wrong']
  ])('%s is refused', (_, minutes, expected) => {
    const refused = () =>
      onGrid(
        series(
          minutes,
          minutes.map(() => 1)
        )
      )
    expect(refused).toThrow(CommandFailure)
    expect(refused).toThrow(expected)
  })
})
