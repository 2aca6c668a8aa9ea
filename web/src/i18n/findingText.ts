import type { Finding } from '../../../server/contract/findings.ts'
import type { Format } from '../format.ts'
import { heatPeakAhead, isHot } from './aheadText.ts'
import type { Fact, FindingPart, Telling } from './findingTelling.ts'
import { oilDrift, transformerLimit } from './transformerFindingText.ts'
import type { Words } from './vi.ts'

/** A finding for people: what it is and where, and why, in numbers with their units. */
export interface FindingText {
  title: string
  why: string
}

/** Says a finding's facts in the language of `words`; a fact that is unknown is left out. */
export function findingText(finding: Finding, { findings: words }: Words, format: Format): FindingText {
  const fact = (name: string) => finding.facts[name] ?? null
  const telling = tellings[finding.kind]
  const isPlain = finding.kind === 'heat-peak-ahead' && !isHot(fact)
  return {
    title: words.atNode(isPlain ? words.ahead.overload : words.kinds[finding.kind], finding.nodeName),
    why: [...telling(fact, words, format, finding), standing(finding, words, format)]
      .filter(part => part !== null)
      .join('; ')
  }
}

/** The share of its limit that a finding judges: absent for other kinds, null while nothing tells it. */
const judgedShare = ({ facts }: Finding) => (facts.loading === undefined ? facts.share : facts.loading)

/** It still stands, but what it says is at present not so: it clears when that lasts. */
export function isUnderThreshold(finding: Finding): boolean {
  const [share, threshold] = [judgedShare(finding) ?? null, finding.facts.thresholdShare ?? null]
  return finding.clearedAt === null && share !== null && threshold !== null && share < threshold
}

/** Its share of the limit is unknown, so that nobody can say whether it is still so. */
export const isUnjudged = (finding: Finding) => finding.clearedAt === null && judgedShare(finding) === null

function standing(finding: Finding, words: Words['findings'], format: Format): FindingPart {
  if (isUnjudged(finding)) return words.cannotJudge
  const threshold = finding.facts.thresholdShare ?? null
  if (isUnderThreshold(finding)) return words.underAgain(format.percent(threshold))
  return finding.kind === 'overload' && threshold !== null ? words.threshold(format.percent(threshold)) : null
}

const heatPeak: Telling = (fact, words, format) => {
  const [temperature, share, capacity] = [fact('maxTemperatureC'), fact('share'), fact('capacityKw')]
  const load = format.powerText(fact('loadKw'))
  return [
    temperature === null
      ? null
      : words.heat(
          format.temperatureText(temperature),
          fact('temperatureIsForecast') === 1,
          words.grades[fact('grade') ?? 0] ?? ''
        ),
    share === null ? null : words.share(format.percent(share), load, format.powerText(capacity)),
    completeness(fact, words, format)
  ]
}

const overload: Telling = (fact, words, format) => {
  const [rating, limit, loading] = [fact('ratingKva'), fact('limitKw'), fact('loading')]
  const of = limit === null ? format.apparentText(rating) : format.powerText(limit)
  return [
    loading === null ? null : words.loadOf(format.powerText(fact('loadKw')), of, format.percent(loading)),
    completeness(fact, words, format)
  ]
}

const silentMeter: Telling = (fact, words, format) => {
  const [count, last, silent, interval] = ['silentCount', 'lastAt', 'silentS', 'reportIntervalS'].map(fact)
  if (count) return [words.silentMany(format.count(count), format.count(fact('expected')))]
  return [
    last
      ? words.silentSince(
          format.moment(last, last + (silent ?? 0) * 1000),
          format.duration((silent ?? 0) * 1000)
        )
      : words.neverReported,
    interval ? words.everySeconds(format.interval(interval)) : null
  ]
}

const completeness = (fact: Fact, words: Words['findings'], format: Format): FindingPart => {
  const [reported, expected] = [fact('reported'), fact('expected')]
  return reported === null || expected === null || reported >= expected
    ? null
    : words.partial(format.count(reported), format.count(expected))
}

const tellings: Record<Finding['kind'], Telling> = {
  'heat-peak': heatPeak,
  'heat-peak-ahead': heatPeakAhead,
  overload,
  'silent-meter': silentMeter,
  'transformer-limit': transformerLimit,
  'transformer-cooling': oilDrift,
  'oil-sensor': oilDrift
}
