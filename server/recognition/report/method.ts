import type { BaselineExplanation } from '../../contract/baselines.ts'
import type { Participant } from '../../contract/events.ts'
import type { ParticipantPerformance } from '../../contract/performance.ts'
import type { Pen } from './parts.ts'

type Fact = { label: string; value: string }

/** How one participant was measured: enough to compute it again by hand. */
export function methodFacts(
  participant: Participant,
  { baseline, credit, rebound, signs, acceptedKw, committedKw }: ParticipantPerformance,
  pen: Pen
): Fact[] {
  const { format, words } = pen
  const { facts, answers, noAnswer } = words.event
  const answer = participant.answer
  const meters = [participant, ...participant.furtherMeters]
  return [
    { label: facts.answer, value: answer === null ? noAnswer : answers[answer.answer] },
    {
      label: facts.committed,
      value: words.event.committed(
        format.powerText(committedKw),
        acceptedKw === null ? null : format.powerText(acceptedKw)
      )
    },
    {
      label: facts.point,
      value: meters.map(({ meteringPointId, meterId }) => `${meteringPointId}, ${meterId}`).join('; ')
    },
    ...(baseline === null ? [] : baselineFacts(baseline, pen)),
    ...(credit === null
      ? []
      : [
          {
            label: facts.credit,
            value: [
              format.energyText(credit.energyKwh),
              ...(credit.vnd === null ? [] : [format.money(credit.vnd)])
            ].join('; ')
          }
        ]),
    ...(rebound === null ? [] : [{ label: facts.rebound, value: format.energyText(rebound.energyKwh) }]),
    ...(signs.length === 0 ? [] : [{ label: facts.signs, value: signs.map(({ text }) => text).join('; ') }])
  ]
}

function baselineFacts(baseline: BaselineExplanation, { format, words }: Pen): Fact[] {
  const { facts } = words.event
  const { method, insteadOf, daysUsed, daysRejected, note, dataHash } = baseline
  // A regression uses months of days: how many says more than each.
  const days =
    daysUsed.length > 30 ? format.count(daysUsed.length) : daysUsed.map(format.dayMonth).join(' · ')
  const rejected = daysRejected.map(({ day, cause }) => `${format.dayMonth(day)} ${words.causes[cause]}`)
  return [
    { label: facts.method, value: words.methods[method] },
    ...insteadOf.map(one => ({
      label: facts.insteadOf,
      value: `${words.methods[one.method]}: ${one.reason}`
    })),
    ...(days === '' ? [] : [{ label: facts.days, value: days }]),
    ...(rejected.length === 0 || rejected.length > 40
      ? []
      : [{ label: facts.rejected, value: rejected.join(' · ') }]),
    {
      label: facts.adjustment,
      value: [adjustmentOf(baseline, { format, words }), note ?? ''].filter(Boolean).join('; ')
    },
    ...(dataHash === null ? [] : [{ label: facts.dataHash, value: dataHash }])
  ]
}

function adjustmentOf(baseline: BaselineExplanation, { format, words }: Pen): string {
  const { factor, factorUncapped, factorCapped, offsetKw, adjustmentFrom, adjustmentTo } = baseline
  const from = adjustmentFrom === null ? '' : format.time(Date.parse(adjustmentFrom))
  const to = adjustmentTo === null ? '' : format.time(Date.parse(adjustmentTo))
  if (factor !== null) {
    const capped = factorCapped ? words.event.capped(format.number(factorUncapped, 3)) : ''
    return words.event.factor(format.number(factor, 3), from, to) + capped
  }
  if (offsetKw !== null) return words.event.offset(format.powerText(offsetKw), from, to)
  return words.event.noAdjustment
}

/** By which methods many were measured. */
export function methodCounts(
  participants: readonly ParticipantPerformance[],
  { format, words }: Pen
): string {
  const counts = Map.groupBy(participants, ({ baseline }) => baseline?.method ?? null)
  return [...counts]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([method, some]) => {
      const count = format.count(some.length)
      return method === null
        ? words.event.noBaseline(count)
        : words.event.methodCount(words.methods[method], count)
    })
    .join('; ')
}
