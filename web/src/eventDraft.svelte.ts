import type { NewCurtailmentEvent } from '../../server/contract/events.ts'
import type { Plan, PlanCandidate, PlanRequest } from '../../server/contract/plans.ts'
import { Loaded } from './loaded.svelte.ts'

export type DraftFault = 'needStart' | 'pastStart' | 'needDuration' | 'needSomebody' | 'needReason'

/** Expected delivery scales with what is asked, and never exceeds the present load. */
function expectedOf(candidate: PlanCandidate, kw: number): number {
  if (!(candidate.committedKw > 0)) return 0
  const scaled = (candidate.expectedKw / candidate.committedKw) * kw
  return Math.min(scaled, candidate.presentKw ?? scaled)
}

/** What a dispatcher is about to order: the form's state, and what is still wrong with it. */
export class EventDraft {
  readonly nodeId: string
  readonly plan = new Loaded<Plan>()
  durationMinutes = $state<number | null>(60)
  targetKw = $state<number | null>(null)
  reason = $state('')
  #nextSlot: () => number
  /** What a person entered, epoch ms: undefined before, null while it is incomplete. */
  #chosenStart = $state<number | null | undefined>(undefined)
  /** What a person changed of the proposal, by customer: kW asked, or null for not asked. */
  #changed = $state.raw<ReadonlyMap<string, number | null>>(new Map())

  /** Until a person enters a start it is the next slot, and moves on with the clock. */
  start = $derived.by(() => (this.#chosenStart === undefined ? this.#nextSlot() : this.#chosenStart))
  chosen = $derived.by(() =>
    (this.plan.value?.candidates ?? []).flatMap(candidate => {
      const kw = this.askedOf(candidate)
      return kw === null ? [] : [{ candidate, kw }]
    })
  )
  askedKw = $derived(this.chosen.reduce((sum, { kw }) => sum + kw, 0))
  expectedKw = $derived(this.chosen.reduce((sum, { candidate, kw }) => sum + expectedOf(candidate, kw), 0))

  constructor(nodeId: string, reason: string, nextSlot: () => number) {
    this.nodeId = nodeId
    this.reason = reason
    this.#nextSlot = nextSlot
  }

  startAt(start: number | null): void {
    this.#chosenStart = start
  }

  /** Asked of one candidate: what a person entered, else its committed kW where it is proposed. */
  askedOf(candidate: PlanCandidate): number | null {
    const own = this.#changed.get(candidate.customerId)
    if (own !== undefined) return own
    return candidate.proposed ? candidate.committedKw : null
  }

  ask(customerId: string, kw: number | null): void {
    this.#changed = new Map(this.#changed).set(customerId, kw)
  }

  /** The question to the planner; null while the form cannot be one. */
  request(): PlanRequest | null {
    const { nodeId, start, durationMinutes, targetKw } = this
    if (start === null || durationMinutes === null) return null
    if (!Number.isInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > 1440) return null
    const order = { nodeId, start: new Date(start).toISOString(), durationMinutes }
    return targetKw !== null && targetKw > 0 ? { ...order, targetKw } : order
  }

  order(findingId: string | null): NewCurtailmentEvent | null {
    const request = this.request()
    return (
      request && {
        nodeId: this.nodeId,
        findingId,
        start: request.start,
        durationMinutes: request.durationMinutes,
        reason: this.reason.trim(),
        participants: this.chosen.map(({ candidate, kw }) => ({
          customerId: candidate.customerId,
          requestedKw: kw
        }))
      }
    )
  }

  /** The first thing that is wrong; null when it can be ordered. */
  fault(now: number): DraftFault | null {
    if (this.start === null) return 'needStart'
    if (this.start <= now) return 'pastStart'
    if (this.request() === null) return 'needDuration'
    if (this.chosen.length === 0 || this.chosen.some(({ kw }) => !(kw > 0))) return 'needSomebody'
    return this.reason.trim() ? null : 'needReason'
  }
}
