import { breath } from '../contract/breath.ts'
import type { EventState, Participant } from '../contract/events.ts'
import type { LocalTime } from '../contract/localTime.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Reward } from '../contract/rewards.ts'
import type { SeasonReport } from '../contract/season.ts'
import { coincidentPeaks } from './coincident.ts'
import { type Companies, companiesIn } from './companies.ts'
import type { RecognitionNeeds } from './needs.ts'
import { isThankable } from './pendingThanks.ts'
import type { CountedCall, CountedEvent, SeasonCalls } from './seasonCalls.ts'
import { customerRows, type Sums, seasonSums } from './seasonSums.ts'

/** What of the season somebody sees: who sees all gets all sums, a company its own, a customer its own row. */
export interface Sight {
  /** Whoever has the same sees the same; without one nothing is remembered for it. */
  key?: string
  participant(participant: Pick<Participant, 'customerId' | 'meteringPointId'>): boolean
  customer(id: string): boolean
  node(id: string): boolean
}

export type SeasonNeeds = Pick<RecognitionNeeds, 'rewards' | 'nodes'> & { calls: SeasonCalls }

/** A result that the sums rest on. */
export interface SeasonSource {
  eventId: string
  start: string
  resultVersion: number
  sha256: string
}

const TOTAL = ' total'
const NO_COMPANY = ' none'
/** Calls between two breaths. */
const PIECE = 1000
const isOpen: ReadonlySet<EventState> = new Set(['notified', 'standby', 'active', 'ended', 'provisional'])

/** Epoch ms, `to` not in it. */
export const yearOf = (year: number, local: LocalTime) => ({
  from: local.dayStart(`${year}-01-01`),
  to: local.dayStart(`${year + 1}-01-01`)
})

/** The report of a year, over what is seen, with the results it rests on. */
export type SeasonReading = (
  year: number,
  sight: Sight
) => Promise<{ report: SeasonReport; sources: SeasonSource[] }>

/**
 * The report of a local calendar year, over the events that began in it: one pass, event by event, in pieces. It depends on the data alone: `computedAt` is when the newest of them
 * came to be. A customer belongs to the company above the metering point that it was called with.
 */
export async function seasonReport(
  needs: SeasonNeeds,
  year: number,
  sight: Sight,
  local: LocalTime
): Promise<{ report: SeasonReport; sources: SeasonSource[] }> {
  const { from, to } = yearOf(year, local)
  const companies = companiesIn(needs.nodes())
  const sums = new Map<string, Sums>()
  const sumsOf = (group: string): Sums => {
    const known = sums.get(group) ?? seasonSums()
    sums.set(group, known)
    return known
  }
  const total = sumsOf(TOTAL)
  const customers = customerRows()
  const peaks = coincidentPeaks()
  const drills = { events: 0, calls: 0, answered: 0 }
  const sources: SeasonSource[] = []
  const newest = latest(from)
  const rewards = (await needs.rewards.list({ season: year })).filter(one => sight.customer(one.customerId))
  /** Of the calls that a reward thanks for. */
  const groupOfReward = new Map(
    rewards.map(one => [`${one.eventId} ${one.customerId}`, null as string | null])
  )
  let open = 0

  for await (const event of needs.calls.of(from, to)) {
    const called = event.wasSent ? await seenIn(event, sight) : []
    if (called.length === 0) continue
    newest.time(event.newestAt)
    if (event.isDrill) {
      countDrill(drills, event, called)
      continue
    }
    if (isOpen.has(event.state)) open++
    if (!isThankable(event, event.hasFinal)) continue
    const groupOf = new Map<string, string>()
    for (const [i, one] of called.entries()) {
      if (i % PIECE === PIECE - 1) await breath()
      const company = companies.of(one.meteringPointId)?.id ?? null
      groupOf.set(one.customerId, company ?? NO_COMPANY)
      if (groupOfReward.size > 0) {
        const key = `${event.eventId} ${one.customerId}`
        if (groupOfReward.has(key)) groupOfReward.set(key, company ?? NO_COMPANY)
      }
      total.call(event.eventId, one)
      sumsOf(company ?? NO_COMPANY).call(event.eventId, one)
      customers.call(one, company)
    }
    await breath()
    const { result, eventId, start } = event
    if (result === null) continue
    peaks.add({ eventId, start, ...result, participants: called }, customerId => {
      const group = groupOf.get(customerId)
      return group === undefined ? [] : [TOTAL, group]
    })
    const { resultVersion, sha256 } = result
    sources.push({ eventId, start, resultVersion, sha256 })
    newest.time(Date.parse(result.computedAt))
    await breath()
  }

  for (const reward of rewards) {
    const ofCall = groupOfReward.get(`${reward.eventId} ${reward.customerId}`) ?? null
    // Thanks for a call with another company's metering point are that company's.
    if (reward.eventId !== null && ofCall === null) continue
    const group = ofCall ?? companyOf(reward.customerId, companies, sight)
    newest.reward(reward)
    total.reward(reward.state)
    sumsOf(group).reward(reward.state)
  }
  const report = {
    ...{ year, from: `${year}-01-01`, to: `${year}-12-31`, computedAt: newest.read() },
    companies: companyRows(companies, needs.nodes(), sight, sums, peaks.peak),
    total: total.read(peaks.peak(TOTAL)),
    ...{ drills, open, customers: customers.read() }
  }
  return { report, sources }
}

async function seenIn(event: CountedEvent, sight: Sight): Promise<CountedCall[]> {
  const seen: CountedCall[] = []
  for (let i = 0; i < event.count; i++) {
    const call = event.call(i)
    if (sight.participant(call)) seen.push(call)
    if (i % PIECE === PIECE - 1) await breath()
  }
  return seen
}

function countDrill(drills: SeasonReport['drills'], { state }: CountedEvent, called: CountedCall[]): void {
  if (state === 'cancelled') return
  drills.events++
  drills.calls += called.length
  drills.answered += called.filter(({ answer }) => answer !== null).length
}

/** The first company of a customer among those that are seen. */
function companyOf(customerId: string, companies: Companies, sight: Sight): string {
  const own = companies.ofCustomer(customerId)
  return (own.find(({ id }) => sight.node(id)) ?? own[0])?.id ?? NO_COMPANY
}

function companyRows(
  companies: Companies,
  nodes: readonly GridNode[],
  sight: Sight,
  sums: ReadonlyMap<string, Sums>,
  peak: (group: string) => ReturnType<ReturnType<typeof coincidentPeaks>['peak']>
): SeasonReport['companies'] {
  const listed = nodes.filter(
    node =>
      node.kind === 'company' &&
      (sums.has(node.id) || (companies.lowest.includes(node) && sight.node(node.id)))
  )
  const row = (companyId: string | null, name: string, group: string) => ({
    companyId,
    name,
    sums: (sums.get(group) ?? seasonSums()).read(peak(group))
  })
  const rows = listed.map(({ id, name }) => row(id, name, id))
  return sums.has(NO_COMPANY) ? [...rows, row(null, '', NO_COMPANY)] : rows
}

/** When the newest of all that is looked at came to be; `otherwise` where nothing is. Epoch ms. */
function latest(otherwise: number) {
  let at = otherwise
  const time = (t: number) => {
    at = Math.max(at, t)
  }
  return {
    time,
    reward: ({ history }: Reward) => time(Date.parse(history.at(-1)?.at ?? '') || at),
    read: () => new Date(at).toISOString()
  }
}
