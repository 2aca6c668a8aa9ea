/**
 * Messages become durable in any order, acknowledgements leave in the order of arrival [MQTT-4.6.0-2]:
 *
 *   arrived   1   2   3   4
 *   durable   ✔   –   ✔   ✔      released: 1; then, once 2 is durable, 2 3 4 together
 */
export interface OrderedAcks<T> {
  /** Enters a message; the returned function says that it is durable. */
  add(item: T): () => void
}

/** `release` receives everything that may be acknowledged now, oldest first. */
export function createOrderedAcks<T>(release: (items: T[]) => void): OrderedAcks<T> {
  let queue: { item: T; durable: boolean }[] = []
  let head = 0

  function releaseReady(): void {
    const ready: T[] = []
    for (let entry = queue[head]; entry?.durable; entry = queue[++head]) ready.push(entry.item)
    if (head === queue.length || head > 1024) {
      queue = queue.slice(head)
      head = 0
    }
    if (ready.length > 0) release(ready)
  }

  return {
    add(item) {
      const entry = { item, durable: false }
      queue.push(entry)
      return () => {
        entry.durable = true
        if (queue[head] === entry) releaseReady()
      }
    }
  }
}
