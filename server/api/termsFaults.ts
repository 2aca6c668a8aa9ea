import type { ProgrammeTerms } from '../contract/programmes.ts'

/** Days of a month in a leap year: the 29th of February is a day of a season. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** What is wrong with the terms of a programme beyond the shape of each member; each fault says where. */
export function termsFaults(terms: readonly ProgrammeTerms[]): string[] {
  return terms.flatMap((one, i) => {
    const at = `terms.${i}`
    const before = terms[i - 1]?.from
    return [
      ...(before === undefined || before < one.from
        ? []
        : [`${at}.from ${one.from} ${order(before, one.from)}`]),
      ...durationFaults(at, one),
      ...seasonFaults(at, one),
      ...baselineFaults(at, one)
    ]
  })
}

const order = (before: string, from: string): string =>
  before === from ? 'is given twice' : `comes after ${before}: the earliest come first`

function durationFaults(at: string, { minDurationMinutes: min, maxDurationMinutes: max }: ProgrammeTerms) {
  if (min === null || max === null || min <= max) return []
  return [`${at}.minDurationMinutes ${min} is more than maxDurationMinutes ${max}`]
}

function seasonFaults(at: string, { season }: ProgrammeTerms): string[] {
  return (['from', 'to'] as const).flatMap(end => {
    const [month = 0, day = 0] = season[end].split('-').map(Number)
    return day <= (DAYS[month - 1] ?? 0) ? [] : [`${at}.season.${end} ${season[end]} is no day of the year`]
  })
}

function baselineFaults(
  at: string,
  { baseline: { method, adjustment, fallback } }: ProgrammeTerms
): string[] {
  const where = `${at}.baseline`
  const twice = [method, ...fallback].find((one, i, all) => all.indexOf(one) !== i)
  return [
    ...(adjustment === null || adjustment.fromHours > adjustment.toHours
      ? []
      : [
          `${where}.adjustment.fromHours ${adjustment.fromHours} must be more than toHours ${adjustment.toHours}: the window begins before it ends`
        ]),
    ...(twice === undefined ? [] : [`${where}.fallback: ${twice} is named twice`])
  ]
}
