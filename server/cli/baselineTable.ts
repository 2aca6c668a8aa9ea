import type { BaselineDocument } from './baseline.ts'

const number = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits))

/** The document of a baseline as a person reads it, in lines. */
export function baselineLines(document: BaselineDocument): string[] {
  const { method, adjust, event, timeZone, intervals, totals, insteadOf } = document
  const { daysUsed, daysRejected, note, hash } = document
  const lines = [
    `Event ${event.start} to ${event.end}, ${timeZone}`,
    `Baseline ${method}, adjustment ${adjust}`
  ]
  for (const one of insteadOf) lines.push(`  instead of ${one.method}: ${one.reason}`)
  lines.push(...adjustmentLines(document), '')
  lines.push(row(['interval', 'baseline kW', 'actual kW', 'delivered kW']))
  for (const { start, baselineKw, actualKw, deliveredKw } of intervals) {
    lines.push(row([start, ...[baselineKw, actualKw, deliveredKw].map(kw => number(kw, 3))]))
  }
  const { baselineKwh, actualKwh, deliveredKwh, averageKw, knownIntervals } = totals
  lines.push(row(['kWh', ...[baselineKwh, actualKwh, deliveredKwh].map(kwh => number(kwh, 3))]))
  lines.push('', `Delivered ${number(deliveredKwh, 3)} kWh, ${number(averageKw, 3)} kW on average`)
  if (knownIntervals < intervals.length) {
    lines.push(`  over the ${knownIntervals} of ${intervals.length} intervals that are known`)
  }
  lines.push(`Days used: ${daysUsed.join(', ')}`)
  const told = daysRejected.filter(({ cause }) => cause !== 'other-day-type')
  if (told.length > 0) lines.push('Days not used:', ...told.map(({ day, reason }) => `  ${day}  ${reason}`))
  if (note !== null) lines.push(`Note: ${note}`)
  lines.push(`Hash ${hash}`)
  return lines
}

function adjustmentLines({
  factor,
  factorUncapped,
  factorCapped,
  offsetKw,
  adjustmentWindow
}: BaselineDocument) {
  if (adjustmentWindow === null) return []
  const { start, end } = adjustmentWindow
  const hours = `from ${start.slice(11, 16)} to ${end.slice(11, 16)}`
  const capped = factorCapped ? ', at the cap' : ''
  if (offsetKw !== null) return [`  offset ${number(offsetKw, 3)} kW${capped}, ${hours}`]
  if (factor === null) return []
  const found = factorCapped ? ` (found ${number(factorUncapped, 4)})` : ''
  return [`  factor ${number(factor, 4)}${capped}${found}, ${hours}`]
}

const row = ([first = '', ...rest]: string[]) =>
  first.padEnd(26) + rest.map(cell => cell.padStart(13)).join('')
