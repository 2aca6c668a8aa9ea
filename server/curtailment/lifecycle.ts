import type { Signed } from '../contract/access.ts'
import type { CurtailmentEvent, EventCommand, EventState } from '../contract/curtailment.ts'

/**
 *           send        start         end         complete, or settle delay over
 *   draft ───────► notified ──► active ──► ended ──────────────────────────────► final (never before the end)
 *     │               │           │  └──────► complete: the end moves to the next slot boundary
 *     └───────────────┴───────────┴────► cancelled
 */

/** The programme's rules of time: its settlement slots, and how long late data is awaited. Epoch ms. */
export interface TimeRules {
  ceilToSlot(t: number): number
  settleDelayMs: number
}

export type CommandWord = 'send' | 'cancel' | 'complete'

export type Transition = { ok: true; next: CurtailmentEvent } | { ok: false; reason: string }

/** A dispatcher's command: the event as it is then, or why it cannot be done, in words. */
export function byCommand(
  event: CurtailmentEvent,
  word: CommandWord,
  command: Signed<EventCommand>,
  now: number,
  rules: TimeRules
): Transition {
  const change: Change = { at: now, by: command.by, note: command.note ?? null }
  switch (`${word} ${event.state}`) {
    case 'send draft':
      return send(event, change, rules)
    case 'cancel draft':
    case 'cancel notified':
    case 'cancel active':
      return { ok: true, next: changed(event, 'cancelled', change) }
    case 'complete active':
      return { ok: true, next: { ...changed(event, 'ended', change), end: iso(earlyEnd(event, now, rules)) } }
    case 'complete ended':
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
  const state = nextByClock[event.state]
  if (due === null || state === undefined || now < due) return null
  return changed(event, state, { at: now, by: 'clock', note: null })
}

/** When the clock next changes the event, epoch ms; null: never by itself. */
export function dueAt(event: CurtailmentEvent, { settleDelayMs }: TimeRules): number | null {
  if (event.state === 'notified') return Date.parse(event.start)
  if (event.state === 'active') return Date.parse(event.end)
  if (event.state === 'ended') return Date.parse(event.end) + settleDelayMs
  return null
}

/** When its participants were first called, epoch ms; null before. */
export function notifiedAt(event: CurtailmentEvent): number | null {
  const first = event.history.find(({ state }) => state === 'notified')
  return first ? Date.parse(first.at) : null
}

/**
 * Whether its days are event days of its participants: from the notice on, whatever they answered; not when it was
 * cancelled before it became active.
 */
export function wasCalled(event: CurtailmentEvent): boolean {
  const reached: EventState = event.state === 'cancelled' ? 'active' : 'notified'
  return event.history.some(({ state }) => state === reached)
}

interface Change {
  at: number
  by: string
  note: string | null
}

const nextByClock: Partial<Record<EventState, EventState>> = {
  notified: 'active',
  active: 'ended',
  ended: 'final'
}

const refusals: Record<CommandWord, string> = {
  send: 'only a draft can be sent',
  cancel: 'only a draft, a notified or an active event can be cancelled',
  complete: 'only an active or an ended event can be completed'
}

/** Sent late, it starts at the next slot; there must be one left. */
function send(event: CurtailmentEvent, change: Change, { ceilToSlot }: TimeRules): Transition {
  const start = Math.max(Date.parse(event.start), ceilToSlot(change.at))
  if (change.at >= Date.parse(event.end)) {
    return { ok: false, reason: `${event.id} cannot be sent: its end, ${event.end}, has passed` }
  }
  if (start >= Date.parse(event.end)) {
    return {
      ok: false,
      reason: `${event.id} cannot be sent: no whole settlement slot is left before its end, ${event.end}`
    }
  }
  return { ok: true, next: { ...changed(event, 'notified', change), start: iso(start) } }
}

function earlyEnd({ start, end }: CurtailmentEvent, now: number, { ceilToSlot }: TimeRules): number {
  const afterStart = ceilToSlot(Date.parse(start) + 1)
  return Math.min(Date.parse(end), Math.max(afterStart, ceilToSlot(now)))
}

function changed(event: CurtailmentEvent, state: EventState, { at, by, note }: Change): CurtailmentEvent {
  const version = event.version + 1
  const change = { version, state, at: iso(at), by, byId: null, note }
  return { ...event, state, version, history: [...event.history, change] }
}

const iso = (t: number) => new Date(t).toISOString()
