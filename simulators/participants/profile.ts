import { between, keyOf, shuffled } from '../random.ts'
import type { LargeConsumer } from '../region/sites.ts'

/** What kind of participant it is. */
export type Character =
  /** Accepts and delivers 93 to 108 %. */
  | 'reliable'
  /** Accepts all, delivers 60 to 80 %. */
  | 'weak'
  /** Accepts part of what is asked, and delivers that. */
  | 'partial'
  /** Mostly says no, with a reason. */
  | 'reluctant'

/** How one large consumer answers a notice and what its machines then do. */
export interface ParticipantProfile {
  customerId: string
  character: Character
  /** Delivered ÷ promised. */
  deliveredShare: number
  /** Promised ÷ asked. */
  acceptedShare: number
  /** From the start of an event to the first machine stopping, and until the last one has stopped. */
  reactionMs: number
  rampDownMs: number
  rampUpMs: number
  /** Extra load after the event, as a share of the normal load, and for how long it is full. */
  reboundShare: number
  reboundMs: number
  key: number
}

const MINUTE = 60_000

/** In each substation's area two are reluctant, two partial and three weak; everybody else is reliable. */
export function createProfiles(seed: number, consumers: readonly LargeConsumer[]): ParticipantProfile[] {
  const characters = new Map<LargeConsumer, Character>()
  for (const stationId of new Set(consumers.map(consumer => consumer.stationId))) {
    const enrolled = consumers.filter(
      consumer => consumer.stationId === stationId && consumer.committedKw !== null
    )
    for (const [index, consumer] of shuffled(keyOf(seed, stationId, 'character'), enrolled).entries()) {
      if (index < 7) characters.set(consumer, index < 2 ? 'reluctant' : index < 4 ? 'partial' : 'weak')
    }
  }
  return consumers.map(consumer => profile(seed, consumer, characters.get(consumer) ?? 'reliable'))
}

function profile(seed: number, consumer: LargeConsumer, character: Character): ParticipantProfile {
  const draw = (what: string, from: number, to: number) =>
    between(keyOf(seed, consumer.customerId, what), from, to)
  // A furnace is brought down slowly; a compressor or a line of machines stops within about a minute.
  const hasFurnace = consumer.industry.furnaceShare > 0
  const rampDownMs = (hasFurnace ? draw('ramp', 1.5, 2.5) : draw('ramp', 0.5, 1.2)) * MINUTE
  return {
    customerId: consumer.customerId,
    character,
    deliveredShare: character === 'weak' ? draw('delivered', 0.6, 0.8) : draw('delivered', 0.93, 1.08),
    acceptedShare: character === 'partial' ? draw('accepted', 0.5, 0.75) : 1,
    reactionMs: draw('reaction', 2_000, 15_000),
    rampDownMs,
    rampUpMs: rampDownMs * draw('return', 0.8, 1.2),
    reboundShare: draw('rebound', 0.05, 0.15),
    reboundMs: draw('rebound-time', 8, 18) * MINUTE,
    key: keyOf(seed, consumer.customerId)
  }
}
