import type { Kysely } from 'kysely'
import type { Answer, AnswerList, AnswerReason, AnswerWord } from '../contract/events.ts'
import { toMs, toTime } from './columns.ts'
import type { AnswerRow, Schema } from './schema.ts'

/** Everything the participants have said, in their order; what stands is kept with the event. */
export interface Answers {
  /** The same answer of the same moment is kept once. */
  add(eventId: string, customerId: string, answer: Answer): Promise<void>
  /** Oldest first. */
  ofEvent(eventId: string): Promise<AnswerList['answers']>
}

export function createAnswers(db: Kysely<Schema>): Answers {
  return {
    add: (eventId, customerId, answer) => insertAnswer(db, eventId, customerId, answer),
    async ofEvent(eventId) {
      const rows = await db
        .selectFrom('participant_answer as said')
        .innerJoin('participant as one', join =>
          join.onRef('one.event_id', '=', 'said.event_id').onRef('one.customer_id', '=', 'said.customer_id')
        )
        .selectAll('said')
        .select('one.customer_name')
        .where('said.event_id', '=', eventId)
        .execute()
      return rows
        .sort((a, b) => a.at - b.at || (a.customer_id < b.customer_id ? -1 : 1))
        .map(row => ({
          customerId: row.customer_id,
          customerName: row.customer_name,
          ...fromRow(row)
        }))
    }
  }
}

export async function insertAnswer(
  db: Kysely<Schema>,
  eventId: string,
  customerId: string,
  { at, answer, version, via, kw, reasonCode, reason }: Answer
): Promise<void> {
  await db
    .insertInto('participant_answer')
    .values({
      event_id: eventId,
      customer_id: customerId,
      at: toMs(at),
      answer,
      version,
      via,
      kw,
      reason_code: reasonCode,
      reason
    })
    .onConflict(c => c.doNothing())
    .execute()
}

function fromRow(row: AnswerRow): Answer {
  return {
    answer: row.answer as AnswerWord,
    version: row.version,
    at: toTime(row.at),
    via: row.via as Answer['via'],
    kw: row.kw,
    reasonCode: row.reason_code as AnswerReason | null,
    reason: row.reason
  }
}
