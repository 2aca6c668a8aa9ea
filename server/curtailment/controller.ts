import type { Signed } from '../contract/access.ts'
import type { Answer, CurtailmentEvent, EventCommand, NewCurtailmentEvent } from '../contract/events.ts'
import { localTime } from '../contract/localTime.ts'
import type { AnswerMessage } from '../contract/notice.ts'
import type { Performance } from '../contract/performance.ts'
import type { Plan, PlanRequest } from '../contract/plans.ts'
import { inTurn } from './inTurn.ts'
import { applyAnswer } from './lifecycle/answers.ts'
import { byClock, byCommand, type CommandRules, type CommandWord, dueAt } from './lifecycle/lifecycle.ts'
import type { CurtailmentNeeds, Outcome } from './needs.ts'
import { createResults } from './performance/results.ts'
import { createPlanning } from './plan/planning.ts'
import { type SlotGrid, slotGrid } from './slots/slotGrid.ts'

/** How often the open events are looked up again, for what another process may have done. */
const LOOK_UP_MS = 60_000
const RETRY_MS = 10_000
const AWAIT_STORE_MS = 1_000
const MAX_OPEN_EVENTS = 10_000
/** Steps of the clock for one event in one go; it has three. */
const MAX_STEPS = 10

/** Curtailment as the others use it. A refused command is a value; only a fault throws. */
export interface Controller {
  plan(request: PlanRequest): Promise<Outcome<Plan>>
  create(order: Signed<NewCurtailmentEvent>): Promise<Outcome<CurtailmentEvent>>
  /** By a second person: who drafted it is refused. */
  approve(id: string, command: Signed<EventCommand>): Promise<Outcome<CurtailmentEvent>>
  send(id: string, command: Signed<EventCommand>): Promise<Outcome<CurtailmentEvent>>
  cancel(id: string, command: Signed<EventCommand>): Promise<Outcome<CurtailmentEvent>>
  complete(id: string, command: Signed<EventCommand>): Promise<Outcome<CurtailmentEvent>>
  /** `arrivedAt` (epoch ms; default now): an answer that waited in the log is judged by when it came. */
  answer(
    customerId: string,
    message: AnswerMessage,
    via: Answer['via'],
    arrivedAt?: number
  ): Promise<Outcome<CurtailmentEvent>>
  performance(id: string): Promise<Outcome<Performance>>
  /** Does what the clock has made due. Call it every second; calling it twice does nothing twice. */
  tick(): Promise<void>
}

/**
 * The only part of curtailment that acts: reads, asks the pure parts what follows, writes on condition that nobody else
 * was faster, and tells the others.
 *
 *   decide (pure) ──► save the result (only when final) ──► advance on version, with the notices ──► poke, onChange
 *
 * A result is kept only once the history holds what had arrived by then: a store that is behind delays the final state.
 * A crash between two steps is healed by the next tick: nothing is sent before `advance`, and `advance` happens once.
 */
export function createController(needs: CurtailmentNeeds): Controller {
  const { events, programmes, now, isStored, approvalAboveKw } = needs
  const local = localTime(needs.timeZone)
  const results = createResults(needs)
  const turn = inTurn()
  const grids = new Map<number, SlotGrid>()
  const due = new Map<string, number>()
  let lookedUpAt = -Infinity

  const gridOf = ({ settlementIntervalMinutes: minutes }: { settlementIntervalMinutes: number }) => {
    const grid = grids.get(minutes) ?? slotGrid(local, minutes)
    grids.set(minutes, grid)
    return grid
  }
  const planning = createPlanning(needs, gridOf)

  async function rulesOf(event: CurtailmentEvent): Promise<CommandRules & { grid: SlotGrid }> {
    const programme = (await programmes.list()).find(({ id }) => id === event.programmeId)
    if (programme === undefined) throw new Error(`${event.id}: its programme ${event.programmeId} is gone`)
    const grid = gridOf(programme)
    const settleDelayMs = programme.settleDelayMinutes * 60_000
    return { grid, ceilToSlot: grid.ceil, settleDelayMs, approvalAboveKw }
  }

  /** Writes one step; null when somebody else was faster. */
  async function commit(event: CurtailmentEvent, next: CurtailmentEvent): Promise<CurtailmentEvent | null> {
    const rules = await rulesOf(event)
    if (next.state === 'final') await results.freeze(next, rules.grid)
    if (!(await events.advance(next, event.version, messagesFor(next)))) return null
    schedule(next, rules)
    needs.poke()
    const written = (await events.get(next.id)) ?? next
    needs.onChange(written)
    return written
  }

  /** The end clears the notices in due time; a final result is no order any more. */
  function messagesFor(next: CurtailmentEvent) {
    const wasNotified = next.history.some(({ state }) => state === 'notified')
    if (!wasNotified || next.state === 'final') return []
    const isOver = next.state === 'ended' || next.state === 'cancelled'
    return [...needs.noticesFor(next, now()), ...(isOver ? needs.clearMessages(next, now()) : [])]
  }

  function schedule(event: CurtailmentEvent, rules: CommandRules): void {
    const at = dueAt(event, rules)
    if (at === null) due.delete(event.id)
    else due.set(event.id, at)
  }

  /** Brings an event to where the clock says it is, one step after another. */
  async function catchUp(id: string): Promise<CurtailmentEvent | null> {
    for (let step = 0; step < MAX_STEPS; step++) {
      const event = await events.get(id)
      if (event === null) {
        due.delete(id)
        return null
      }
      const rules = await rulesOf(event)
      const next = byClock(event, now(), rules)
      if (next === null) {
        schedule(event, rules)
        return event
      }
      if (next.state === 'final' && !isStored(dueAt(event, rules) ?? now())) {
        due.set(id, now() + AWAIT_STORE_MS)
        return event
      }
      await commit(event, next)
    }
    throw new Error(`${id} does not come to rest`)
  }

  async function create(order: Signed<NewCurtailmentEvent>): Promise<Outcome<CurtailmentEvent>> {
    return turn('create', async () => {
      const draft = await planning.draft(order)
      if (!draft.ok) return draft
      const id = await events.nextId(local.date(Date.parse(draft.value.start)))
      const event = { ...draft.value, id }
      await events.insert(event)
      needs.onChange(event)
      return { ok: true, value: event }
    })
  }

  async function obey(
    id: string,
    word: CommandWord,
    command: Signed<EventCommand>
  ): Promise<Outcome<CurtailmentEvent>> {
    return turn(`event ${id}`, async () => {
      const event = await catchUp(id)
      if (event === null) return refuse(404, `there is no curtailment event ${id}`)
      const moved = byCommand(event, word, command, now(), await rulesOf(event))
      if (!moved.ok) return refuse(409, moved.reason)
      if (moved.next.state === 'final' && !isStored(Date.parse(event.end))) {
        return refuse(409, `${id} cannot be closed yet: readings that came in before its end are not stored`)
      }
      if (word === 'send') {
        const clash = await clashOf(moved.next)
        if (clash !== null) return refuse(409, clash)
      }
      const written = await commit(event, moved.next)
      return written
        ? { ok: true, value: written }
        : refuse(409, `${id} was changed by somebody else in this moment; look at it again`)
    })
  }

  /** Time has passed since the draft: who has left meanwhile, or been called by another event, is in the way. */
  async function clashOf(draft: CurtailmentEvent): Promise<string | null> {
    const { id, start, end, participants } = draft
    const gone = await planning.gone(draft)
    if (gone.length > 0) {
      return `${id} cannot be sent: no longer enrolled as it was drafted: ${gone.join(', ')}; make a new draft`
    }
    const called = await planning.called({ start: Date.parse(start), end: Date.parse(end) })
    const busy = participants.find(({ customerId }) => called.has(customerId))
    if (busy === undefined) return null
    return `${id} cannot be sent: ${busy.customerId} is called in this time by ${called.get(busy.customerId)}`
  }

  const answer: Controller['answer'] = (customerId, message, via, arrivedAt = now()) =>
    turn(`event ${message.event}`, async () => {
      const event = await events.get(message.event)
      if (event === null) return refuse(404, `there is no curtailment event ${message.event}`)
      const applied = applyAnswer(event, customerId, message, via, arrivedAt)
      if (!applied.ok) return applied
      if (applied.change === null) return { ok: true, value: event }
      const written = await events.setParticipant(event.id, customerId, applied.change)
      if (written === null) return refuse(404, `customer ${customerId} does not take part in ${event.id}`)
      needs.onChange(written)
      return { ok: true, value: written }
    })

  async function performance(id: string): Promise<Outcome<Performance>> {
    const event = await events.get(id)
    if (event === null) return refuse(404, `there is no curtailment event ${id}`)
    return { ok: true, value: await results.of(event, (await rulesOf(event)).grid) }
  }

  async function tick(): Promise<void> {
    if (now() - lookedUpAt >= LOOK_UP_MS) await lookUp()
    const ready = [...due].filter(([, at]) => at <= now()).map(([id]) => id)
    for (const id of ready) due.delete(id)
    await Promise.all(
      ready.map(id =>
        turn(`event ${id}`, () => catchUp(id)).catch(error => {
          due.set(id, now() + RETRY_MS)
          needs.onFault(`curtailment event ${id} cannot go on and is tried again`, error)
        })
      )
    )
  }

  async function lookUp(): Promise<void> {
    const before = lookedUpAt
    lookedUpAt = now()
    try {
      const open = await events.list({ states: ['notified', 'active', 'ended'], limit: MAX_OPEN_EVENTS })
      for (const event of open) schedule(event, await rulesOf(event))
    } catch (error) {
      lookedUpAt = before
      needs.onFault('the open curtailment events cannot be read', error)
    }
  }

  return {
    plan: planning.plan,
    create,
    approve: (id, command) => obey(id, 'approve', command),
    // Two events must not call one customer at once, so sends wait for each other.
    send: (id, command) => turn('send', () => obey(id, 'send', command)),
    cancel: (id, command) => obey(id, 'cancel', command),
    complete: (id, command) => obey(id, 'complete', command),
    answer,
    performance,
    tick
  }
}

const refuse = (status: 404 | 409 | 422, reason: string) => ({ ok: false, status, reason }) as const
