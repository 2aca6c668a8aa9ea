import { smoothStep } from '../load/shapes.ts'
import { noise } from '../random.ts'
import type { ParticipantProfile } from './profile.ts'

const MINUTE = 60_000
/** Emergency lighting, pumps, controls: what never goes off. */
const NEVER_OFF_SHARE = 0.15
const REBOUND_FADES_MS = 10 * MINUTE

/** What a participant carries out: by how much it comes down, from when to when (epoch ms). */
export interface Order {
  start: number
  end: number
  deliveredKw: number
}

/** After this it has no effect any more. */
export function isOver(order: Order, now: number): boolean {
  return now > order.end + 120 * MINUTE
}

/**
 * What an order adds to a load of `baseKw` at a moment, kW: below zero while it reduces, above zero in the rebound.
 * A function of the order alone, so that a restarted participant goes on with the same curve.
 *
 *    0 ┤────┐ start                      end  ┌──╮ rebound, fades
 *      │     ╲ ramp down                ramp up╱   ╰─────────────
 *      │      ╲______ held, with noise ______╱
 */
export function curtailmentKw(profile: ParticipantProfile, order: Order, baseKw: number, t: number): number {
  const { start, end, deliveredKw } = order
  if (deliveredKw <= 0 || t <= start || end <= start || isOver(order, t)) return 0
  const full = Math.min(deliveredKw, (1 - NEVER_OFF_SHARE) * baseKw)
  const reached = smoothStep((Math.min(t, end) - start - profile.reactionMs) / profile.rampDownMs)
  const held = full * reached * (1 + 0.04 * noise(profile.key ^ 0x5a, t, MINUTE / 2))
  if (t <= end) return -held
  const returned = smoothStep((t - end) / profile.rampUpMs)
  const sinceFull = t - end - profile.rampUpMs - profile.reboundMs
  const rebound =
    baseKw * profile.reboundShare * reached * returned * Math.exp(-Math.max(0, sinceFull) / REBOUND_FADES_MS)
  return rebound - held * (1 - returned)
}
