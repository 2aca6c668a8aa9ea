import type { View } from '../contract/access.ts'
import type { Participant } from '../contract/events.ts'
import { seesParticipant } from './cut.ts'

/** What of the programme somebody sees, in the terms of who thanks and reports. */
export interface Sight {
  /** Whoever has the same sees the same. */
  key: string
  participant(participant: Pick<Participant, 'customerId' | 'meteringPointId'>): boolean
  customer(id: string): boolean
  node(id: string): boolean
}

export const sightOf = (view: View): Sight => ({
  key: view.key,
  participant: one => seesParticipant(one, view),
  customer: id => view.customer(id),
  node: id => view.node(id)
})
