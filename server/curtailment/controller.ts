import type { Signed } from '../contract/access.ts'
import type {
  Answer,
  AnswerList,
  CurtailmentEvent,
  EventChange,
  EventCommand,
  NewCurtailmentEvent
} from '../contract/events.ts'
import type { AnswerMessage } from '../contract/notice.ts'
import { createAnswering } from './answering.ts'
import { createClock } from './clock.ts'
import { inTurn } from './inTurn.ts'
import { applyChange, newcomers } from './lifecycle/change.ts'
import { byCommand, type CommandWord } from './lifecycle/lifecycle.ts'
import { createOrdering } from './lifecycle/ordering.ts'
import type { Transition } from './lifecycle/transition.ts'
import { type CommandKey, type CurtailmentNeeds, type Outcome, refuse } from './needs.ts'
import { createRepeats } from './repeats.ts'
import { createSettling } from './settling.ts'
import { createSteps, type EventRules } from './steps.ts'

type Command = (
  id: string,
  command: Signed<EventCommand>,
  key?: CommandKey
) => Promise<Outcome<CurtailmentEvent>>

/**
 * Curtailment as the others use it. A refused command is a value; only a fault throws. A command with the key of an
 * earlier one of the same caller does nothing: it answers with the event that one was done to, as it is now; asking
 * something else under the same key is refused (422).
 */
export interface Controller {
  create(order: Signed<NewCurtailmentEvent>, key?: CommandKey): Promise<Outcome<CurtailmentEvent>>
  /** By a second person: who drafted it is refused. */
  approve: Command
  send: Command
  cancel: Command
  complete: Command
  /** A new version of a sent event: further participants, another kW before the start, another end. */
  change(id: string, change: Signed<EventChange>, key?: CommandKey): Promise<Outcome<CurtailmentEvent>>
  /** `arrivedAt` (epoch ms; default now): an answer that waited in the log is judged by when it came. */
  answer(
    customerId: string,
    message: AnswerMessage,
    via: Answer['via'],
    arrivedAt?: number
  ): Promise<Outcome<CurtailmentEvent>>
  /** Everything said, oldest first. */
  answers(id: string): Promise<Outcome<AnswerList>>
  /** Does what the clock has made due, without waiting for measurements. Call it every second; twice does nothing twice. */
  tick(): Promise<void>
  /** Resolves when no measurement begun by a tick runs any more. */
  idle(): Promise<void>
}

/**
 * The only part of curtailment that acts: reads, asks the pure parts what follows, writes on condition that nobody else
 * was faster, and tells the others.
 *
 *   decide (pure) ──► keep the result (from the end on) ──► advance on version, with the notices ──► poke, onChange
 *
 * A crash between two steps is healed by a later tick: nothing is sent before `advance`, `advance` happens once, and who
 * is called away by a higher event leaves the lower one whenever that is found.
 */
export function createController(needs: CurtailmentNeeds): Controller {
  const { events, now } = needs
  const turn = inTurn()
  const steps = createSteps(needs, event => clock.noted(event))
  const settling = createSettling({ needs, steps, turn })
  const clock = createClock({ needs, steps, turn, settle: settling.add })
  const ordering = createOrdering(needs, steps.local, steps.gridOf)
  const answering = createAnswering({ needs, turn })
  const once = createRepeats({ events, turn })

  const create: Controller['create'] = (order, key) =>
    once(order.byId, key, null, () =>
      turn('create', async () => {
        const draft = await ordering.draft(order)
        if (!draft.ok) return draft
        const id = await events.nextId(steps.local.date(Date.parse(draft.value.start)))
        const event = { ...draft.value, id }
        await events.insert(event, key)
        needs.onChange(event)
        return { ok: true, value: event }
      })
    )

  /** Decides on an event in its turn and writes that; `decide` is told where the clock says that it is. */
  async function obey(
    id: string,
    key: CommandKey | undefined,
    decide: (event: CurtailmentEvent, rules: EventRules) => Promise<Transition>
  ): Promise<Outcome<CurtailmentEvent>> {
    const decided = await turn(`event ${id}`, async (): Promise<Outcome<Decided>> => {
      const event = await clock.catchUp(id)
      if (event === null) return refuse(404, `there is no curtailment event ${id}`)
      const moved = await decide(event, await steps.rulesOf(event))
      if (!moved.ok) return refuse(409, moved.reason)
      if (moved.next.state === 'final') return { ok: true, value: { event, next: moved.next } }
      return { ok: true, value: { event, written: await steps.commit(event, moved.next, key) } }
    })
    if (!decided.ok) return decided
    const { event, next, written = null } = decided.value
    const done = next === undefined ? written : await settling.close(event, next, key)
    if (done !== null) return { ok: true, value: done }
    return refuse(409, `${id} was changed by somebody else in this moment; look at it again`)
  }

  const command =
    (word: CommandWord): Command =>
    (id, given, key) =>
      once(given.byId, key, id, () =>
        obey(id, key, async (event, rules) => {
          const moved = byCommand(event, word, given, now(), rules)
          if (!moved.ok) return moved
          if (moved.next.state === 'final' && !needs.isStored(Date.parse(event.end))) {
            const reason = `${id} cannot be closed yet: readings that came in before its end are not stored`
            return { ok: false, reason }
          }
          const obstacle = word === 'send' ? await ordering.obstacle(moved.next) : null
          return obstacle === null ? moved : { ok: false, reason: `${id} cannot be sent: ${obstacle}` }
        })
      )

  const changeOf = async (
    event: CurtailmentEvent,
    given: Signed<EventChange>,
    rules: EventRules
  ): Promise<Transition> => {
    const { called, ...part } = newcomers(event, given, now(), rules)
    const joining = await ordering.join(event, called, part)
    if (!joining.ok) return joining
    const moved = applyChange(event, given, joining.value, now(), rules)
    if (!moved.ok) return moved
    const obstacle = await ordering.obstacleToChange(event, moved.next)
    return obstacle === null ? moved : { ok: false, reason: `${event.id} cannot be changed: ${obstacle}` }
  }

  /** Two events must not call one customer at once, so those that call wait for each other. */
  const calling = (act: () => Promise<Outcome<CurtailmentEvent>>) =>
    turn('send', async () => {
      const outcome = await act()
      // What is written stands: who is called away leaves the other event now, or with the next look.
      if (outcome.ok) await clock.resolveOverlaps().catch(error => needs.onFault('overlapping events', error))
      return outcome
    })

  const send = command('send')
  return {
    create,
    approve: command('approve'),
    send: (id, given, key) => calling(() => send(id, given, key)),
    cancel: command('cancel'),
    complete: command('complete'),
    change: (id, given, key) =>
      calling(() =>
        once(given.byId, key, id, () => obey(id, key, (event, rules) => changeOf(event, given, rules)))
      ),
    answer: answering.answer,
    answers: answering.answers,
    async tick() {
      await clock.tick()
      settling.tick()
    },
    idle: settling.idle
  }
}

interface Decided {
  event: CurtailmentEvent
  /** To be measured first. */
  next?: CurtailmentEvent
  written?: CurtailmentEvent | null
}
