import type { Finding, FlaggedConsumer } from '../contract/findings.ts'
import type { ForecastPeak } from '../contract/forecasts.ts'
import { type AheadDay, type AheadEnd, type AheadMemory, aheadKey } from './aheadMemory.ts'
import { type AheadIssue, asEnded, asStale, asWithdrawn, describeAhead } from './aheadWords.ts'
import { findingId } from './findingId.ts'
import type { Description } from './life.ts'
import type { RuleLimits } from './limits.ts'
import type { ForecastAhead, RulePlace, RuleSnapshot } from './snapshot.ts'

const HALF_HOUR_MS = 1_800_000

interface Judged extends AheadIssue {
  place: RulePlace
}

interface AheadNeeds {
  snapshot: Pick<RuleSnapshot, 'forecasts' | 'enrolled' | 'tree' | 'today'>
  flaggedBelow(nodeId: string): FlaggedConsumer[]
  /** Whether a finding over the live load of a node stands. */
  standsLive(nodeId: string): boolean
  limits: RuleLimits
  now: number
}

/**
 * Peaks that are foretold to pass a capacity, one warning a node and day. A day goes by the issues of its forecast, not by
 * the clock, so between two issues nothing is judged again.
 *
 *   probability  ≥ 0.3 ──────────────► raised        (≥ 0.5 where something above it is warned of for that day already)
 *                < 0.15 in two issues ► withdrawn     raised again under the same id when it comes back
 *                                     ► over          its time has come before they said so
 *   its day is past, or the live load has a finding ► over, for good
 *   no issue for three hours                        ► stands as it is, and says that its forecast is old
 *
 * Metering points are left alone, as by the heat peak itself.
 */
export function heatPeaksAhead(
  memory: AheadMemory,
  needs: AheadNeeds
): { memory: AheadMemory; changed: Finding[] } {
  const { forecasts, enrolled, tree } = needs.snapshot
  const { seen } = memory
  const judged = seen?.tree === tree ? memory.judged : new Map<string, number>()
  const work = new AheadWork({ ...memory, judged }, needs)
  const isKnown = seen?.forecasts === forecasts && seen.tree === tree
  if (!isKnown) work.judge(forecasts)
  if (seen?.tree !== tree || seen.enrolled !== enrolled) work.tellAgain(forecasts)
  work.upkeep()
  const next = { days: work.days, judged: work.judged, seen: { forecasts, enrolled, tree } }
  const isSame = isKnown && seen.enrolled === enrolled && work.days === memory.days
  return { memory: isSame ? memory : next, changed: [...work.changed.values()] }
}

/** One cycle: the memory as it becomes, copied where it is written. */
class AheadWork {
  days: ReadonlyMap<string, AheadDay>
  judged: ReadonlyMap<string, number>
  readonly changed = new Map<string, Finding>()
  readonly #needs: AheadNeeds
  #own: Map<string, AheadDay> | null = null

  constructor({ days, judged }: AheadMemory, needs: AheadNeeds) {
    this.days = days
    this.judged = judged
    this.#needs = needs
  }

  /** Every node whose forecast is newer than the one it was judged by, parents before their children. */
  judge(forecasts: readonly ForecastAhead[]): void {
    const { snapshot, limits } = this.#needs
    const warned = new Set(Array.from(this.days.values(), ({ nodeId }) => nodeId))
    const fresh: { place: RulePlace; forecast: ForecastAhead }[] = []
    let judged: Map<string, number> | null = null
    for (const forecast of forecasts) {
      const { nodeId, issuedAt, peaks } = forecast
      if (this.judged.get(nodeId) === issuedAt) continue
      const place = snapshot.tree.byId.get(nodeId)
      if (place === undefined || place.node.kind === 'meteringPoint') continue
      judged ??= new Map(this.judged)
      judged.set(nodeId, issuedAt)
      const isOfNote =
        warned.has(nodeId) ||
        peaks.some(({ probabilityAboveCapacity }) => (probabilityAboveCapacity ?? 0) >= limits.aheadRaise)
      if (isOfNote) fresh.push({ place, forecast })
    }
    this.judged = judged ?? this.judged
    fresh.sort((a, b) => a.place.index - b.place.index)
    for (const { place, forecast } of fresh)
      for (const peak of forecast.peaks) this.#judgePeak(place, forecast, peak)
  }

  #judgePeak(place: RulePlace, forecast: ForecastAhead, peak: ForecastPeak): void {
    const { snapshot, limits, now } = this.#needs
    if (peak.day < snapshot.today || now - forecast.issuedAt > limits.aheadStaleS * 1000) return
    const known = this.days.get(aheadKey(forecast.nodeId, peak.day))
    const issue = issueOf(place, forecast, peak)
    if (known === undefined || known.ended !== null) {
      if (issue !== null && known?.ended !== 'over' && this.#isToRaise(issue)) this.#tell(issue, known)
      return
    }
    if (forecast.issuedAt <= known.issuedAt) return
    if (issue === null) {
      this.#end(known, 'gone', 'the capacity is not known any more')
      return
    }
    const isLow = issue.probability < limits.aheadClear
    const next = this.#tell(issue, known, isLow)
    if (next.lowIssues < limits.aheadClearIssues) return
    if (now >= next.expectedAt + HALF_HOUR_MS) this.#end(next, 'over', 'its time has passed')
    else this.#end(next, 'withdrawn', '')
  }

  #isToRaise({ place, peak, probability }: Judged): boolean {
    const { limits, now, snapshot, standsLive } = this.#needs
    if (probability < limits.aheadRaise || now >= Date.parse(peak.at) + HALF_HOUR_MS) return false
    if (peak.day === snapshot.today && standsLive(place.node.id)) return false
    if (probability >= limits.aheadRaiseBelow) return true
    for (let at = place.parent; at !== null; at = at.parent)
      if (this.days.get(aheadKey(at.node.id, peak.day))?.ended === null) return false
    return true
  }

  /** Raises it, or says what the newest issue says. */
  #tell(issue: Judged, known: AheadDay | undefined, isLow = false): AheadDay {
    const { flaggedBelow, limits, now } = this.#needs
    const { peak, place, probability, issuedAt } = issue
    const stands = known !== undefined && known.ended === null
    const isLikely = probability >= (stands && known.isLikely ? limits.aheadUnlikely : limits.aheadLikely)
    const nodeId = place.node.id
    const told = stands ? known.finding : undefined
    const said = describeAhead(issue, told?.facts, isLikely, flaggedBelow(nodeId), limits)
    const day: AheadDay = {
      ...{ nodeId, day: peak.day, issuedAt, isLikely, ended: null },
      lowIssues: isLow ? (known?.lowIssues ?? 0) + (known?.issuedAt === issuedAt ? 0 : 1) : 0,
      expectedAt: isLow && known !== undefined ? known.expectedAt : Date.parse(peak.at),
      finding:
        told === undefined ? raised(issue, known, said, now) : { ...told, nodeName: issue.nodeName, ...said }
    }
    this.#keep(day, told === undefined || words(told) !== words(day.finding))
    return day
  }

  /** Nothing new is foretold, but who could cover it, or how the node is called, may have changed. */
  tellAgain(forecasts: readonly ForecastAhead[]): void {
    const { tree } = this.#needs.snapshot
    const standing = [...this.days.values()].filter(({ ended }) => ended === null)
    if (standing.length === 0) return
    const nodes = new Set(standing.map(({ nodeId }) => nodeId))
    const found = new Map(forecasts.filter(one => nodes.has(one.nodeId)).map(one => [one.nodeId, one]))
    for (const known of standing) {
      const [forecast, place] = [found.get(known.nodeId), tree.byId.get(known.nodeId)]
      const peak = forecast?.peaks.find(({ day }) => day === known.day)
      if (!forecast || !place || !peak || forecast.issuedAt !== known.issuedAt) continue
      if (known.finding.facts.isStale === 1) continue
      const issue = issueOf(place, forecast, peak)
      if (issue !== null) this.#tell(issue, known, issue.probability < this.#needs.limits.aheadClear)
    }
  }

  /** What the clock and the grid do to the warnings, whether or not there is a new forecast. */
  upkeep(): void {
    const { snapshot, standsLive, limits, now } = this.#needs
    for (const known of [...this.days.values()]) {
      const isPast = known.day < snapshot.today
      if (known.ended !== null) {
        if (isPast) this.#forget(known)
      } else if (!snapshot.tree.byId.has(known.nodeId)) this.#end(known, 'gone', 'the node is gone')
      else if (isPast) this.#end(known, 'over', 'the day has passed')
      else if (known.day === snapshot.today && standsLive(known.nodeId))
        this.#end(known, 'over', 'the load is there: see the finding of today')
      else if (now - known.issuedAt > limits.aheadStaleS * 1000 && known.finding.facts.isStale !== 1)
        this.#keep({ ...known, finding: asStale(known.finding) }, true)
    }
  }

  #end(known: AheadDay, ended: AheadEnd, why: string): void {
    const { now } = this.#needs
    const { finding, day } = known
    const last = ended === 'withdrawn' ? asWithdrawn(finding, day, now) : asEnded(finding, why, now)
    this.#keep({ ...known, ended, lowIssues: 0, isLikely: false, finding: last }, true)
  }

  #keep(day: AheadDay, isNews: boolean): void {
    this.#write().set(aheadKey(day.nodeId, day.day), day)
    if (isNews) this.changed.set(day.finding.id, day.finding)
  }

  #forget({ nodeId, day }: AheadDay): void {
    this.#write().delete(aheadKey(nodeId, day))
  }

  #write(): Map<string, AheadDay> {
    this.#own ??= new Map(this.days)
    this.days = this.#own
    return this.#own
  }
}

/** null: there is no capacity to pass. */
function issueOf(place: RulePlace, forecast: ForecastAhead, peak: ForecastPeak): Judged | null {
  const { capacityKw, issuedAt } = forecast
  const probability = peak.probabilityAboveCapacity
  if (capacityKw === null || probability === null) return null
  return { place, nodeName: place.node.name, issuedAt, capacityKw, probability, peak }
}

/** Its id goes by its day, so that what comes back after it was withdrawn is the same warning. */
function raised(issue: Judged, known: AheadDay | undefined, said: Description, now: number): Finding {
  const { id } = issue.place.node
  return {
    id: findingId('HA', id, Date.parse(issue.peak.day)),
    kind: 'heat-peak-ahead',
    nodeId: id,
    nodeName: issue.nodeName,
    raisedAt: known?.finding.raisedAt ?? new Date(now).toISOString(),
    clearedAt: null,
    acknowledged: null,
    ...said,
    facts: { ...said.facts, turnedAt: now }
  }
}

/** What a person would see of it. */
const words = ({ priority, summary, nodeName, flagged }: Finding): string =>
  JSON.stringify([priority, summary, nodeName, flagged.map(one => [one.meteringPointId, one.committedKw])])
