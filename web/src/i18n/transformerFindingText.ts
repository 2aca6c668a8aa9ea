import type { Format } from '../format.ts'
import type { Fact, FindingPart, Telling } from './findingTelling.ts'
import type { Words } from './vi.ts'

type TransformerWords = Words['findings']['transformer']

/** Which limit is, or is foretold to be, passed; how hot it is; how long it may last; and how much less keeps it within. */
export const transformerLimit: Telling = (fact, { transformer: words }, format, { clearedAt }) => {
  const regime = words.regimes[(fact('regime') ?? 0) - 1]
  const isForecast = fact('isForecast') === 1
  const [load, minutesLeft] = [fact('loadPu'), fact('minutesLeft')]
  return [
    regime === undefined ? null : isForecast ? words.foretold(regime) : words.passed(regime),
    isForecast ? foretoldHotSpot(fact, words, format) : hotSpot(fact, words, format),
    isForecast ? null : topOil(fact, words, format),
    load === null ? null : words.load(format.percent(load), format.percent(fact('loadLimitPu'))),
    clearedAt !== null || minutesLeft === null
      ? null
      : words.minutesLeft(format.duration(minutesLeft * 60_000)),
    clearedAt === null ? relief(fact, words, format) : null
  ]
}

function hotSpot(fact: Fact, words: TransformerWords, format: Format): FindingPart {
  const [is, limit] = [fact('hotSpotC'), fact('hotSpotLimitC')]
  return is === null ? null : words.hotSpot(format.temperatureText(is), format.temperatureText(limit))
}

function foretoldHotSpot(fact: Fact, words: TransformerWords, format: Format): FindingPart {
  const [is, at, limit] = [fact('peakHotSpotC'), fact('peakAt'), fact('hotSpotLimitC')]
  if (is === null || at === null) return null
  const when = `${format.dayMonth(at)} ${format.time(at)}`
  return words.hotSpotAt(format.temperatureText(is), when, format.temperatureText(limit))
}

function topOil(fact: Fact, words: TransformerWords, format: Format): FindingPart {
  const [is, limit] = [fact('topOilC'), fact('topOilLimitC')]
  return is === null ? null : words.topOil(format.temperatureText(is), format.temperatureText(limit))
}

function relief(fact: Fact, words: TransformerWords, format: Format): FindingPart {
  if (fact('reliefIsEnough') === 0) return words.noReliefIsEnough
  const [kw, from, to] = [fact('reliefKw'), fact('reliefFrom'), fact('reliefTo')]
  if (kw === null || kw <= 0 || from === null || to === null) return null
  const window = `${format.dayMonth(from)} ${format.time(from)} – ${format.time(to)}`
  return words.relief(format.powerText(kw), window)
}

/** A sensor that is wrong in another way than by a level has no drift to speak of. */
const SAID_FROM_K = 1

/** How far measured and computed oil temperature are apart, since when, and which service is advised. */
export const oilDrift: Telling = (fact, { transformer: words }, format, { kind }) => {
  const [drift, since, measured, computed] = ['driftK', 'sinceAt', 'measuredC', 'computedC'].map(fact)
  const isCooling = kind === 'transformer-cooling'
  const say = isCooling ? words.cooling : words.sensor
  return [
    drift == null || (!isCooling && Math.abs(drift) < SAID_FROM_K)
      ? null
      : say(`${format.number(drift, 1)}\u00a0K`),
    measured == null || computed == null
      ? null
      : words.oil(format.temperatureText(measured), format.temperatureText(computed)),
    since == null ? null : words.since(format.date(since)),
    words.advice[(fact('advice') ?? 0) - 1] ?? null
  ]
}
