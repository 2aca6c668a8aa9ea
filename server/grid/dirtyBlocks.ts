/**
 * The hours whose roll-ups no longer match the raw readings, and whose readings they are.
 *
 *   mark ──► hour 493 121: {meter/LC-1, meter/LC-7}      quiet for a moment, or waiting too long
 *            hour 493 120: everybody                ───────────────────────► taken, newest first, with the
 *                                                                            others of its block of hours
 *
 * An hour with too many names in it means everybody, and so does one that gets a name when there are too many in all:
 * the bounds cost work, never a wrong chart.
 */
export interface DirtyBlocks {
  /** `hour` counts hours since 1970; null: everybody. */
  mark(hour: number, name: string | null, now: number): void
  /** The newest block with an hour before `beforeHour` that is due; null when none is. */
  take(beforeHour: number, blockHours: number, isDue: (hour: number, wait: Waiting) => boolean): Block | null
  /** What was taken and not finished is dirty again. */
  putBack(block: Block, now: number): void
  /** Every dirty hour as ascending pairs [first, last]. */
  ranges(): [number, number][]
  readonly size: number
  /** Hours that did not fit: their charts stay as they are. */
  readonly dropped: number
}

export interface Waiting {
  firstAt: number
  lastAt: number
}

export interface Block {
  /** Ascending. */
  hours: number[]
  /** null: everybody. */
  names: Set<string> | null
}

interface DirtyHour extends Waiting {
  names: Set<string> | null
}

export function createDirtyBlocks({
  mostHours = 100_000,
  mostNames = 500,
  mostNamesInAll = 100_000
} = {}): DirtyBlocks {
  const dirty = new Map<number, DirtyHour>()
  let dropped = 0
  /** In all hours. */
  let names = 0

  const mark = (hour: number, name: string | null, now: number) => {
    let held = dirty.get(hour)
    if (held === undefined) {
      if (dirty.size >= mostHours) {
        dropped += 1
        return
      }
      held = { names: new Set(), firstAt: now, lastAt: now }
      dirty.set(hour, held)
    }
    held.lastAt = now
    if (held.names === null || (name !== null && held.names.has(name))) return
    if (name === null || held.names.size >= mostNames || names >= mostNamesInAll) {
      names -= held.names.size
      held.names = null
    } else {
      held.names.add(name)
      names += 1
    }
  }

  const take: DirtyBlocks['take'] = (beforeHour, blockHours, isDue) => {
    let newest = -1
    for (const [hour, wait] of dirty)
      if (hour > newest && hour < beforeHour && isDue(hour, wait)) newest = hour
    if (newest < 0) return null
    const firstHour = Math.floor(newest / blockHours) * blockHours
    const block: Block = { hours: [], names: new Set() }
    for (let hour = firstHour; hour < Math.min(firstHour + blockHours, beforeHour); hour += 1) {
      const held = dirty.get(hour)
      if (held === undefined) continue
      dirty.delete(hour)
      names -= held.names?.size ?? 0
      block.hours.push(hour)
      block.names = block.names === null || held.names === null ? null : joined(block.names, held.names)
    }
    return block
  }

  const putBack = ({ hours, names }: Block, now: number) => {
    for (const hour of hours) for (const name of names ?? [null]) mark(hour, name, now)
  }

  const ranges = () => {
    const found: [number, number][] = []
    for (const hour of [...dirty.keys()].sort((a, b) => a - b)) {
      const last = found.at(-1)
      if (last !== undefined && last[1] === hour - 1) last[1] = hour
      else found.push([hour, hour])
    }
    return found
  }

  return {
    mark,
    take,
    putBack,
    ranges,
    get size() {
      return dirty.size
    },
    get dropped() {
      return dropped
    }
  }
}

function joined(one: Set<string>, other: Set<string>): Set<string> {
  for (const name of other) one.add(name)
  return one
}
