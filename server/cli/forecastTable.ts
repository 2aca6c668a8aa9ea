import type { Score } from './forecastScore.ts'

/** A forecast's name with its score; the note says why something is missing. */
export interface ScoredModel extends Score {
  model: string
  note: string | null
}

const columns: readonly [string, string, (score: ScoredModel) => string][] = [
  ['', 'MAPE %', ({ mapePercent }) => number(mapePercent)],
  ['', 'MAE kW', ({ maeKw }) => (maeKw === null ? 'n/a' : String(+maeKw.toPrecision(4)))],
  ['', '% of mean', ({ maePercentOfMean }) => number(maePercentOfMean)],
  ['hot days', 'MAPE %', score => number(score.hottestDaysMapePercent)],
  ['their peaks', 'MAPE %', score => number(score.hottestDaysPeakMapePercent)],
  ['peak days', 'caught', ({ peakDaysCaught }) => number(peakDaysCaught, 0)],
  ['P10 to P90', 'covers %', ({ coveragePercent }) => number(coveragePercent, 1)],
  ['hot tenth', 'covers %', score => number(score.hottestTenthCoveragePercent, 1)]
]

/** The scores as a person reads them, in lines. */
export function scoreLines(models: readonly ScoredModel[]): string[] {
  const width = Math.max(20, ...models.map(({ model }) => model.length + 2))
  const line = (first: string, cells: readonly string[]) =>
    first.padEnd(width) + cells.map(cell => cell.padStart(12)).join('')
  const notes = models.flatMap(({ model, note }) => (note === null ? [] : [`${model}: ${note}`]))
  return [
    line(
      '',
      columns.map(([above]) => above)
    ).trimEnd(),
    line(
      'day-ahead',
      columns.map(([, name]) => name)
    ),
    ...models.map(score =>
      line(
        score.model,
        columns.map(([, , text]) => text(score))
      )
    ),
    ...notes
  ]
}

const number = (value: number | null, digits = 2) => (value === null ? 'n/a' : value.toFixed(digits))
