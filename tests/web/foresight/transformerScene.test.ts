import { describe, expect, test } from 'vitest'
import type { TransformerAnswer } from '../../../server/contract/transformers.ts'
import { createFormat } from '../../../web/src/format.ts'
import { foresightWords } from '../../../web/src/i18n/foresightWords.ts'
import { loadingScene, temperaturesScene } from '../../../web/src/views/foresight/transformerScene.ts'

const words = foresightWords.en.transformers
const options = {
  ...{ view: { from: 0, to: 3, now: 1 }, words, format: createFormat('en', 'Asia/Ho_Chi_Minh') }
}
const answer = (part: Partial<TransformerAnswer>): TransformerAnswer =>
  ({
    ...{ t: [0, 1, 2], loadPu: [0.5, 0.6, 0.7], hotSpotC: [60, 61, 62], topOilC: [50, 51, 52] },
    ...{ measuredOilC: [50, 51, null], isForecast: [false, false, true], state: { limits: [] } },
    ...part
  }) as unknown as TransformerAnswer
const lineOf = (one: TransformerAnswer, label: string) =>
  temperaturesScene(one, options).lines.find(line => line.label === label)

describe('the temperatures of a transformer', () => {
  test('what was measured and taken is the top oil, and no second line upon it', () => {
    expect(lineOf(answer({}), words.measured)).toBeUndefined()
  })
  test('what was measured and not taken is a line of its own, where it was so', () => {
    const bad = answer({ measuredOilC: [50, 90, null] })
    expect(lineOf(bad, words.measured)?.values).toEqual([null, 90, null])
  })
  test('no two solid lines have one colour', () => {
    const { lines } = temperaturesScene(answer({ measuredOilC: [50, 90, null] }), options)
    const solid = lines.filter(({ dashed }) => dashed !== true).map(({ colour }) => colour)
    expect(new Set(solid).size).toBe(solid.length)
  })
  test('what is foretold begins at the last known value', () => {
    const foretold = lineOf(answer({}), `${words.hotSpot}, ${words.foretold}`)
    expect(foretold?.values).toEqual([null, 61, 62])
  })
})

test('the loading stands in percent beside its axis, as everywhere else', () => {
  const scene = loadingScene(answer({}), options)
  expect(`${scene.tick(0.5)} ${scene.unit}`).toBe('50 %')
})
