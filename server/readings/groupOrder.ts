/**
 * Puts what belongs together side by side: groups in the order in which they first appear, and within each the order
 * there was.
 *
 *   keys    a b c a b c a      order   0 3 6 │ 1 4 │ 2 5
 */
export class GroupOrder {
  private groupOf = new Uint32Array(0)
  /** Of each group first its size, then where its next member goes. */
  private places = new Uint32Array(0)
  /** The first member + 1 of each group, at its key, key + 1, … (open addressing). */
  private slots = new Uint32Array(0)

  /** Fills `order` with the numbers from 0 to count − 1. */
  fill(order: Uint32Array, keys: Uint32Array, count: number): void {
    this.makeRoom(count)
    const { groupOf, places } = this
    const groups = this.findGroups(keys, count)
    let place = 0
    for (let group = 0; group < groups; group++) {
      const size = places[group] ?? 0
      places[group] = place
      place += size
    }
    for (let member = 0; member < count; member++) {
      const group = groupOf[member] ?? 0
      const at = places[group] ?? 0
      order[at] = member
      places[group] = at + 1
    }
  }

  private findGroups(keys: Uint32Array, count: number): number {
    const { groupOf, places, slots } = this
    const mask = slots.length - 1
    let groups = 0
    for (let member = 0; member < count; member++) {
      const key = keys[member] ?? 0
      let slot = key & mask
      while (slots[slot] !== 0 && keys[(slots[slot] ?? 1) - 1] !== key) slot = (slot + 1) & mask
      if (slots[slot] === 0) {
        slots[slot] = member + 1
        groupOf[member] = groups
        places[groups++] = 0
      }
      const group = groupOf[(slots[slot] ?? 1) - 1] ?? 0
      groupOf[member] = group
      places[group] = (places[group] ?? 0) + 1
    }
    return groups
  }

  private makeRoom(count: number): void {
    this.slots.fill(0)
    if (this.groupOf.length >= count) return
    let size = 1024
    while (size < count) size *= 2
    this.groupOf = new Uint32Array(size)
    this.places = new Uint32Array(size)
    this.slots = new Uint32Array(2 * size)
  }
}
