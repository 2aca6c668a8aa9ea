import { breath } from './contract/breath.ts'
import type { CurtailmentEvent } from './contract/events.ts'
import type { GridNode } from './contract/registry.ts'
import { wasCalled } from './curtailment/lifecycle/lifecycle.ts'
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
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]))
  const found = new Map<string, Called[]>()
  const add = (point: string, called: Called): void => {
    const walked = new Set<string>()
    for (let at: string | null = point; at !== null && !walked.has(at); at = parents.get(at) ?? null) {
      walked.add(at)
      const calls = found.get(at)
      if (calls === undefined) found.set(at, [called])
      else calls.push(called)
    }
  }
  const from = now - KEPT_MS
  const measured = new Set<string>()
  for (const [i, one] of (await deliveries.of({ from, isFinal: true })).entries()) {
    if (i % PIECE === 0) await breath()
    measured.add(one.eventId)
    add(one.meteringPointId, calledOf(one, one.averageKw))
  }
  for (const id of await events.ids({ from })) {
    if (measured.has(id)) continue
    const event = await events.get(id)
    await breath()
    if (event === null || !wasCalled(event)) continue
    for (const one of calledParts(event, now)) add(one.meteringPointId, calledOf(one, null))
  }
  return found
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
