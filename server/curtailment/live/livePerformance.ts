import type { CurtailmentEvent, Participant } from '../../contract/events.ts'
import type { LivePerformance } from '../../contract/performance.ts'
import type { LiveBasis } from '../performance/needs.ts'
import { baselineAt, type Outlook, outlookOf, type Present } from './basis.ts'
import { type ErrorPart, sigmaOfSum } from './sigma.ts'

/** Less than this share of what was asked falls short (domain reference 4, hold). */
const HOLD_SHARE = 0.9
const HOUR_MS = 3_600_000

type LiveParticipant = LivePerformance['participants'][number]

/** What the estimate of a running event rests on. */
export interface LiveFacts {
  /** By customer; who is missing has no baseline. */
  basis: ReadonlyMap<string, LiveBasis>
  presentOf(participant: Participant): Present | null
  /** Error that all sites share, of their summed baseline. */
  commonErrorShare: number
}

/**
 * A running event against its target at `now` (epoch ms), pure. The sum is coincident: the present delivery, baseline −
 * load, of everybody whose part runs and who has a reading from inside its part; the others are counted apart, with what
 * was asked of them, and the shortfall speaks of the known alone. Opted out or not, what a meter shows is in the sum, as it
 * is in the result.
 */
export function livePerformance(
  event: CurtailmentEvent,
  { basis, presentOf, commonErrorShare }: LiveFacts,
  now: number
): Omit<LivePerformance, 'callMore'> {
  const seen = event.participants.map(participant => {
    const known = basis.get(participant.customerId) ?? null
    return { participant, known, ...liveParticipant(participant, known, presentOf(participant), now) }
  })
  const running = seen.filter(({ isRunning }) => isRunning)
  const known = running.filter(({ live }) => live.deliveredKw !== null)
  const sum = (values: readonly (number | null)[]) => values.reduce<number>((all, one) => all + (one ?? 0), 0)
  const targetKw = sum(running.map(({ live }) => live.requestedKw))
  const askedOfKnownKw = sum(known.map(({ live }) => live.requestedKw))
  const deliveredKw = known.length === 0 ? null : sum(known.map(({ live }) => live.deliveredKw))
  const errors = known.map(({ live, known: one }) => errorPart(live.baselineKw, one))
  return {
    eventId: event.id,
    version: event.version,
    isDrill: event.isDrill,
    at: new Date(now).toISOString(),
    targetKw,
    deliveredKw,
    uncertaintyKw: sigmaOfSum(errors, commonErrorShare),
    known: known.length,
    unknown: running.length - known.length,
    unknownKw: targetKw - askedOfKnownKw,
    shortfallKw: deliveredKw === null ? null : Math.max(0, askedOfKnownKw - deliveredKw),
    forecast: forecastOf(event, seen, commonErrorShare),
    participants: seen.map(({ live }) => live)
  }
}

interface Seen {
  known: LiveBasis | null
  live: LiveParticipant
}

function liveParticipant(
  participant: Participant,
  basis: LiveBasis | null,
  present: Present | null,
  now: number
): { isRunning: boolean; live: LiveParticipant } {
  const { customerId, customerName, requestedKw, answer } = participant
  const [start, end] = [Date.parse(participant.start), Date.parse(participant.end)]
  const isOver = participant.releasedAt !== null || participant.supersededBy !== null || now >= end
  const isRunning = !isOver && now >= start
  const isInside = isRunning && present !== null && present.at >= start
  const baselineKw = isRunning && basis ? baselineAt(basis, now) : null
  const deliveredKw = isInside && baselineKw !== null ? baselineKw - present.kw : null
  const hasRefused = answer?.answer === 'decline' || answer?.answer === 'opt-out'
  const state = isOver
    ? 'released'
    : !isRunning
      ? 'not-started'
      : hasRefused
        ? 'opted-out'
        : deliveredKw === null
          ? 'unknown'
          : deliveredKw < HOLD_SHARE * requestedKw
            ? 'short'
            : 'delivering'
  return {
    isRunning,
    live: {
      customerId,
      customerName,
      state,
      answer: answer?.answer ?? null,
      requestedKw,
      baselineKw,
      presentKw: present?.kw ?? null,
      deliveredKw,
      shortfallKw: deliveredKw === null ? null : Math.max(0, requestedKw - deliveredKw)
    }
  }
}

function forecastOf(
  { start, end }: CurtailmentEvent,
  seen: readonly Seen[],
  commonErrorShare: number
): LivePerformance['forecast'] {
  const outlooks = seen.flatMap(({ known, live }): (Outlook & { errorShare: number | null })[] => {
    const outlook = known && outlookOf(known, live.deliveredKw)
    return outlook ? [{ ...outlook, errorShare: known.errorShare }] : []
  })
  const hours = (Date.parse(end) - Date.parse(start)) / HOUR_MS
  if (outlooks.length === 0 || hours <= 0) return { deliveredKwh: null, averageKw: null, uncertaintyKw: null }
  const deliveredKwh = outlooks.reduce((sum, one) => sum + one.deliveredKwh, 0)
  const errors = outlooks.map(({ baselineKwh, errorShare }) => ({ baseline: baselineKwh, errorShare }))
  const sigmaKwh = sigmaOfSum(errors, commonErrorShare)
  return {
    deliveredKwh,
    averageKw: deliveredKwh / hours,
    uncertaintyKw: sigmaKwh === null ? null : sigmaKwh / hours
  }
}

const errorPart = (baselineKw: number | null, basis: LiveBasis | null): ErrorPart => ({
  baseline: baselineKw ?? 0,
  errorShare: basis?.errorShare ?? null
})
