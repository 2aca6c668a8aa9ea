/** The packet ids of one connection that are not acknowledged yet, in order of arrival. */
export interface AckRing {
  /** One that waits already is not entered again: a second PUBACK could answer a later message of the same id. */
  add(packetId: number): void
  /** Everything added since the last mark becomes durable with this group; groups ascend. */
  mark(group: number): void
  /**
   * Marks what was added, then adds one that waits for something of its own: neither it nor what comes after it is
   * released before the returned call.
   */
  addHeld(packetId: number, group: number): () => void
  /** All groups up to this one are durable. */
  durable(group: number): void
  /** The PUBACKs that are due, oldest first, in one piece; null: none. */
  due(): Buffer | null
  readonly length: number
  /** The newest marked group that is not durable yet; null: none. */
  readonly newestGroup: number | null
}

/** Packet ids have 16 bits, so that more of them cannot wait. */
const CAPACITY = 65_536
const PUBACK = 0x40

/**
 *   ids      │ 7 8 9 │ 3 4 │ 5 │ 6 1 2      packed into PUBACKs from the left, while the run in front is durable
 *   runs       group 4  g. 5 held  group 6
 */
export function createAckRing(): AckRing {
  const ids = new Uint16Array(CAPACITY)
  const waits = new Uint8Array(CAPACITY)
  let runs: { group: number; ids: number; held: boolean }[] = []
  let head = 0
  let length = 0
  /** At the end of the ring, in no run yet. */
  let unmarked = 0
  let durableGroup = Number.NEGATIVE_INFINITY

  function add(packetId: number): void {
    if (waits[packetId] === 1) return
    waits[packetId] = 1
    ids[(head + length) & (CAPACITY - 1)] = packetId
    length++
    unmarked++
  }

  function mark(group: number): void {
    if (unmarked === 0) return
    const last = runs.at(-1)
    if (last?.group === group && !last.held) last.ids += unmarked
    else runs.push({ group, ids: unmarked, held: false })
    unmarked = 0
  }

  function due(): Buffer | null {
    let count = 0
    let released = 0
    for (const run of runs) {
      if (run.held || run.group > durableGroup) break
      count += run.ids
      released++
    }
    if (count === 0) return null
    runs = runs.slice(released)
    // PUBACK without a reason code means success [MQTT 5, 3.4.2.1]; MQTT 3.1.1 knows no other.
    const packets = Buffer.allocUnsafe(count * 4)
    for (let at = 0; at < packets.length; at += 4) {
      const packetId = ids[head] ?? 0
      waits[packetId] = 0
      packets[at] = PUBACK
      packets[at + 1] = 2
      packets[at + 2] = packetId >> 8
      packets[at + 3] = packetId
      head = (head + 1) & (CAPACITY - 1)
    }
    length -= count
    return packets
  }

  return {
    add,
    mark,
    addHeld(packetId, group) {
      mark(group)
      add(packetId)
      if (unmarked === 0) return () => undefined
      const run = { group: Number.NEGATIVE_INFINITY, ids: 1, held: true }
      runs.push(run)
      unmarked = 0
      return () => {
        run.held = false
      }
    },
    durable(group) {
      durableGroup = group
    },
    due,
    get length() {
      return length
    },
    get newestGroup() {
      const group = runs.findLast(run => !run.held)?.group
      return group === undefined || group <= durableGroup ? null : group
    }
  }
}
