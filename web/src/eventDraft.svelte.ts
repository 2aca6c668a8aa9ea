import type { NewCurtailmentEvent } from '../../server/contract/events.ts'
import type { Plan, PlanCandidate, PlanRequest } from '../../server/contract/plans.ts'
import { Loaded } from './loaded.svelte.ts'

export type DraftFault = 'needStart' | 'pastStart' | 'needDuration' | 'needSomebody' | 'needReason'

/** What is asked of somebody first: what the plan asks; of who cannot be called, what it committed. */
export const usualAsk = ({ requestedKw, committedKw }: PlanCandidate): number =>
  requestedKw > 0 ? requestedKw : committedKw

/** Expected delivery scales with what is asked, and never exceeds what is there to give. */
function expectedOf(candidate: PlanCandidate, kw: number): number {
  const usual = usualAsk(candidate)
  if (!(usual > 0)) return 0
  return Math.min((candidate.expectedKw / usual) * kw, candidate.availableKw)
}

/** What a dispatcher is about to order: the form's state, and what is still wrong with it. */
export class EventDraft {
  readonly nodeId: string
  readonly plan = new Loaded<Plan>()
  durationMinutes = $state<number | null>(60)
  targetKw = $state<number | null>(null)
  /** With which the target is to be reached. */
  probability = $state(0.9)
  /** null: that of the customers below the node. */
  programmeId = $state<string | null>(null)
  isDrill = $state(false)
  /** How many groups come back one after another; 1: all at once. */
  releaseGroups = $state(1)
  releaseStepMinutes = $state(15)
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
  /** A person has changed the proposal. */
  isChanged = $derived(this.#changed.size > 0)
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
    return candidate.proposed ? usualAsk(candidate) : null
  }

  ask(customerId: string, kw: number | null): void {
    this.#changed = new Map(this.#changed).set(customerId, kw)
  }

  /** The question to the planner; null while the form cannot be one. */
  request(): PlanRequest | null {
    const { nodeId, start, durationMinutes, targetKw } = this
    if (start === null || durationMinutes === null) return null
    if (!Number.isInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > 1440) return null
    const { programmeId, probability } = this
    const order = {
      nodeId,
      start: new Date(start).toISOString(),
      durationMinutes,
      ...(programmeId === null ? {} : { programmeId })
    }
    return targetKw !== null && targetKw > 0 ? { ...order, targetKw, probability } : order
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
        isDrill: this.isDrill,
        targetKw: request.targetKw ?? null,
        releaseStepMinutes: this.releaseGroups > 1 ? this.releaseStepMinutes : 0,
        ...(request.programmeId === undefined ? {} : { programmeId: request.programmeId }),
        participants: this.#inGroups()
      }
    )
  }

  /** Dealt out by size, so that every group brings back about the same load. */
  #inGroups(): NewCurtailmentEvent['participants'] {
    return this.chosen
      .toSorted((a, b) => b.kw - a.kw)
      .map(({ candidate, kw }, i) => ({
        customerId: candidate.customerId,
        requestedKw: kw,
        releaseGroup: (i % this.releaseGroups) + 1
      }))
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
