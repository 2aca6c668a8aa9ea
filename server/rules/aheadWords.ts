import type { Finding, FlaggedConsumer } from '../contract/findings.ts'
import type { ForecastPeak } from '../contract/forecasts.ts'
import { dayNumber } from './aheadMemory.ts'
import type { Description } from './life.ts'
import type { RuleLimits } from './limits.ts'
import { kw, percent } from './words.ts'

/** What one issue says of one day of a node, its capacity known. */
export interface AheadIssue {
  nodeName: string
  issuedAt: number
  capacityKw: number
  probability: number
  peak: ForecastPeak
}

/** A day that was called hot stays so until its maximum falls by more than this, K. */
const HOT_MARGIN_K = 1

/**
 * The warning in words and numbers, beside what it said before.
 *
 *             within a day of the issue    later
 *   likely               1                   2
 *   else                 2                   3         a day without heat: one less grave
 */
export function describeAhead(
  issue: AheadIssue,
  told: Finding['facts'] | undefined,
  isLikely: boolean,
  flagged: FlaggedConsumer[],
  limits: RuleLimits
): Description {
  const { peak, probability, capacityKw, issuedAt } = issue
  const { maxTemperatureC } = peak
  const [{ thresholdC }] = limits.heatGrades
  const hotFromC = thresholdC - (told?.isHot === 1 ? HOT_MARGIN_K : 0)
  const isHot = maxTemperatureC !== null && maxTemperatureC >= hotFromC
  const peakAt = Date.parse(peak.at)
  const isNear = peakAt - issuedAt <= limits.aheadNearS * 1000
  const gravity = (isLikely ? 0 : 1) + (isNear ? 0 : 1) + (isHot ? 0 : 1)
  const excessKw = Math.max(0, peak.p90Kw - capacityKw)
  const cover = coverOf(flagged, excessKw)
  const isGravest = probability >= (told?.highestProbability ?? 0)
  return {
    priority: Math.min(3, 1 + gravity),
    summary:
      `${isHot ? 'Heat peak' : 'Overload'} ahead at ${issue.nodeName} on ${peak.day}: ${kw(peak.p50Kw)} ` +
      `(${kw(peak.p10Kw)} to ${kw(peak.p90Kw)}) of ${kw(capacityKw)} from ${peak.at}, ${percent(probability)} ` +
      `likely to pass it; ${heatWords(peak)}; ${coverWords(cover, flagged.length, excessKw)}; ` +
      `forecast of ${new Date(issuedAt).toISOString()}`,
    facts: {
      ...{ day: dayNumber(peak.day), peakAt, peakKw: peak.p50Kw, p10Kw: peak.p10Kw, p90Kw: peak.p90Kw },
      ...{ capacityKw, probability, isLikely: isLikely ? 1 : 0, issuedAt, isStale: 0 },
      ...{ maxTemperatureC, maxHeatIndexC: peak.maxHeatIndexC, thresholdC, isHot: isHot ? 1 : 0 },
      ...{ excessKw, ...cover },
      highestProbability: isGravest ? probability : (told?.highestProbability ?? null),
      thenPeakKw: isGravest ? peak.p50Kw : (told?.thenPeakKw ?? null),
      thenTemperatureC: isGravest ? maxTemperatureC : (told?.thenTemperatureC ?? null),
      ...{ withdrawn: 0, turnedAt: told?.turnedAt ?? null }
    },
    flagged
  }
}

/** Which of those below could cover what the 90 % value is above the capacity: the first of them, the largest first. */
function coverOf(
  flagged: readonly FlaggedConsumer[],
  excessKw: number
): { coverKw: number; needed: number | null } {
  let coverKw = 0
  let needed = excessKw > 0 ? null : 0
  for (const [i, { committedKw }] of flagged.entries()) {
    coverKw += committedKw
    if (needed === null && coverKw >= excessKw) needed = i + 1
  }
  return { coverKw, needed }
}

function heatWords({ maxTemperatureC, maxHeatIndexC }: ForecastPeak): string {
  if (maxTemperatureC === null) return 'maximum temperature unknown'
  const felt = maxHeatIndexC === null ? '' : `, felt as ${maxHeatIndexC.toFixed(1)} °C`
  return `maximum ${maxTemperatureC.toFixed(1)} °C${felt}`
}

function coverWords(
  { coverKw, needed }: { coverKw: number; needed: number | null },
  all: number,
  excessKw: number
): string {
  return needed === null
    ? `all ${all} enrolled consumers below cover ${kw(coverKw)} of ${kw(excessKw)}`
    : `${needed} of ${all} enrolled consumers below cover ${kw(excessKw)}`
}

/** The same warning, its forecast too old to go by. */
export function asStale(finding: Finding): Finding {
  const summary = `${finding.summary}; this forecast is old, no newer one came`
  return { ...finding, summary, facts: { ...finding.facts, isStale: 1 } }
}

/** It ends because the forecast turned: what has changed. Who acknowledged the warning has not seen this. */
export function asWithdrawn(finding: Finding, day: string, now: number): Finding {
  const { facts } = finding
  const changes = [
    change('maximum', facts.thenTemperatureC, facts.maxTemperatureC, value => `${value.toFixed(1)} °C`),
    change('peak', facts.thenPeakKw, facts.peakKw, kw),
    change('probability to pass the capacity', facts.highestProbability, facts.probability, percent)
  ]
  return {
    ...finding,
    clearedAt: new Date(now).toISOString(),
    acknowledged: null,
    summary:
      `Withdrawn: the peak at ${finding.nodeName} on ${day} is no longer expected; ` +
      `${changes.flatMap(one => one ?? []).join(', ')}; forecast of ${new Date(facts.issuedAt ?? now).toISOString()}`,
    facts: { ...facts, withdrawn: 1, turnedAt: now }
  }
}

/** It ends because its time came, or its node or limit is gone. */
export function asEnded(finding: Finding, why: string, now: number): Finding {
  return { ...finding, clearedAt: new Date(now).toISOString(), summary: `${finding.summary}; ended: ${why}` }
}

type Fact = number | null | undefined

function change(what: string, before: Fact, after: Fact, say: (value: number) => string): string | null {
  return before == null || after == null ? null : `${what} ${say(before)} → ${say(after)}`
}
