import type { Finding, FlaggedConsumer } from '../contract/findings.ts'
import type { RegimeLimit, TransformerState } from '../contract/transformers.ts'
import type { Description, Observation, Verdict } from './life.ts'
import type { RuleLimits } from './limits.ts'
import { type RulesMemory, transformerKey } from './memory.ts'
import type { RuleSnapshot } from './snapshot.ts'
import { followedOf, unheardTransformers } from './transformersHeard.ts'
import { kw, percent } from './words.ts'

const kind = 'transformer-limit'
const idPrefix = 'TL'
const regimeWords = ['', 'normal cyclic', 'long-time emergency', 'short-time emergency']
/** By how many of the regimes are passed: none, normal cyclic, long, short emergency. */
const priorityNow = [3, 2, 2, 1]
const priorityAhead = [3, 3, 2, 1]

/** How many regimes' limits are passed, now and within the next 24 h; null: not known. */
interface Passed {
  now: number | null
  ahead: number | null
}

/**
 * A transformer beyond a limit of IEC 60076-7, now or as foretold for the next 24 h.
 *
 *   hot spot, top oil, load   above a limit ─ on       at most 3 K (load: 5 %) below it ─ between       lower ─ off
 *
 * A foretold one is judged by its highest hot spot, and by the curtailment that it needs to stay within normal cyclic
 * limits. What stands keeps its regime until it is below that regime's limit by the same margin.
 */
export function transformerLimits(
  { transformers, tree }: RuleSnapshot,
  flaggedBelow: (nodeId: string) => FlaggedConsumer[],
  memory: RulesMemory,
  limits: RuleLimits,
  now: number
): Observation[] {
  const followed = followedOf(kind, memory)
  const observations: Observation[] = []
  for (const state of transformers) {
    const isFollowed = followed.size > 0 && followed.delete(state.id)
    if (!isFollowed && !mayPass(state)) continue
    const key = transformerKey(kind, state.id)
    const told = memory.standing.get(key)?.finding
    const sharp = passedBy(state, 0, 0, limits, now)
    const isOn = (sharp.now ?? 0) > 0 || (sharp.ahead ?? 0) > 0
    const held = told === undefined ? sharp : heldBy(state, told, sharp, limits, now)
    observations.push({
      ...{ key, idPrefix, kind, nodeId: state.id, nodeName: state.name },
      verdict: isOn ? 'on' : verdictOf(held, told),
      holdS: limits.transformerHoldS,
      clearHoldS: limits.transformerClearHoldS,
      describe: () => describe(state, held, told, flaggedBelow(state.id))
    })
  }
  return [...observations, ...unheardTransformers({ kind, idPrefix }, followed, tree, memory)]
}

/** A quick look, for there are many: some value is above the lowest limit, or curtailment is needed. */
function mayPass(state: TransformerState): boolean {
  const { hotSpotC, topOilC, loadPu, nextPeakHotSpotC, reliefKw, reliefImpossible } = state
  const [lowest] = state.limits
  if (lowest === undefined) return false
  return (
    (hotSpotC !== null && hotSpotC > lowest.hotSpotC) ||
    (nextPeakHotSpotC !== null && nextPeakHotSpotC > lowest.hotSpotC) ||
    (topOilC !== null && topOilC > lowest.topOilC) ||
    (loadPu !== null && Math.abs(loadPu) > lowest.loadPu) ||
    (reliefKw !== null && reliefKw > 0) ||
    (reliefImpossible ?? null) !== null
  )
}

/** With each limit lowered by so many kelvins, or by that share of its load. */
function passedBy(
  state: TransformerState,
  marginK: number,
  marginShare: number,
  { transformerStaleS }: RuleLimits,
  now: number
): Passed {
  const { at, hotSpotC, topOilC, loadPu, nextPeakHotSpotC, reliefKw, reliefImpossible } = state
  const isFresh = at !== null && now - Date.parse(at) <= transformerStaleS * 1000
  const isKnown = isFresh && (hotSpotC !== null || topOilC !== null || loadPu !== null)
  const isRelievable = (reliefImpossible ?? null) === null
  const isForetold = nextPeakHotSpotC !== null || reliefKw !== null || !isRelievable
  const above = (value: number | null, limit: number) => value !== null && value > limit
  const count = (passes: (limit: RegimeLimit) => boolean) => 1 + state.limits.findLastIndex(passes)
  return {
    now: isKnown
      ? count(
          limit =>
            above(hotSpotC, limit.hotSpotC - marginK) ||
            above(topOilC, limit.topOilC - marginK) ||
            above(loadPu === null ? null : Math.abs(loadPu), limit.loadPu * (1 - marginShare))
        )
      : null,
    ahead: isForetold
      ? Math.max(
          count(limit => above(nextPeakHotSpotC, limit.hotSpotC - marginK)),
          state.limits.length > 0 && (above(reliefKw, 0) || !isRelievable) ? 1 : 0
        )
      : null
  }
}

/** What stood before is held as long as it is within the margin; what is new is not. */
function heldBy(
  state: TransformerState,
  { facts }: Finding,
  sharp: Passed,
  limits: RuleLimits,
  now: number
): Passed {
  const stood = facts.regime ?? 0
  const wide = passedBy(state, limits.transformerClearK, 1 - limits.transformerClearShare, limits, now)
  const hold = (is: number | null, within: number | null, before: number) =>
    is === null ? null : Math.max(is, Math.min(within ?? 0, before))
  return {
    now: hold(sharp.now, wide.now, facts.isForecast === 1 ? 0 : stood),
    ahead: hold(sharp.ahead, wide.ahead, stood)
  }
}

function verdictOf(held: Passed, told: Finding | undefined): Verdict {
  if ((held.now ?? 0) > 0 || (held.ahead ?? 0) > 0) return 'between'
  const isAheadMissed = held.ahead === null && told?.facts.isForecast === 1
  return held.now === null || isAheadMissed ? 'unknown' : 'off'
}

function describe(
  state: TransformerState,
  held: Passed,
  told: Finding | undefined,
  flagged: FlaggedConsumer[]
): Description {
  const [now, ahead] = [held.now ?? 0, held.ahead ?? 0]
  // While it clears, or nobody can tell, it goes on saying what it stood for.
  const isQuiet = now === 0 && ahead === 0
  const isForecast = isQuiet ? told?.facts.isForecast === 1 : ahead > now
  const regime = isQuiet ? (told?.facts.regime ?? 1) : Math.max(now, ahead)
  const priority = isQuiet
    ? (told?.priority ?? 3)
    : Math.min(priorityNow[now] ?? 3, priorityAhead[ahead] ?? 3)
  const limit = state.limits[regime - 1]
  const next = state.limits.find(({ isPassed }) => !isPassed)
  const minutesLeft = next === undefined ? (state.limits.length > 0 ? 0 : null) : next.minutesLeft
  const at = (time: string | null) => (time === null ? null : Date.parse(time))
  return {
    priority,
    summary: words(state, regime, isForecast, limit, minutesLeft),
    facts: {
      ...{ regime, hotSpotC: state.hotSpotC, topOilC: state.topOilC, loadPu: state.loadPu },
      hotSpotLimitC: limit?.hotSpotC ?? null,
      topOilLimitC: limit?.topOilC ?? null,
      loadLimitPu: limit?.loadPu ?? null,
      minutesLeft,
      reliefIsEnough: (state.reliefImpossible ?? null) === null ? 1 : 0,
      ...{ reliefKw: state.reliefKw, reliefFrom: at(state.reliefFrom), reliefTo: at(state.reliefTo) },
      isForecast: isForecast ? 1 : 0,
      ...{ peakHotSpotC: state.nextPeakHotSpotC, peakAt: at(state.nextPeakAt) }
    },
    flagged
  }
}

function words(
  state: TransformerState,
  regime: number,
  isForecast: boolean,
  limit: RegimeLimit | undefined,
  minutesLeft: number | null
): string {
  const { name, hotSpotC, topOilC, loadPu, nextPeakHotSpotC, nextPeakAt, reliefKw } = state
  const when = isForecast ? 'within 24 h ' : ''
  const beside = (value: number | null, most: number | undefined) =>
    `${value === null ? 'unknown' : `${value.toFixed(0)} °C`} of ${most ?? 'unknown'} °C`
  const parts = [
    `Transformer ${name} ${when}beyond its ${regimeWords[regime]} limit`,
    isForecast && nextPeakAt !== null
      ? `hot spot ${beside(nextPeakHotSpotC, limit?.hotSpotC)} at ${nextPeakAt}`
      : null,
    `now hot spot ${beside(hotSpotC, limit?.hotSpotC)}, top oil ${beside(topOilC, limit?.topOilC)}, ` +
      `load ${percent(loadPu)} of ${percent(limit?.loadPu ?? null)}`,
    minutesLeft === null ? null : `${roughly(minutesLeft)} min to the next limit at this load`,
    reliefKw !== null && reliefKw > 0
      ? `${kw(reliefKw)} less from ${state.reliefFrom ?? 'now'} to ${state.reliefTo ?? 'its end'} keeps it within limits`
      : null,
    state.reliefImpossible ?? null
  ]
  return parts.filter(part => part !== null).join('; ')
}

/** Whole minutes below half an hour, then five at a time. */
const roughly = (minutes: number): number =>
  minutes < 30 ? Math.round(minutes) : Math.round(minutes / 5) * 5
