import type { Reward, RewardChange, RewardState } from '../contract/rewards.ts'

/** What follows from what; a booked one may be put off to another day. */
const following: Readonly<Record<RewardState, readonly RewardState[]>> = {
  offered: ['booked', 'declined'],
  booked: ['booked', 'done', 'declined'],
  done: [],
  declined: []
}

/** The state it takes. */
export interface NextState {
  state: RewardState
  plannedFor: string | null
  note: string
}

/** What a change of a reward comes to; `step` null: it is so already. */
export type RewardMove =
  | { ok: true; step: NextState | null }
  | { ok: false; status: 409 | 422; reason: string }

/** The next state of a reward. The day belongs to booking, and stays when it is done. */
export function nextStep(
  reward: Pick<Reward, 'id' | 'state' | 'plannedFor'>,
  { state, plannedFor = null, note = '' }: RewardChange
): RewardMove {
  const { id } = reward
  if (state === 'booked' && plannedFor === null) {
    return { ok: false, status: 422, reason: 'booking needs the day: plannedFor' }
  }
  if (state !== 'booked' && plannedFor !== null) {
    return { ok: false, status: 422, reason: `plannedFor belongs to booked, not to ${state}` }
  }
  const isSo = reward.state === state && (state !== 'booked' || reward.plannedFor === plannedFor)
  if (isSo) return { ok: true, step: null }
  if (!following[reward.state].includes(state)) {
    const first = reward.state === 'offered' ? ': book a day first' : ''
    return { ok: false, status: 409, reason: `reward ${id} is ${reward.state}, not to be ${state}${first}` }
  }
  return { ok: true, step: { state, plannedFor: plannedFor ?? reward.plannedFor, note } }
}
