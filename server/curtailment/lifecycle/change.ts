import type { Signed } from '../../contract/access.ts'
import type { CurtailmentEvent, EventChange, Participant } from '../../contract/events.ts'
import { askedKw, type CommandRules } from './lifecycle.ts'
import { named } from './order.ts'
import { isHeld, withParts } from './release.ts'
import { callingStates } from './supersede.ts'
import { changed, iso, type Transition } from './transition.ts'

type Called = NonNullable<EventChange['participants']>

/** Those a change calls who are not in the event yet, and where their part begins, epoch ms; or why it is refused. */
export function newcomers(
  event: CurtailmentEvent,
  change: EventChange,
  now: number,
  { ceilToSlot, noticeMs }: Pick<CommandRules, 'ceilToSlot'> & { noticeMs: number }
): { called: Called; start: number; end: number } {
  const known = new Set(event.participants.map(({ customerId }) => customerId))
  return {
    called: (change.participants ?? []).filter(({ customerId }) => !known.has(customerId)),
    // Called later it starts later: never without the notice that the programme promises.
    start: Math.max(Date.parse(event.start), ceilToSlot(now + noticeMs)),
    end: Date.parse(change.end ?? event.end)
  }
}

/**
 * A sent event changed: `joining` are the newcomers with their parts; the others get another kW or group before their
 * start; the end moves, forward or back, to a slot boundary. The same as before is no new version but a refusal.
 */
export function applyChange(
  event: CurtailmentEvent,
  command: Signed<EventChange>,
  joining: readonly Participant[],
  now: number,
  rules: CommandRules
): Transition {
  const no = (reason: string): Transition => ({ ok: false, reason: `${event.id} ${reason}` })
  if (!(callingStates as readonly string[]).includes(event.state)) {
    return no(`is ${event.state}: only a notified, a standby or an active event can be changed`)
  }
  const end = command.end === undefined ? Date.parse(event.end) : rules.ceilToSlot(Date.parse(command.end))
  const firstEnd = rules.ceilToSlot(Math.max(now, Date.parse(event.start)) + 1)
  if (command.end !== undefined && !(end >= firstEnd)) {
    return no(`cannot end at ${command.end}: its first whole slot from now ends at ${iso(firstEnd)}`)
  }
  const called = new Map((command.participants ?? []).map(one => [one.customerId, one]))
  const refused: string[] = []
  let isOther = end !== Date.parse(event.end) || joining.length > 0
  const participants = event.participants.map(one => {
    const { requestedKw = one.requestedKw, releaseGroup = one.releaseGroup } =
      called.get(one.customerId) ?? {}
    if (requestedKw === one.requestedKw && releaseGroup === one.releaseGroup) return one
    if (!isHeld(one) || Date.parse(one.start) <= now) refused.push(one.customerId)
    isOther = true
    return { ...one, requestedKw, releaseGroup }
  })
  if (refused.length > 0) return no(`cannot ask others of who has started or is let go: ${named(refused)}`)
  if (!isOther) return no('is like that already: nothing would change')

  const change = { at: now, by: command.by, byId: command.byId, note: command.note ?? null }
  const widened = { ...changed(event, event.state, change), end: iso(end) }
  const next = withParts({ ...widened, participants: [...participants, ...joining] }, rules.ceilToSlot(now))
  const empty = next.participants.filter(
    one => isHeld(one) && rules.ceilToSlot(Date.parse(one.start) + 1) > Date.parse(one.end)
  )
  if (empty.length > 0) {
    const whom = named(empty.map(one => `${one.customerId} (${one.start} to ${one.end})`))
    return no(`leaves no whole settlement slot for ${whom}`)
  }
  return tooMuch(event, next, rules) ?? { ok: true, next }
}

/** More than one person may ask alone has to be looked at by a second: a change has nobody to do so. */
function tooMuch(
  event: CurtailmentEvent,
  next: CurtailmentEvent,
  { approvalAboveKw }: CommandRules
): Transition | null {
  const kw = askedKw(next)
  if (kw <= approvalAboveKw || kw <= askedKw(event)) return null
  return {
    ok: false,
    reason: `${event.id} would ask ${kw} kW in sum, above ${approvalAboveKw} kW: draft an event of its own for the others, which a second person approves`
  }
}
