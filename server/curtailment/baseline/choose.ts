import type { Range } from '../slots/eventWindow.ts'
import { knownMean, knownShare, type RejectedDay, rounded } from './estimate.ts'
import type { DayMatching } from './methods.ts'

/** A day must be known in at least this share of the slots of the event window, and of the adjustment window. */
const MIN_KNOWN_OF_DAY = 0.9

/** One earlier day, its load laid over the slots of the event: kW, NaN unknown. */
export interface CandidateDay {
  date: string
  kw: Float64Array
}

/** Which days a baseline rests on. `isComplete`: N days were found, older ones cannot change the choice. */
export interface DayChoice {
  passed: CandidateDay[]
  picked: CandidateDay[]
  rejected: RejectedDay[]
  isComplete: boolean
}

/**
 * Picks the days of a baseline (domain reference 3.2, steps 2-4). `days` are same-type days without event, most recent
 * first. The low-usage limit is the mean of the first N valid days and is not computed again; days that refill the N
 * pass the same test. Days older than the last one that is needed are not spoken of.
 */
export function chooseDays(
  method: DayMatching,
  days: readonly CandidateDay[],
  event: Range,
  adjustment: Range | null
): DayChoice {
  const rejected: RejectedDay[] = []
  const valid: { day: CandidateDay; meanKw: number }[] = []
  for (const day of days) {
    if (isKnownEnough(day.kw, event, adjustment))
      valid.push({ day, meanKw: knownMean(day.kw, event.from, event.to) })
    else rejected.push({ day: day.date, cause: 'gaps', reason: 'less than 90 % of its slots are known' })
  }
  const firstMeanKw = knownMean(valid.slice(0, method.days).map(({ meanKw }) => meanKw))
  // A site that feeds in has no low usage to screen.
  const limitKw = firstMeanKw > 0 ? method.lowUsageShare * firstMeanKw : -Infinity
  const passed: typeof valid = []
  for (const candidate of valid) {
    if (passed.length === method.days) break
    if (candidate.meanKw >= limitKw) passed.push(candidate)
    else rejected.push(lowUsage(method, candidate, limitKw))
  }
  const isComplete = passed.length === method.days
  const oldest = isComplete ? (passed.at(-1)?.day.date ?? '') : ''
  const picked = pick(method, passed)
  for (const { day, meanKw } of passed)
    if (!picked.includes(day)) rejected.push(notPicked(method, day.date, meanKw))
  return {
    passed: passed.map(({ day }) => day),
    picked,
    rejected: rejected.filter(({ day }) => day >= oldest),
    isComplete
  }
}

/** The mean load of some days in each slot; NaN where none of them is known. */
export function meanOfDays(days: readonly CandidateDay[], slots: number): Float64Array {
  const means = new Float64Array(slots)
  for (let i = 0; i < slots; i++) {
    let sum = 0
    let known = 0
    for (const { kw } of days) {
      const value = kw[i] ?? NaN
      if (Number.isNaN(value)) continue
      sum += value
      known++
    }
    means[i] = known === 0 ? NaN : sum / known
  }
  return means
}

export function isKnownEnough(kw: Float64Array, event: Range, adjustment: Range | null): boolean {
  return (
    knownShare(kw, event.from, event.to) >= MIN_KNOWN_OF_DAY &&
    (adjustment === null || knownShare(kw, adjustment.from, adjustment.to) >= MIN_KNOWN_OF_DAY)
  )
}

/**
 * Ranks by the mean in the event window; of equals the more recent day comes first. Of fewer days than N a middle method
 * leaves out as large a part at each end.
 */
function pick(
  { pick: rule, days }: DayMatching,
  passed: readonly { day: CandidateDay; meanKw: number }[]
): CandidateDay[] {
  if (rule.kind === 'all') return passed.map(({ day }) => day)
  const ranked = passed
    .toSorted((a, b) => rounded(b.meanKw) - rounded(a.meanKw) || b.day.date.localeCompare(a.day.date))
    .map(({ day }) => day)
  if (rule.kind === 'highest') return ranked.slice(0, rule.days)
  const atEachEnd = Math.round((ranked.length * (days - rule.days)) / (2 * days))
  return ranked.slice(atEachEnd, ranked.length - atEachEnd)
}

function lowUsage(
  { lowUsageShare }: DayMatching,
  { day, meanKw }: { day: CandidateDay; meanKw: number },
  limitKw: number
): RejectedDay {
  const share = `${Math.round(lowUsageShare * 100)} % of the mean`
  const reason = `low usage: ${meanKw.toFixed(1)} kW is below ${limitKw.toFixed(1)} kW (${share})`
  return { day: day.date, cause: 'low-usage', reason }
}

function notPicked({ pick: rule, days }: DayMatching, day: string, meanKw: number): RejectedDay {
  const which = rule.kind === 'all' ? 'all' : `the ${rule.kind} ${rule.days}`
  return { day, cause: 'not-picked', reason: `not one of ${which} of ${days}: ${meanKw.toFixed(1)} kW` }
}
