import type { Intake } from '../../server/ingest/intake.ts'

/** An intake that notes what it is given; while `held` it makes nothing durable. */
export function recordingIntake(): {
  intake: Intake
  accepted: { topic: string; payload: string }[]
  rejected: string[]
  hold(): void
  /** Makes the n-th held message durable, or fails it; without an index all of them, and holds no longer. */
  release(index?: number, error?: Error): void
} {
  const accepted: { topic: string; payload: string }[] = []
  const rejected: string[] = []
  const held: PromiseWithResolvers<void>[] = []
  let holding = false
  return {
    accepted,
    rejected,
    intake: {
      accept(topic, payload) {
        accepted.push({ topic, payload: payload.toString() })
        if (!holding) return Promise.resolve()
        const durable = Promise.withResolvers<void>()
        held.push(durable)
        return durable.promise
      },
      async reject(_topic, _payload, reason) {
        rejected.push(reason)
      },
      counters: () => ({ messages: accepted.length, readings: 0, readingsPerS: 0, unknownMembers: 0 })
    },
    hold: () => {
      holding = true
    },
    release(index, error) {
      if (index === undefined) {
        holding = false
        for (const durable of held.splice(0)) durable.resolve()
      } else if (error !== undefined) held[index]?.reject(error)
      else held[index]?.resolve()
    }
  }
}
