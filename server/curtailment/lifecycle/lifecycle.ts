import type { Signed } from '../../contract/access.ts'
import type { CurtailmentEvent, EventCommand, EventState } from '../../contract/events.ts'
import { cutParts, letGo, nextReleaseAt, release, withParts } from './release.ts'
import { byTheClock, type Change, changed, iso, type Transition } from './transition.ts'

/**
 * What moves an event; contract/events.ts has the picture of its states. By the clock:
 *
 *   notified ── start − response time ──► standby ── start ──► active ── end ──► ended ── end + settle delay ──► final
 *       └─ sent within the response time ─────────────────────► │ └─ a group's end: all-clear to it, still active
 *
 * Forward only: whatever the clock does, an event never goes back and every step is taken once. From ended to provisional
 * it goes when the data is whole, which only a measurement can say (settling.ts).
 */

/** The programme's rules of time: settlement slots, response time, how long late data is awaited. Epoch ms. */
export interface TimeRules {
  ceilToSlot(t: number): number
  floorToSlot(t: number): number
  responseMs: number
  settleDelayMs: number
}

/** What a command is judged by. */
export interface CommandRules extends TimeRules {
  /** An event that asks more kW than this in sum takes two persons. */
  approvalAboveKw: number
}

export type CommandWord = 'approve' | 'send' | 'cancel' | 'complete'

/** A dispatcher's command: the event as it is then, or why it cannot be done, in words. */
export function byCommand(
  event: CurtailmentEvent,
  word: CommandWord,
  command: Signed<EventCommand>,
  now: number,
  rules: CommandRules
): Transition {
  const change: Change = { at: now, by: command.by, byId: command.byId, note: command.note ?? null }
  switch (`${word} ${event.state}`) {
    case 'approve draft':
      return approve(event, change)
    case 'send draft':
      return takesTwo(event, rules) ?? send(event, change, rules)
    case 'send approved':
      return send(event, change, rules)
    case 'cancel draft':
    case 'cancel approved':
    case 'cancel notified':
    case 'cancel standby':
      return { ok: true, next: letGoIfSent(changed(event, 'cancelled', change), now) }
    case 'cancel active':
      return { ok: true, next: cancelActive(event, change, rules) }
    case 'complete active':
      return { ok: true, next: endEarly(event, change, rules) }
    case 'complete ended':
    case 'complete provisional':
      // Ended early, its last slot may still run: a result frozen now would never know it.
      if (now < Date.parse(event.end)) {
        return { ok: false, reason: `${event.id} cannot be closed before its end, ${event.end}` }
      }
      return { ok: true, next: changed(event, 'final', change) }
    default:
      return { ok: false, reason: `${event.id} is ${event.state}: ${refusals[word]}` }
  }
}

/** The next step that the clock alone brings, one at a time; null while nothing is due. */
export function byClock(event: CurtailmentEvent, now: number, rules: TimeRules): CurtailmentEvent | null {
  const due = dueAt(event, rules)
  if (due === null || now < due) return null
  const change = byTheClock(now)
  switch (event.state) {
    case 'notified':
      return changed(event, now < Date.parse(event.start) ? 'standby' : 'active', change)
    case 'standby':
      return changed(event, 'active', change)
    case 'active':
      if (now < Date.parse(event.end)) return release(event, now)
      return letGo(changed(event, 'ended', change), now)
    case 'ended':
    case 'provisional':
      return changed(event, 'final', change)
    default:
      return null
  }
}

/** When the clock next changes the event, epoch ms; null: never by itself. */
export function dueAt(event: CurtailmentEvent, { responseMs, settleDelayMs }: TimeRules): number | null {
  const start = Date.parse(event.start)
  const end = Date.parse(event.end)
  switch (event.state) {
    case 'notified': {
      const standbyAt = start - responseMs
      return (notifiedAt(event) ?? start) < standbyAt ? standbyAt : start
    }
    case 'standby':
      return start
    case 'active':
      return nextReleaseAt(event) ?? end
    case 'ended':
    case 'provisional':
      return end + settleDelayMs
    default:
      return null
  }
}

/** When its participants were first called, epoch ms; null before. */
export function notifiedAt(event: CurtailmentEvent): number | null {
  return reachedAt(event, 'notified')
}

/** When it first came to a state, epoch ms; null: it never did. */
export function reachedAt({ history }: Pick<CurtailmentEvent, 'history'>, wanted: EventState): number | null {
  const first = history.find(({ state }) => state === wanted)
  return first ? Date.parse(first.at) : null
}

/**
 * Whether its days are event days of its participants (domain reference 3.2): from the notice on, whatever they
 * answered, drills too; not when it was cancelled before `from` (epoch ms): for a baseline the begin of its adjustment
 * window, else its start.
 */
export function wasCalled(event: CurtailmentEvent, from = Date.parse(event.start)): boolean {
  if (notifiedAt(event) === null) return false
  if (event.state !== 'cancelled') return true
  return reachedAt(event, 'active') !== null || (reachedAt(event, 'cancelled') ?? Infinity) >= from
}

/** Asks nobody for anything any more. */
export const isOver = ({ state }: Pick<CurtailmentEvent, 'state'>): boolean =>
  state === 'ended' || state === 'provisional' || state === 'final' || state === 'cancelled'

/** Cancelled while its participants were already down: measured up to its cancellation. */
export const wasBrokenOff = (event: CurtailmentEvent): boolean =>
  event.state === 'cancelled' && reachedAt(event, 'active') !== null

const refusals: Record<CommandWord, string> = {
  approve: 'only a draft can be approved',
  send: 'only a draft or an approved event can be sent',
  cancel: 'only a draft, an approved, a notified, a standby or an active event can be cancelled',
  complete: 'only an active, an ended or a provisional event can be completed'
}

/** By a second person. Where it is not known who drafted it, nobody can be told to be another. */
function approve(event: CurtailmentEvent, change: Change): Transition {
  const [drafted] = event.history
  if (drafted?.byId == null) {
    return {
      ok: false,
      reason: `${event.id} cannot be approved: who drafted it is not known; make a new draft`
    }
  }
  if (drafted.byId === change.byId) {
    return {
      ok: false,
      // Not by name: refusals stand in the audit chain, from which no name can be taken away again.
      reason: `${event.id} cannot be approved by who drafted it: a second person has to`
    }
  }
  if (change.at >= Date.parse(event.end)) {
    return { ok: false, reason: `${event.id} cannot be approved: its end, ${event.end}, has passed` }
  }
  return { ok: true, next: changed(event, 'approved', change) }
}

/** To the watt: 0.1 kW ten times is 1 kW. */
export function askedKw({ participants }: Pick<CurtailmentEvent, 'participants'>): number {
  return Math.round(participants.reduce((sum, { requestedKw }) => sum + requestedKw * 1000, 0)) / 1000
}

/** Why one person cannot send the draft alone; null when one may. */
function takesTwo(event: CurtailmentEvent, { approvalAboveKw }: CommandRules): Transition | null {
  const kw = askedKw(event)
  if (kw <= approvalAboveKw) return null
  return {
    ok: false,
    reason: `${event.id} asks ${kw} kW in sum, above ${approvalAboveKw} kW: a second person has to approve it first`
  }
}

/** Sent late, it starts at the next slot; there must be one left, for the first group that comes back too. */
function send(event: CurtailmentEvent, change: Change, { ceilToSlot }: TimeRules): Transition {
  const start = Math.max(Date.parse(event.start), ceilToSlot(change.at))
  if (change.at >= Date.parse(event.end)) {
    return { ok: false, reason: `${event.id} cannot be sent: its end, ${event.end}, has passed` }
  }
  const next = withParts({ ...changed(event, 'notified', change), start: iso(start) })
  if (next.participants.some(one => ceilToSlot(Date.parse(one.start) + 1) > Date.parse(one.end))) {
    return {
      ok: false,
      reason: `${event.id} cannot be sent: no whole settlement slot is left before its end, ${event.end}`
    }
  }
  return { ok: true, next }
}

/** At the next slot boundary, after one whole slot at least. */
function endEarly(event: CurtailmentEvent, change: Change, { ceilToSlot }: TimeRules): CurtailmentEvent {
  const afterStart = ceilToSlot(Date.parse(event.start) + 1)
  const end = Math.min(Date.parse(event.end), Math.max(afterStart, ceilToSlot(change.at)))
  return letGo(cutParts({ ...changed(event, 'ended', change), end: iso(end) }), change.at)
}

/** Broken off: what counts are the whole slots until now. */
function cancelActive(event: CurtailmentEvent, change: Change, { floorToSlot }: TimeRules): CurtailmentEvent {
  const end = Math.min(Date.parse(event.end), Math.max(Date.parse(event.start), floorToSlot(change.at)))
  return letGo(cutParts({ ...changed(event, 'cancelled', change), end: iso(end) }), change.at)
}

function letGoIfSent(event: CurtailmentEvent, now: number): CurtailmentEvent {
  return notifiedAt(event) === null ? event : letGo(event, now)
}
