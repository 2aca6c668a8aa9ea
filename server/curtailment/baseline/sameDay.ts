import { nothing, type Tried } from './estimate.ts'
import type { Asking, BaselineInput } from './input.ts'
import { constantEstimate, evidenceOf, isDisturbed, meanOfStretch, stretchOf } from './ownDay.ts'

const HOUR_MS = 3_600_000

/**
 * PJM Same Day (3+2): the mean of the event's own day around it.
 *
 *   ├── 3 h ──┤ 1 h ║ event ║ 1 h ├─ 2 h ─┤
 *
 * While the two hours after it are not known it rests on the three before alone, and says so.
 */
export function* sameDay(input: BaselineInput): Asking<Tried> {
  const { start, end } = input.window.times
  const spans = [
    { start: start - 4 * HOUR_MS, end: start - HOUR_MS },
    { start: end + HOUR_MS, end: end + 3 * HOUR_MS }
  ] as const
  const before = yield* stretchOf(input, spans[0])
  const after = yield* stretchOf(input, spans[1])
  if (spans.some(span => isDisturbed(input, span)))
    return nothing('another call fell into the hours before or after the event')
  const beforeKw = meanOfStretch(before)
  const afterKw = meanOfStretch(after)
  if (beforeKw === null) return nothing('the three hours from 4 h to 1 h before the event are not known')
  const hours = afterKw === null ? 3 : 5
  const kw = (3 * beforeKw + (hours - 3) * (afterKw ?? 0)) / hours
  return {
    ok: true,
    estimate: constantEstimate(input, kw, {
      note: afterKw === null ? 'only the hours before the event: those after it are not known' : null,
      evidence: [evidenceOf('before', before), evidenceOf('after', after)],
      isSettled: [...before.kw, ...after.kw].every(value => !Number.isNaN(value))
    })
  }
}
