/** Bytes of messages that were received and are not durable yet, over all connections a subscriber has had. */
export interface UnackedBytes {
  add(bytes: number): void
  remove(bytes: number): void
  readonly isFull: boolean
  /** Called when it is no longer full: half of the limit is free again. */
  onRoom(listener: () => void): () => void
}

export function createUnackedBytes(limit: number): UnackedBytes {
  const listeners = new Set<() => void>()
  let held = 0
  let isFull = false
  return {
    add(bytes) {
      held += bytes
      if (held > limit) isFull = true
    },
    remove(bytes) {
      held -= bytes
      if (!isFull || held > limit / 2) return
      isFull = false
      for (const listener of [...listeners]) listener()
    },
    get isFull() {
      return isFull
    },
    onRoom(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}
