/** What of an object somebody sees. Whoever sees the whole gets the very object. */
import type { View } from '../contract/access.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import { CLOCK, type CurtailmentEvent, type Participant } from '../contract/events.ts'
import type { Finding } from '../contract/findings.ts'
import type { GridNodeAnswer, LoadState } from '../contract/grid.ts'
import type { CustomerRecord } from '../contract/record.ts'
import type { DeadLetter, Source } from '../contract/sources.ts'
import { parseTopic } from '../contract/topics.ts'

/** Those that are seen, each cut to what is seen of it. */
export function cutAll<T>(all: T[], view: View, cut: (one: T, view: View) => T | null): T[] {
  return view.whole ? all : all.flatMap(one => cut(one, view) ?? [])
}

/** A tree begins at the topmost node that is seen. */
export function cutNode(node: LoadState, view: View): LoadState | null {
  if (!view.node(node.id)) return null
  return node.parent === null || view.node(node.parent) ? node : { ...node, parent: null }
}

export function cutNodeAnswer(answer: GridNodeAnswer, view: View): GridNodeAnswer | null {
  const node = cutNode(answer.node, view)
  if (node === null) return null
  const ancestors = cutAll(answer.ancestors, view, cutNode)
  return { ...answer, node, ancestors, children: cutAll(answer.children, view, cutNode) }
}

export function cutFinding(finding: Finding, view: View): Finding | null {
  if (!view.node(finding.nodeId)) return null
  const flagged = finding.flagged.filter(
    ({ customerId, meteringPointId }) => view.customer(customerId) && view.node(meteringPointId)
  )
  return flagged.length === finding.flagged.length ? finding : { ...finding, flagged }
}

/** A customer of two companies takes part with one metering point: to the other company that is nothing. */
export function seesParticipant(
  { customerId, meteringPointId }: Pick<Participant, 'customerId' | 'meteringPointId'>,
  view: View
): boolean {
  return view.customer(customerId) && (view.isCustomers || view.node(meteringPointId))
}

/** A customer learns of an event by its notice; what was planned before is not its business. */
export function cutEvent(event: CurtailmentEvent, view: View): CurtailmentEvent | null {
  const participants = event.participants.filter(one => seesParticipant(one, view))
  const isArea = !view.isCustomers && view.node(event.nodeId)
  if (isArea) return { ...event, participants }
  if (participants.length === 0) return null
  // What is asked of all, and how many of them a higher event took, is the business of whose area it is.
  const own = { ...event, participants, targetKw: null, history: event.history.map(withoutCounts) }
  if (!view.isCustomers) return own
  const told = event.history.findIndex(({ state }) => state === 'notified')
  if (told < 0) return null
  const history = own.history.slice(told).map(change => ({ ...change, byId: null }))
  return { ...own, findingId: null, history }
}

/** What the clock notes of a change counts participants. */
function withoutCounts(change: CurtailmentEvent['history'][number]): CurtailmentEvent['history'][number] {
  return change.by === CLOCK ? { ...change, note: null } : change
}

/** Of its metering points, those that are seen. */
export function cutEnrolment(enrolment: Enrolment, view: View): Enrolment | null {
  if (!view.customer(enrolment.customerId) || !view.node(enrolment.meteringPointId)) return null
  const { contract } = enrolment
  const furtherMeteringPointIds = contract.furtherMeteringPointIds.filter(id => view.node(id))
  if (furtherMeteringPointIds.length === contract.furtherMeteringPointIds.length) return enrolment
  return { ...enrolment, contract: { ...contract, furtherMeteringPointIds } }
}

export function cutRecord(record: CustomerRecord, view: View): CustomerRecord {
  const enrolments = cutAll(record.enrolments, view, cutEnrolment)
  return { ...record, enrolments }
}

export function cutSource(source: Source, view: View): Source | null {
  if (!view.source(source.kind, source.id)) return null
  const isSeen = source.nodeId === null || view.node(source.nodeId)
  return isSeen ? source : { ...source, nodeId: null, name: null }
}

/** A message that cannot be laid to a device or a customer that is seen belongs to who sees all. */
export function cutDeadLetter(letter: DeadLetter, view: View): DeadLetter | null {
  const topic = parseTopic(letter.topic)
  if (topic === null) return null
  if (topic.what === 'answer') return view.customer(topic.customerId) ? letter : null
  return view.source(topic.what === 'forecast' ? 'weather' : topic.what, topic.id) ? letter : null
}
