import type { Format } from '../format.ts'
import type { Fact, FindingPart, Telling } from './findingTelling.ts'
import type { Words } from './vi.ts'

type AheadWords = Words['findings']['ahead']

const HALF_HOUR_MS = 1_800_000

/** Whether the day of a peak ahead is a hot one; otherwise it is an overload that was foretold. */
export const isHot = (fact: Fact): boolean => fact('isHot') !== 0

/** When, how high, how likely, how hot, and who could cover it; of one that was withdrawn, what has changed. */
export const heatPeakAhead: Telling = (fact, { ahead: words }, format, { flagged, clearedAt }) => {
  const issued = fact('issuedAt')
  const when = (at: number) => `${format.dayMonth(at)} ${format.time(at)}`
  if (fact('withdrawn') === 1) {
    return [
      words.withdrawn,
      ...changes(fact, words, format),
      issued === null ? null : words.issued(when(issued))
    ]
  }
  const [peak, at, probability] = [fact('peakKw'), fact('peakAt'), fact('probability')]
  return [
    clearedAt === null ? null : words.past,
    peak === null || at === null
      ? null
      : words.peak(
          `${format.dayMonth(at)} ${format.time(at)}–${format.time(at + HALF_HOUR_MS)}`,
          ...([peak, fact('p10Kw'), fact('p90Kw')].map(kw => format.powerText(kw)) as [
            string,
            string,
            string
          ])
        ),
    probability === null
      ? null
      : words.probability(format.probability(probability), format.powerText(fact('capacityKw'))),
    heat(fact, words, format),
    clearedAt === null ? cover(fact, words, format, flagged.length) : null,
    issued === null || fact('isStale') !== 1 ? null : words.stale(when(issued))
  ]
}

function heat(fact: Fact, words: AheadWords, format: Format): FindingPart {
  const [max, felt] = [fact('maxTemperatureC'), fact('maxHeatIndexC')]
  if (max === null) return null
  return words.heat(format.temperatureText(max), felt === null ? null : format.temperatureText(felt))
}

function cover(fact: Fact, words: AheadWords, format: Format, all: number): FindingPart {
  const [excessKw, needed] = [fact('excessKw'), fact('needed')]
  if (excessKw === null || excessKw <= 0) return null
  const excess = format.powerText(excessKw)
  if (all === 0) return words.nobody(excess)
  return needed === null
    ? words.notCovered(format.count(all), format.powerText(fact('coverKw')), excess)
    : words.covered(format.count(needed), format.count(Math.max(all, needed)), excess)
}

/** Each number as it was when the finding was gravest, and as it is now. */
function changes(fact: Fact, words: AheadWords, format: Format): FindingPart[] {
  const told: [string, string, string, (value: number) => string][] = [
    [words.what.temperature, 'thenTemperatureC', 'maxTemperatureC', format.temperatureText],
    [words.what.peak, 'thenPeakKw', 'peakKw', kw => format.powerText(kw)],
    [words.what.probability, 'highestProbability', 'probability', share => format.probability(share)]
  ]
  return told.map(([what, before, now, say]) => {
    const [was, is] = [fact(before), fact(now)]
    return was === null || is === null ? null : words.was(what, say(was), say(is))
  })
}
