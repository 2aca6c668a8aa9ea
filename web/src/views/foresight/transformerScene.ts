import type { TransformerAnswer } from '../../../../server/contract/transformers.ts'
import type { ChartLine, Scene } from '../../chart/scene.ts'
import { timeTick, type View } from '../../chart/scenes.ts'
import type { Values } from '../../columns.ts'
import type { Format } from '../../format.ts'
import type { ForesightWords } from '../../i18n/foresight/vi.ts'

interface SceneOptions {
  view: View
  words: ForesightWords['transformers']
  format: Format
}

/** What is known, and what is foretold; the latter begins at the last known row, so that the line has no hole. */
function split(values: Values, isForecast: readonly boolean[]): { known: Values; foretold: Values } {
  const first = isForecast.indexOf(true)
  return {
    known: values.map((value, i) => (isForecast[i] ? null : value)),
    foretold: values.map((value, i) => (first >= 0 && i >= first - 1 ? value : null))
  }
}

const SAME_K = 0.05
const plain = { spread: null, bands: [], area: null, fromZero: false }

/** Of what the sensor said that which was not taken: what was taken is the top oil itself. */
const notTaken = ({ measuredOilC, topOilC }: TransformerAnswer): Values =>
  measuredOilC.map((value, i) =>
    value === null || Math.abs(value - (topOilC[i] ?? Number.NaN)) < SAME_K ? null : value
  )

/** Hot spot, top oil and what its sensor said otherwise, with the hot spot's limit of normal cyclic loading. */
export function temperaturesScene(answer: TransformerAnswer, { view, words, format }: SceneOptions): Scene {
  const hotSpot = split(answer.hotSpotC, answer.isForecast)
  const topOil = split(answer.topOilC, answer.isForecast)
  const rejected = notTaken(answer)
  const lines: ChartLine[] = [
    { label: words.hotSpot, values: hotSpot.known, colour: '--p2' },
    { label: words.computed, values: topOil.known, colour: '--load' },
    ...(rejected.some(value => value !== null)
      ? [{ label: words.measured, values: rejected, colour: '--baseline' } as const]
      : []),
    { label: `${words.hotSpot}, ${words.foretold}`, values: hotSpot.foretold, colour: '--p2', dashed: true },
    { label: `${words.computed}, ${words.foretold}`, values: topOil.foretold, colour: '--load', dashed: true }
  ]
  const normal = answer.state.limits.find(({ regime }) => regime === 'normal-cyclic')
  const limits = normal
    ? [{ value: normal.hotSpotC, label: `${words.hotSpot} ${format.temperatureText(normal.hotSpotC)}` }]
    : []
  return {
    ...view,
    ...plain,
    t: answer.t,
    lines,
    limits,
    isStrip: false,
    stepped: false,
    unit: '°C',
    tick: value => format.tick(value),
    timeTick: timeTick(format)
  }
}

/** Load as a share of the rating. A row stands at the end of its interval. */
export function loadingScene(answer: TransformerAnswer, { view, words, format }: SceneOptions): Scene {
  const { known, foretold } = split(answer.loadPu, answer.isForecast)
  return {
    ...view,
    ...plain,
    t: answer.t,
    lines: [
      { label: words.load, values: known, colour: '--load' },
      { label: words.foretold, values: foretold, colour: '--forecast', dashed: true }
    ],
    limits: [{ value: 1, label: format.percent(1) }],
    isStrip: true,
    stepped: false,
    unit: '%',
    tick: value => format.tick(value * 100),
    timeTick: timeTick(format)
  }
}
