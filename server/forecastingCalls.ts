import { breath } from './contract/breath.ts'
import type { CurtailmentEvent } from './contract/events.ts'
import type { GridNode } from './contract/registry.ts'
import { wasCalled } from './curtailment/lifecycle/lifecycle.ts'
import { callsAbove } from './forecast/history/callsAbove.ts'
import { KEPT_MS } from './forecast/history/history.ts'
import type { Called } from './forecast/history/withoutCurtailment.ts'
import type { Records } from './records/openRecords.ts'

const PIECE = 1000

/**
 * Which nodes had a reduction at or below them, and how large it was: by the final results; by what was asked where there is
 * none yet. Never rejects for an event that cannot be read; that of the records.
 */
export async function callsByNode(
  { events, deliveries }: Pick<Records, 'events' | 'deliveries'>,
  nodes: readonly GridNode[],
  now: number
): Promise<Map<string, Called[]>> {
  const { add, byNode } = callsAbove(nodes)
  // One event after the other: three years of them at once would hold up everybody else.
  for (const id of await events.ids({ from: now - KEPT_MS })) {
    const results = await deliveries.of({ eventIds: [id], isFinal: true })
    await breath()
    for (const [i, one] of results.entries()) {
      if (i % PIECE === PIECE - 1) await breath()
      add(one.meteringPointId, calledOf(one, one.averageKw))
    }
    if (results.length > 0) continue
    const event = await events.get(id)
    await breath()
    if (event === null || !wasCalled(event)) continue
    for (const one of calledParts(event, now)) add(one.meteringPointId, calledOf(one, null))
  }
  return byNode
}

function calledParts(event: CurtailmentEvent, now: number): CurtailmentEvent['participants'] {
  return event.participants.filter(({ start }) => Date.parse(start) < now)
}

function calledOf(
  { start, end, requestedKw }: { start: string; end: string; requestedKw: number },
  deliveredKw: number | null
): Called {
  return { start: Date.parse(start), end: Date.parse(end), deliveredKw, requestedKw }
}
