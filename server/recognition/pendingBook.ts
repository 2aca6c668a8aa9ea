import { breath } from '../contract/breath.ts'
import type { Participant } from '../contract/events.ts'
import type { PendingThanks } from '../contract/record.ts'
import type { UnthankedReads } from './needs.ts'
import { isOwed, isThankable } from './pendingThanks.ts'

/** Events with somebody left to thank that are looked at, the newest: years of them. */
const MAX_EVENTS = 1000
/** As many as can be thanked in one go. */
const MAX_PENDING = 20_000
/** Whose thanks are due, as remembered; some 200 bytes each. */
const MAX_KNOWN = 100_000
/** Participants that are read together. */
const BATCH = 1000

type Pending = PendingThanks['pending'][number]
/** With where it stands in the grid: by that it is seen or not. */
type Owed = Pending & Pick<Participant, 'meteringPointId'>
type IsSeen = (participant: Pick<Participant, 'customerId' | 'meteringPointId'>) => boolean

/** Whose thanks are due, who has waited longest first. An event is read again only after something of it was written. */
export function createPendingBook(unthanked: UnthankedReads): (isSeen: IsSeen) => Promise<PendingThanks> {
  let known = new Map<string, { revision: number; owed: Owed[] }>()

  async function read(batch: readonly { eventId: string; revision: number }[]): Promise<void> {
    const revisions = new Map(batch.map(one => [one.eventId, one.revision]))
    for (const event of await unthanked.of([...revisions.keys()])) {
      const isDue = !event.isDrill && isThankable(event, event.hasFinal)
      const owed = isDue ? event.participants.filter(one => isOwed(one, one.delivery ?? undefined)) : []
      const rows = owed.map(
        ({ customerId, customerName, meteringPointId, start, end, requestedKw, delivery }) => ({
          ...{ eventId: event.id, customerId, customerName, start, end, requestedKw },
          averageKw: delivery?.averageKw ?? null,
          deliveredKwh: delivery?.deliveredKwh ?? null,
          ratio: delivery?.ratio ?? null,
          meteringPointId
        })
      )
      known.set(event.id, { revision: revisions.get(event.id) ?? 0, owed: rows })
      await breath()
    }
  }

  return async isSeen => {
    const open = (await unthanked.revisions()).slice(-MAX_EVENTS)
    const standing = new Set(open.map(({ eventId }) => eventId))
    known = new Map([...known].filter(([id]) => standing.has(id)))
    const found: Pending[] = []
    let kept = 0
    for (const batch of inBatches(open)) {
      const stale = batch.filter(one => known.get(one.eventId)?.revision !== one.revision)
      if (stale.length > 0) await read(stale)
      for (const { eventId } of batch) {
        const owed = known.get(eventId)?.owed ?? []
        kept += owed.length
        if (kept > MAX_KNOWN) known.delete(eventId)
        for (const { meteringPointId, ...one } of owed) {
          if (isSeen({ customerId: one.customerId, meteringPointId })) found.push(one)
        }
      }
      if (found.length >= MAX_PENDING) break
      await breath()
    }
    found.sort((a, b) => Date.parse(a.end) - Date.parse(b.end))
    return { pending: found.slice(0, MAX_PENDING) }
  }
}

/** Small events together, a large one alone. */
function inBatches<T extends { count: number }>(events: readonly T[]): T[][] {
  const batches: T[][] = []
  let sum = BATCH
  for (const event of events) {
    if (sum + event.count > BATCH) {
      batches.push([])
      sum = 0
    }
    sum += event.count
    batches.at(-1)?.push(event)
  }
  return batches
}
