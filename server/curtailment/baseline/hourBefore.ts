import { nothing, type Tried } from './estimate.ts'
import type { Asking, BaselineInput } from './input.ts'
import { constantEstimate, evidenceOf, isDisturbed, meanOfStretch, stretchOf } from './ownDay.ts'

const HOUR_MS = 3_600_000

/**
 * NAESB Meter Before / Meter After: the load of the hour directly before the event.
 *
 *   ├─ 1 h ─┤ notice ···· ║ event ║     notice on the same day: from then on the load may already answer
 */
export function* meterBeforeAfter(input: BaselineInput): Asking<Tried> {
  return yield* hourBefore(input, null)
}

/**
 * NAESB Maximum Base Load: the participant stays at or under the contracted kW, and that is what it is judged by. Such a
 * programme has no baseline of its own; so that a delivery can be shown as well, the load is compared with the hour before
 * the notice (or the start, when the notice came on an earlier day), as in Meter Before / Meter After.
 */
export function* firmServiceLevel(input: BaselineInput): Asking<Tried> {
  const limitKw = input.firmServiceLevelKw ?? null
  if (limitKw === null) return nothing('no firm service level is contracted')
  return yield* hourBefore(input, `what counts is staying at or under ${limitKw} kW`)
}

function* hourBefore(input: BaselineInput, meaning: string | null): Asking<Tried> {
  const { grid, times, date } = input.window
  const { start, notifiedAt } = times
  const isSameDay = notifiedAt !== null && grid.local.date(notifiedAt) === date
  const end = isSameDay ? grid.floor(Math.min(start, notifiedAt)) : start
  const span = { start: grid.floor(end - HOUR_MS), end }
  const which = `the hour before the ${end < start ? 'notice' : 'event'}`
  const hour = yield* stretchOf(input, span)
  if (isDisturbed(input, span)) return nothing(`another call fell into ${which}`)
  const kw = meanOfStretch(hour)
  if (kw === null) return nothing(`${which} is not known`)
  const note = `compared with ${which}`
  return {
    ok: true,
    estimate: constantEstimate(input, kw, {
      note: meaning === null ? note : `${meaning}; ${note}`,
      evidence: [evidenceOf('hour before', hour)],
      isSettled: hour.kw.every(value => !Number.isNaN(value))
    })
  }
}
