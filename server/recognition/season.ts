import type { CurtailmentEvent, EventState, Participant } from '../contract/events.ts'
import type { LocalTime } from '../contract/localTime.ts'
import type { Delivery } from '../contract/performance.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Reward } from '../contract/rewards.ts'
import type { SeasonReport } from '../contract/season.ts'
import { coincidentPeaks } from './coincident.ts'
import { type Companies, companiesIn } from './companies.ts'
import type { RecognitionNeeds } from './needs.ts'
import { isThankable } from './pendingThanks.ts'
import { customerRows, type Sums, seasonSums } from './seasonSums.ts'

/** What of the season somebody sees: who sees all gets all sums, a company its own, a customer its own row. */
export interface Sight {
  participant(participant: Pick<Participant, 'customerId' | 'meteringPointId'>): boolean
  customer(id: string): boolean
  node(id: string): boolean
}

type SeasonNeeds = Pick<RecognitionNeeds, 'events' | 'deliveries' | 'results' | 'rewards' | 'nodes'>

/** A result that the sums rest on. */
export interface SeasonSource {
  eventId: string
  start: string
  resultVersion: number
  sha256: string
}

const TOTAL = ' total'
const NO_COMPANY = ' none'
const isOpen: ReadonlySet<EventState> = new Set(['notified', 'standby', 'active', 'ended', 'provisional'])

/**
 * The report of a local calendar year, over the events that began in it: one pass, event by event, so that no more is held
 * than one event, its kept result, and the sums. It depends on the data alone: `computedAt` is when the newest of them
 * came to be. A customer belongs to the company above the metering point that it was called with.
 */
export async function seasonReport(
  needs: SeasonNeeds,
  year: number,
  sight: Sight,
  local: LocalTime
): Promise<{ report: SeasonReport; sources: SeasonSource[] }> {
  const from = local.dayStart(`${year}-01-01`)
  const to = local.dayStart(`${year + 1}-01-01`)
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

  for (const id of await needs.events.ids({ from, to })) {
    const event = await needs.events.get(id)
    const called = event === null ? [] : calledIn(event, sight)
    if (event === null || called.length === 0) continue
    newest.event(event)
    if (event.isDrill) {
      countDrill(drills, event, called)
      continue
    }
    if (isOpen.has(event.state)) open++
    const deliveries = await needs.deliveries.of({ eventIds: [id] })
    if (!isThankable(event, deliveries)) continue
    const deliveryOf = finalOf(deliveries)
    const groupOf = new Map<string, string>()
    for (const one of called) {
      const company = companies.of(one.meteringPointId)?.id ?? null
      groupOf.set(one.customerId, company ?? NO_COMPANY)
      const key = `${id} ${one.customerId}`
      if (groupOfReward.has(key)) groupOfReward.set(key, company ?? NO_COMPANY)
      const delivery = deliveryOf.get(one.customerId)
      total.call(id, one, delivery)
      sumsOf(company ?? NO_COMPANY).call(id, one, delivery)
      customers.call(one, delivery, company)
    }
    const source = await addPeak(needs, event, peaks, customerId => {
      const group = groupOf.get(customerId)
      return group === undefined ? [] : [TOTAL, group]
    })
    if (source === null) continue
    sources.push(source.source)
    newest.time(source.computedAt)
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

/** Nobody, while it has told nobody. */
function calledIn(event: CurtailmentEvent, sight: Sight): Participant[] {
  const wasCalled = event.history.some(({ state }) => state === 'notified')
  return wasCalled ? event.participants.filter(sight.participant) : []
}

function countDrill(
  drills: SeasonReport['drills'],
  { state }: CurtailmentEvent,
  called: Participant[]
): void {
  if (state === 'cancelled') return
  drills.events++
  drills.calls += called.length
  drills.answered += called.filter(({ answer }) => answer !== null).length
}

const finalOf = (deliveries: readonly Delivery[]) =>
  new Map(deliveries.filter(({ isFinal }) => isFinal).map(one => [one.customerId, one]))

async function addPeak(
  { results }: Pick<SeasonNeeds, 'results'>,
  { id, start }: CurtailmentEvent,
  peaks: ReturnType<typeof coincidentPeaks>,
  groupsOf: (customerId: string) => string[]
): Promise<{ source: SeasonSource; computedAt: string } | null> {
  const result = await results.get(id)
  if (result === null) return null
  peaks.add(result, groupsOf)
  const { resultVersion, computedAt } = result
  const kept = (await results.list(id)).results.find(one => one.resultVersion === resultVersion)
  return { source: { eventId: id, start, resultVersion, sha256: kept?.sha256 ?? '' }, computedAt }
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

/** When the newest of all that is looked at came to be; `otherwise` (epoch ms) where nothing is. */
function latest(otherwise: number) {
  let at = otherwise
  const time = (text: string | null | undefined) => {
    if (text) at = Math.max(at, Date.parse(text))
  }
  return {
    time,
    event({ history, participants }: CurtailmentEvent) {
      time(history.at(-1)?.at)
      for (const { answer, thanks } of participants) {
        time(answer?.at)
        time(thanks?.at)
      }
    },
    reward: ({ history }: Reward) => time(history.at(-1)?.at),
    read: () => new Date(at).toISOString()
  }
}
