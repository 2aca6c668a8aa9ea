import { expect, it } from 'vitest'
import { fitLoad, forecastLoad } from '../../../server/forecast/load/model.ts'
import { DAY_MS, HOUR_MS, invent } from './synthetic.ts'

/** The most at half past one by the clock. */
const kwAt = ({ hour }: { hour: number }) => 500 - 20 * Math.abs(hour - 13.5)

it.each([
  ['an hour is skipped', '2024-06-10', '2024-10-06'],
  ['an hour is repeated', '2023-12-10', '2024-04-07']
])('on a day on which %s the peak comes at its time by the clock', (_, from, changed) => {
  const node = invent({ days: 125, stepMs: HOUR_MS / 2, zone: 'Australia/Melbourne', from }, kwAt)
  const { load, temperature, calendar } = node
  const { time } = calendar
  const origin = time.dayStart(changed)
  const model = fitLoad({ load, temperature, calendar, knownUntil: origin })
  const ahead = forecastLoad(model, { load, temperature, origin, until: origin + 2 * DAY_MS })
  const [peak] = ahead?.peaks ?? []
  expect(peak?.date).toBe(changed)
  const at = peak?.at ?? Number.NaN
  expect(new Date(at + time.offsetMs(at)).toISOString()).toBe(`${changed}T13:30:00.000Z`)
  // As the half-hours beside it say.
  const { p50Kw, startMs, stepMs } = ahead ?? { p50Kw: new Float64Array(0), startMs: 0, stepMs: 1 }
  const today = p50Kw.filter((_, i) => time.date(startMs + i * stepMs) === changed)
  expect(p50Kw[(at - startMs) / stepMs]).toBe(Math.max(...today))
})
