import type { PlaceboAccuracy } from '../contract/baselines.ts'
import type { LoadAccuracy } from './accuracyFolder.ts'
import { adjustmentText } from './loadOptions.ts'

/** One method on one load: RRMSE and bias as shares; null where it gave no baseline on any day. */
export interface AccuracyRow {
  method: string
  adjust: string
  rrmse: number | null
  bias: number | null
  days: number
}

export function rowOf({ method, adjustment, rrmseShare, biasShare, days }: PlaceboAccuracy): AccuracyRow {
  return { method, adjust: adjustmentText(adjustment), rrmse: rrmseShare, bias: biasShare, days }
}

/** The rows as a person reads them, in lines; percent. */
export function accuracyLines(rows: readonly AccuracyRow[]): string[] {
  const cells = rows.map(({ method, adjust, rrmse, bias, days }) => [
    ...[method, adjust, percent(rrmse), signedPercent(bias), String(days)]
  ])
  return [['method', 'adjustment', 'RRMSE %', 'bias %', 'days'], ...cells].map(
    ([method = '', adjust = '', ...numbers]) =>
      `${method.padEnd(20)}${adjust.padEnd(20)}${numbers.map(cell => cell.padStart(9)).join('')}`
  )
}

export const percent = (share: number | null) => (share === null ? '–' : (share * 100).toFixed(1))

export function signedPercent(share: number | null): string {
  const text = percent(share)
  if (share === null || text === '0.0' || text === '-0.0') return text.replace('-', '')
  return share > 0 ? `+${text}` : text.replace('-', '−')
}

/** What stands above the loads of a folder. */
export const folderHeading = [
  'RRMSE % / bias % (days) on days without event, by method and hours of the pretended event.',
  'Methods: hourly means, Monday to Friday, whole days only, no low-usage screen, unlimited look-back (match-day 45',
  'days, weather a year), no holidays, adjustment window -4 h to -1 h. Default: what a programme settles by if nobody',
  'changes it: 10of10 within 45 days, low-usage screen 25 %, factor within ±20 %, holidays where the file knows them.'
]

/** One load of a folder, in lines. */
export function loadLines({ load, from, to, windows }: LoadAccuracy): string[] {
  const names = Object.keys(windows) as (keyof typeof windows)[]
  const line = (first: string, second: string, cells: readonly string[]) =>
    first.padEnd(14) + second.padEnd(20) + cells.map(cell => cell.padStart(22)).join('')
  const cellsOf = (of: (name: keyof typeof windows) => AccuracyRow | undefined) =>
    names.map(name => cellOf(of(name)))
  return [
    '',
    `${load}, ${from} to ${to}`,
    line(
      'method',
      'adjustment',
      names.map(name => `${name} h`)
    ),
    ...windows['13-17'].methods.map(({ method, adjust }, i) =>
      line(
        method,
        adjust,
        cellsOf(name => windows[name].methods[i])
      )
    ),
    line(
      'default',
      windows['13-17'].default.adjust,
      cellsOf(name => windows[name].default)
    )
  ]
}

function cellOf(row: AccuracyRow | undefined): string {
  if (row === undefined || row.rrmse === null) return '–'
  return `${percent(row.rrmse)} / ${signedPercent(row.bias)} (${row.days})`
}
