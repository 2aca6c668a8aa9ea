import type { FlaggedConsumer } from '../contract/findings.ts'
import type { Description, Observation, Verdict } from './life.ts'
import type { HeatGrade, RuleLimits } from './limits.ts'
import { heatPeakKey, type RulesMemory } from './memory.ts'
import type { RuleNode } from './snapshot.ts'
import { kw, percent } from './words.ts'

/**
 * Heat grades the day, load decides the hour: the day's maximum, observed or forecast, stays with the day, so that a
 * peak at 22:00 counts.
 *
 *   load ÷ capacity   ≥ 0.9 ─ on ─┐        0.85 … 0.9 ─ between       < 0.85 ─ off (a partial sum: unknown)
 *   day's maximum     ≥ 35 °C ────┴─► heat peak                       < 35 °C ─ off       unknown ─ unknown
 */
export function heatPeaks(
  nodes: readonly RuleNode[],
  flaggedBelow: (nodeId: string) => FlaggedConsumer[],
  memory: RulesMemory,
  limits: RuleLimits
): Observation[] {
  const observations: Observation[] = []
  for (const node of nodes) {
    const { id, name, kind, capacityKw } = node.load
    if (kind === 'meteringPoint' || capacityKw === null) continue
    const key = heatPeakKey(id)
    const grade = gradeOf(node.maxTemperatureC, limits) ?? standingGrade(memory, key, limits)
    observations.push({
      key,
      idPrefix: 'HP',
      kind: 'heat-peak',
      nodeId: id,
      nodeName: name,
      verdict: verdictOf(node, capacityKw, limits),
      holdS: limits.heatHoldS,
      clearHoldS: limits.heatClearHoldS,
      describe: () => describe(node, capacityKw, grade, limits, flaggedBelow(id))
    })
  }
  return observations
}

function verdictOf({ load, maxTemperatureC }: RuleNode, capacityKw: number, limits: RuleLimits): Verdict {
  if (maxTemperatureC !== null && gradeOf(maxTemperatureC, limits) === null) return 'off'
  if (load.loadKw === null) return 'unknown'
  const share = load.loadKw / capacityKw
  if (share >= limits.heatRaiseShare) return maxTemperatureC === null ? 'unknown' : 'on'
  if (load.reported < load.expected) return 'unknown'
  return share < limits.heatClearShare ? 'off' : 'between'
}

/** The highest grade that a daily maximum (°C) reaches; null below all of them. */
function gradeOf(maxTemperatureC: number | null, { heatGrades }: RuleLimits): HeatGrade | null {
  return heatGrades.findLast(grade => maxTemperatureC !== null && maxTemperatureC >= grade.thresholdC) ?? null
}

/** A finding that stands keeps its grade while the day's maximum is unknown or has fallen below all of them. */
function standingGrade({ standing }: RulesMemory, key: string, { heatGrades }: RuleLimits): HeatGrade {
  const gradeC = standing.get(key)?.finding.facts.grade
  return heatGrades.find(({ thresholdC }) => thresholdC === gradeC) ?? heatGrades[0]
}

function describe(
  { load, maxTemperatureC, maxTemperatureIsForecast }: RuleNode,
  capacityKw: number,
  grade: HeatGrade,
  limits: RuleLimits,
  flagged: FlaggedConsumer[]
): Description {
  const { loadKw, reported, expected } = load
  const share = loadKw === null ? null : loadKw / capacityKw
  const seen = maxTemperatureIsForecast ? 'forecast' : 'observed'
  const heat =
    maxTemperatureC === null ? 'maximum unknown' : `maximum ${maxTemperatureC.toFixed(1)} °C ${seen}`
  const partial = reported < expected ? `, ${reported} of ${expected} reported` : ''
  return {
    priority: grade.priority,
    summary:
      `Heat peak at ${load.name}: ${kw(loadKw)} of ${kw(capacityKw)} (${percent(share)}, limit ` +
      `${percent(limits.heatRaiseShare)}${partial}); today's ${heat}, threshold ${grade.thresholdC} °C; ` +
      `${flagged.length} enrolled consumers below`,
    facts: {
      loadKw,
      capacityKw,
      share,
      thresholdShare: limits.heatRaiseShare,
      maxTemperatureC,
      thresholdC: grade.thresholdC,
      grade: grade.thresholdC,
      temperatureIsForecast: maxTemperatureIsForecast ? 1 : 0,
      reported,
      expected
    },
    flagged
  }
}
