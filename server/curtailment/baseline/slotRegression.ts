import { laidOver } from './candidateDay.ts'
import { sameTypeDays } from './dayMatching.ts'
import { knownMean, nothing, type Tried } from './estimate.ts'
import type { Asking, BaselineInput } from './input.ts'

/** Below this sum of squares, K², the temperature did not vary. */
const SAME_TEMPERATURE = 1e-9

/**
 * For each slot a line of load on temperature over the same-type days of 10 of 10 (LBNL Buildings library,
 * Controls.Predictors): what weather can say after two weeks. Where the temperature did not vary it is their mean.
 * `ownC`: the event day's temperature over the window, °C.
 */
export function* bySlot(input: BaselineInput, ownC: Float64Array): Asking<Tried> {
  const { window, temperature } = input
  if (!temperature) return nothing('no outdoor temperature is known')
  const found = yield* sameTypeDays(input, '10of10', false)
  if (!found.ok) return found
  const passed = new Set(found.choice.passed.map(({ date }) => date))
  const days = found.looked.map(({ date, kw }) => ({
    date,
    kw,
    temperatureC: laidOver(window, temperature, date)
  }))
  const used = days.filter(({ date }) => passed.has(date))
  const baselineKw = Float64Array.from(ownC, (degrees, i) => lineAt(used, i, degrees))
  return {
    ok: true,
    estimate: {
      baselineKw,
      basisKw: baselineKw,
      daysUsed: used.map(({ date }) => date),
      daysRejected: found.daysRejected,
      note: 'a line on temperature for each slot: too few days for one by time of week',
      evidence: [
        { label: 'temperature', values: ownC },
        ...days.flatMap(({ date, kw, temperatureC }) => [
          { label: date, values: kw },
          { label: `${date} °C`, values: temperatureC }
        ])
      ],
      isSettled: false
    }
  }
}

/** The least squares line through what the days say of a slot, at a temperature; NaN where nothing is known. */
function lineAt(
  days: readonly { kw: Float64Array; temperatureC: Float64Array }[],
  slot: number,
  degrees: number
): number {
  const points = days
    .map(({ kw, temperatureC }) => ({ kw: kw[slot] ?? NaN, degrees: temperatureC[slot] ?? NaN }))
    .filter(point => !Number.isNaN(point.kw) && !Number.isNaN(point.degrees))
  const meanKw = knownMean(points.map(({ kw }) => kw))
  const meanC = knownMean(points.map(point => point.degrees))
  let spread = 0
  let together = 0
  for (const point of points) {
    spread += (point.degrees - meanC) ** 2
    together += (point.degrees - meanC) * (point.kw - meanKw)
  }
  return spread < SAME_TEMPERATURE ? meanKw : meanKw + (together / spread) * (degrees - meanC)
}
