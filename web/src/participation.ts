import type { CurtailmentEvent, Participant } from '../../server/contract/events.ts'
import type { Programme } from '../../server/contract/programmes.ts'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

export const askedKw = (event: CurtailmentEvent) => sum(event.participants.map(p => p.requestedKw))

/** What one participant has promised: the kW it named, or all that was asked; null unless it accepted. */
export function promisedOf({ answer, requestedKw }: Participant): number | null {
  return answer?.answer === 'accept' ? (answer.kw ?? requestedKw) : null
}

/** It said that it takes no part: what its meter shows is no result of the event. */
export const hasRefused = ({ answer }: Pick<Participant, 'answer'>) =>
  answer?.answer === 'decline' || answer?.answer === 'opt-out'

export const promisedKw = (event: CurtailmentEvent) => sum(event.participants.map(p => promisedOf(p) ?? 0))

/** How many have accepted, refused (declined or opted out) and not answered yet. */
export function answerCounts(event: CurtailmentEvent) {
  const accepted = event.participants.filter(p => p.answer?.answer === 'accept').length
  const refused = event.participants.filter(hasRefused).length
  return { accepted, refused, silent: event.participants.length - accepted - refused }
}

/** Called and not over. */
export const isRunning = ({ state }: CurtailmentEvent) =>
  state === 'notified' || state === 'standby' || state === 'active'

/** Sent once: customers have seen it, so it belongs on a chart. */
export const wasSent = (event: CurtailmentEvent) =>
  event.state !== 'draft' && event.state !== 'approved' && event.history.some(h => h.state === 'notified')

/** The next boundary of a settlement slot that leaves at least a minute to send the notice. */
export function nextSlotStart(now: number, intervalMinutes: number): number {
  const slot = intervalMinutes * 60_000
  return Math.ceil((now + 60_000) / slot) * slot
}

/** How long an event usually is: an hour, or five slots where those are shorter. */
export const usualMinutes = (slotMinutes: number) => Math.min(60, 5 * slotMinutes)

/** Slots of the everyday programme, of the lowest priority: an emergency's do not shape every draft. */
export function everydaySlotMinutes(
  programmes: readonly Pick<Programme, 'priority' | 'settlementIntervalMinutes'>[]
): number {
  const [everyday] = programmes.toSorted((a, b) => a.priority - b.priority)
  return everyday?.settlementIntervalMinutes ?? 30
}

/** What stands between a draft and its notice: nothing, a second person, one who is not the viewer, or it was given. */
export type Approval = 'unneeded' | 'needed' | 'own' | 'given'

/**
 * Two persons stand behind a large order: who asks for more than `aboveKw` in sum cannot approve it as well.
 * `viewerId`: who looks; null: nobody is known.
 */
export function approvalOf(event: CurtailmentEvent, aboveKw: number, viewerId: string | null): Approval {
  if (event.state === 'approved') return 'given'
  if (event.state !== 'draft' || askedKw(event) <= aboveKw) return 'unneeded'
  const creator = event.history[0]?.byId ?? null
  return creator !== null && creator === viewerId ? 'own' : 'needed'
}
