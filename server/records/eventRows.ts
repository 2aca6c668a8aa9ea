import type { Kysely } from 'kysely'
import type { Answer, CurtailmentEvent, EventState, Participant, StateChange } from '../contract/events.ts'
import { toMs, toMsOrNull, toTime, toTimeOrNull } from './columns.ts'
import type { EventRow, ParticipantRow, Schema } from './schema.ts'

/** By which a repeated command of the same caller is known, and a checksum (hex) of what it said. */
export interface CommandKey {
  key: string
  sha256: string
}

type HistoryRow = Schema['event_history']

export function toEventRow(event: CurtailmentEvent): Omit<EventRow, 'revision'> {
  return {
    id: event.id,
    state: event.state,
    version: event.version,
    node_id: event.nodeId,
    node_name: event.nodeName,
    programme_id: event.programmeId,
    finding_id: event.findingId,
    start_at: toMs(event.start),
    end_at: toMs(event.end),
    reason: event.reason,
    is_drill: event.isDrill ? 1 : 0,
    priority: event.priority,
    target_kw: event.targetKw,
    release_step_minutes: event.releaseStepMinutes
  }
}

/**
 * Something of an event is going to be written in this transaction: what was read of it before holds no longer. First of
 * all, as it locks the event. Resolves to the revision that this makes; null: there is no such event.
 */
export async function countRevision(db: Kysely<Schema>, eventId: string): Promise<number | null> {
  const event = db.updateTable('event').set(eb => ({ revision: eb('revision', '+', 1) }))
  const counted = await event.where('id', '=', eventId).returning('revision').executeTakeFirst()
  return counted?.revision ?? null
}

/** `command`: the change that a command made is known by its key. */
export function toHistoryRow(eventId: string, change: StateChange, command: CommandKey | null): HistoryRow {
  const { version, state, at, by, byId, note } = change
  return {
    ...{ event_id: eventId, version, state, at: toMs(at), by, by_id: byId, note },
    ...{ command_key: command?.key ?? null, command_sha256: command?.sha256 ?? null }
  }
}

/** Who thanked is known to who writes the thanks, not to the event. */
export function toParticipantRow(
  eventId: string,
  participant: Participant,
  position: number
): Omit<ParticipantRow, 'thanked_by_id'> {
  return {
    event_id: eventId,
    customer_id: participant.customerId,
    position,
    customer_name: participant.customerName,
    metering_point_id: participant.meteringPointId,
    meter_id: participant.meterId,
    requested_kw: participant.requestedKw,
    committed_kw: participant.committedKw,
    acknowledged_at: toMsOrNull(participant.acknowledgedAt),
    answer: participant.answer && JSON.stringify(participant.answer),
    thanked_by: participant.thanks?.by ?? null,
    thanked_at: toMsOrNull(participant.thanks?.at ?? null),
    thanks_note: participant.thanks?.note ?? null,
    further_meters: JSON.stringify(participant.furtherMeters),
    start_at: toMs(participant.start),
    end_at: toMs(participant.end),
    release_group: participant.releaseGroup,
    released_at: toMsOrNull(participant.releasedAt),
    superseded_by: participant.supersededBy
  }
}

/** The rows of those whose order, or place, is not as `before`; null: of all. What they have said is left aside. */
export function changedOrder(
  event: CurtailmentEvent,
  before: CurtailmentEvent | null
): ReturnType<typeof toParticipantRow>[] {
  return event.participants.flatMap((one, i) => {
    const known = before?.participants[i]
    const isSame = known !== undefined && (known === one || isSameOrder(known, one))
    return isSame ? [] : toParticipantRow(event.id, one, i)
  })
}

const order = [
  'customerId',
  'customerName',
  'meteringPointId',
  'meterId',
  'requestedKw',
  'committedKw',
  'start',
  'end',
  'releaseGroup',
  'releasedAt',
  'supersededBy'
] as const satisfies (keyof Participant)[]

function isSameOrder(a: Participant, b: Participant): boolean {
  return (
    order.every(member => a[member] === b[member]) &&
    JSON.stringify(a.furtherMeters) === JSON.stringify(b.furtherMeters)
  )
}

/** Puts an event together. History newer than the event's own row was written since that row was read, and waits. */
export function toEvent(
  row: EventRow,
  participants: readonly ParticipantRow[],
  history: readonly HistoryRow[]
): CurtailmentEvent {
  return {
    id: row.id,
    state: row.state as EventState,
    version: row.version,
    nodeId: row.node_id,
    nodeName: row.node_name,
    programmeId: row.programme_id,
    findingId: row.finding_id,
    isDrill: row.is_drill === 1,
    priority: row.priority,
    targetKw: row.target_kw,
    releaseStepMinutes: row.release_step_minutes,
    start: toTime(row.start_at),
    end: toTime(row.end_at),
    reason: row.reason,
    participants: participants.toSorted((a, b) => a.position - b.position).map(toParticipant),
    history: history
      .filter(change => change.version <= row.version)
      .toSorted((a, b) => a.version - b.version)
      .map(toStateChange)
  }
}

export function toParticipant(row: ParticipantRow): Participant {
  const { thanked_by: by, thanked_at: at } = row
  return {
    customerId: row.customer_id,
    customerName: row.customer_name,
    meteringPointId: row.metering_point_id,
    meterId: row.meter_id,
    requestedKw: row.requested_kw,
    committedKw: row.committed_kw,
    furtherMeters: JSON.parse(row.further_meters),
    start: toTime(row.start_at),
    end: toTime(row.end_at),
    releaseGroup: row.release_group,
    releasedAt: toTimeOrNull(row.released_at),
    supersededBy: row.superseded_by,
    acknowledgedAt: toTimeOrNull(row.acknowledged_at),
    answer: row.answer === null ? null : toAnswer(row.answer),
    thanks: by === null || at === null ? null : { by, at: toTime(at), note: row.thanks_note ?? '' }
  }
}

/** Reasons have a code since there is a list of them. */
function toAnswer(text: string): Answer {
  const answer = JSON.parse(text)
  return { ...answer, reasonCode: answer.reasonCode ?? null }
}

function toStateChange({ version, state, at, by, by_id, note }: HistoryRow): StateChange {
  return { version, state: state as EventState, at: toTime(at), by, byId: by_id, note }
}
