import type { Intake } from '../../server/ingest/intake.ts'

export interface RecordingIntake {
  intake: Intake
  accepted: { topic: string; payload: string }[]
  rejected: string[]
  /** From now on nothing becomes durable by itself. */
  hold(): void
  /** Makes the n-th held promise resolve, or fail; without an index everything is durable, and nothing is held any more. */
  release(index?: number, error?: Error): void
  /** What is taken from now on belongs to the next group; returns the number of the one before. */
  seal(): number
  /** Tells that a group is durable. */
  commit(group: number): void
  /** Full while more bytes than this wait. */
  limit(bytes: number): void
  fail(error: Error): void
}

/** An intake that notes what it is given, and makes it durable in the next turn of the event loop or when told so. */
export function recordingIntake(): RecordingIntake {
  const accepted: { topic: string; payload: string }[] = []
  const rejected: string[] = []
  const held: PromiseWithResolvers<void>[] = []
  const durableListeners = new Set<(group: number) => void>()
  const failureListeners = new Set<(error: Error) => void>()
  const bytesOf = new Map<number, number>()
  let holding = false
  let group = 1
  let limitBytes = Number.POSITIVE_INFINITY
  let waitingBytes = 0
  let scheduled = false

  function commit(upTo: number): void {
    for (const [number, bytes] of bytesOf) {
      if (number > upTo) continue
      waitingBytes -= bytes
      bytesOf.delete(number)
    }
    for (const listener of [...durableListeners]) listener(upTo)
  }

  function commitAll(): void {
    scheduled = false
    if (!holding) commit(group++)
  }

  function promised(): Promise<void> {
    if (!holding) return Promise.resolve()
    const durable = Promise.withResolvers<void>()
    held.push(durable)
    return durable.promise
  }

  return {
    accepted,
    rejected,
    intake: {
      take(bytes, topicStart, topicEnd, payloadStart, payloadEnd) {
        const topic = bytes.toString('utf8', topicStart, topicEnd)
        accepted.push({ topic, payload: bytes.toString('utf8', payloadStart, payloadEnd) })
        const length = payloadEnd - payloadStart
        bytesOf.set(group, (bytesOf.get(group) ?? 0) + length)
        waitingBytes += length
        if (scheduled) return
        scheduled = true
        setImmediate(commitAll)
      },
      accept(topic, payload) {
        accepted.push({ topic, payload: payload.toString() })
        return promised()
      },
      reject(_topic, _payload, reason) {
        rejected.push(reason)
        return promised()
      },
      get group() {
        return group
      },
      get isFull() {
        return waitingBytes > limitBytes
      },
      onDurable(listener) {
        durableListeners.add(listener)
        return () => durableListeners.delete(listener)
      },
      onFailure(listener) {
        failureListeners.add(listener)
        return () => failureListeners.delete(listener)
      },
      counters: () => ({
        ...{ messages: accepted.length, readings: 0, readingsPerS: 0, unknownMembers: 0, slowPath: 0 }
      })
    },
    hold: () => {
      holding = true
    },
    release(index, error) {
      if (index === undefined) {
        holding = false
        for (const durable of held.splice(0)) durable.resolve()
        commit(group++)
      } else if (error !== undefined) held[index]?.reject(error)
      else held[index]?.resolve()
    },
    seal: () => group++,
    commit,
    limit: bytes => {
      limitBytes = bytes
    },
    fail: error => {
      for (const listener of [...failureListeners]) listener(error)
    }
  }
}
