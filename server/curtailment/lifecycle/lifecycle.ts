import type { Signed } from '../../contract/access.ts'
import type { CurtailmentEvent, EventCommand, EventState } from '../../contract/events.ts'

/**
 *          approve            send            start         end         complete, or settle delay over
 *   draft ─────────► approved ─────► notified ──────► active ─────► ended ───────────────────────────────► final
 *     │ │                │             ▲ │              │             ▲
 *     │ └ send, not a large one ───────┘ │              ├─ complete ──┘ the end moves to the next slot boundary
 *     └──────────────────┴───────────────┴──────────────┴──► cancelled
 *
 * approve: by somebody else than who drafted it · send of a draft: only when it asks no more in sum than one person may
 * final: never before the end
 */

/** The programme's rules of time: its settlement slots, and how long late data is awaited. Epoch ms. */
export interface TimeRules {
  ceilToSlot(t: number): number
  settleDelayMs: number
}

/** What a command is judged by. */
export interface CommandRules extends TimeRules {
  /** An event that asks more kW than this in sum takes two persons. */
  approvalAboveKw: number
}

export type CommandWord = 'approve' | 'send' | 'cancel' | 'complete'

export type Transition = { ok: true; next: CurtailmentEvent } | { ok: false; reason: string }

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
  return changed(event, state, { at: now, by: 'clock', byId: null, note: null })
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
  byId: string | null
  note: string | null
}

const nextByClock: Partial<Record<EventState, EventState>> = {
  notified: 'active',
  active: 'ended',
  ended: 'final'
}

const refusals: Record<CommandWord, string> = {
  approve: 'only a draft can be approved',
  send: 'only a draft or an approved event can be sent',
  cancel: 'only a draft, an approved, a notified or an active event can be cancelled',
  complete: 'only an active or an ended event can be completed'
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

/** Why one person cannot send the draft alone; null when one may. */
function takesTwo(event: CurtailmentEvent, { approvalAboveKw }: CommandRules): Transition | null {
  const askedW = event.participants.reduce((sum, { requestedKw }) => sum + requestedKw * 1000, 0)
  // To the watt: 0.1 kW ten times is 1 kW.
  const askedKw = Math.round(askedW) / 1000
  if (askedKw <= approvalAboveKw) return null
  return {
    ok: false,
    reason: `${event.id} asks ${askedKw} kW in sum, above ${approvalAboveKw} kW: a second person has to approve it first`
  }
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

function changed(
  event: CurtailmentEvent,
  state: EventState,
  { at, by, byId, note }: Change
): CurtailmentEvent {
  const version = event.version + 1
  const change = { version, state, at: iso(at), by, byId, note }
  return { ...event, state, version, history: [...event.history, change] }
}

const iso = (t: number) => new Date(t).toISOString()
