import type { CurtailmentEvent } from './contract/events.ts'
import type { IngestState } from './contract/sources.ts'
import { topics } from './contract/topics.ts'
import { type Controller, createController } from './curtailment/controller.ts'
import { followAnswers } from './curtailment/followAnswers.ts'
import type { Present } from './curtailment/live/basis.ts'
import type { Watching } from './curtailment/live/watching.ts'
import type { Results } from './curtailment/performance/needs.ts'
import type { Assessing } from './curtailment/plan/assessmentNeeds.ts'
import type { Planning } from './curtailment/plan/planning.ts'
import type { Durable } from './durable.ts'
import { startForetelling } from './foretelling.ts'
import { openMeasuring } from './measuring.ts'
import { clearMessages, noticesFor } from './notices/messages.ts'
import { createNotices } from './notices/notices.ts'
import { createPrinting } from './printing.ts'
import { createRecognition, type Recognition } from './recognition/recognition.ts'
import type { Register } from './register.ts'
import { openWatching } from './watching.ts'

export interface Programme {
  controller: Controller
  recognition: Recognition
  assessing: Pick<Assessing, 'eligibility'>
  planning: Planning
  results: Results
  watching: Watching
  notices: { state(): { failingTopics: number; detail: string | null } }
  stop(): Promise<void>
}

type StoreState = Pick<IngestState['store'], 'behindBytes' | 'storedUpTo'>

export interface ProgrammeNeeds {
  durable: Durable
  register: Register
  timeZone: string
  publish(topic: string, payload: string, options: { retain: boolean }): Promise<void>
  /** A node's fresh load with the data time (epoch ms) of its newest reading. */
  present(nodeId: string): Present | null
  /** Setting APPROVAL_ABOVE_KW. */
  approvalAboveKw: number
  /** How far the readings store is behind the log. */
  storeState(): StoreState
  onChange(event: CurtailmentEvent): void
  onFault(what: string, error: unknown): void
  warn(text: string): void
  now(): number
  random(): number
}

function isStored({ behindBytes, storedUpTo }: StoreState, t: number): boolean {
  return behindBytes === 0 || (storedUpTo !== null && Date.parse(storedUpTo) >= t)
}

/** Work in the background goes on only while the store keeps up: a little behind it is at any moment. */
export const MUCH_BEHIND_BYTES = 4 * 1024 * 1024

/** Events, their notices, the answers to them, the thanks. */
export async function startProgramme(needs: ProgrammeNeeds): Promise<Programme> {
  const { durable, register, publish, onFault, warn, now, random, timeZone } = needs
  const { log, ingest, readings, records } = durable
  const notices = createNotices({ outbox: records.outbox, publish, now, random, warn })
  const { store } = readings
  const { assessing, planning, ...foretelling } = startForetelling({
    ...{ records, register, store, onFault, now, timeZone },
    presentKw: id => needs.present(id)?.kw ?? null,
    isBehind: () => needs.storeState().behindBytes > MUCH_BEHIND_BYTES
  })
  const results = openMeasuring({ store, records, register, assessed: assessing, timeZone, now })
  const { programmes } = records
  const { present } = needs
  const watching = openWatching({ results, planning, programmes, present, onFault, timeZone, now })
  const controller = createController({
    ...records,
    registry: { nodes: () => register.state.nodes },
    results,
    isStored: t => isStored(needs.storeState(), t),
    approvalAboveKw: needs.approvalAboveKw,
    noticesFor,
    clearMessages,
    poke: notices.poke,
    onChange: needs.onChange,
    onFault,
    now,
    timeZone
  })
  await notices.start()
  const printing = createPrinting()
  const answers = followAnswers({
    log: log.answers,
    cursor: await log.answers.openCursor('answers'),
    async act({ customerId, message }, arrivedAt) {
      const outcome = await controller.answer(customerId, message, 'mqtt', arrivedAt)
      return outcome.ok ? null : outcome.reason
    },
    refuse: ({ customerId, message }, at, reason) =>
      ingest.putDeadLetter({
        at,
        topic: topics.answer(customerId),
        payload: Buffer.from(JSON.stringify(message)),
        reason
      }),
    onFault: error => onFault('an answer could not be acted on; it is tried again', error)
  })
  return {
    ...{ controller, assessing, planning, results, watching },
    recognition: createRecognition({
      ...records,
      nodes: () => register.state.nodes,
      timeZone,
      print: printing.print
    }),
    notices,
    async stop() {
      await answers.stop()
      await foretelling.stop()
      await controller.idle()
      await notices.stop()
      await printing.stop()
    }
  }
}
