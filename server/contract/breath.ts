/** Longer than this nobody keeps the thread to itself while others wait: the pages' stream, the API, the readings. */
const HELD_MS = 10

/** When the first who asked in this turn of the loop did so; null: nobody has. */
let heldSince: number | null = null

/**
 * For long work in one thread, between two pieces of it: returns at once as long as the turn is young, else lets whatever
 * else is waiting go first. A piece between two calls should take a few milliseconds.
 *
 *   piece piece piece │ others │ piece piece │ others │ …
 */
export async function breath(): Promise<void> {
  if (heldSince !== null && performance.now() - heldSince >= HELD_MS) {
    await new Promise<void>(resolve => {
      setImmediate(resolve)
    })
  }
  if (heldSince !== null) return
  heldSince = performance.now()
  setImmediate(() => {
    heldSince = null
  })
}

/** A list's items made into others, in pieces, with a breath between them. */
export async function mapInPieces<T, R>(
  list: readonly T[],
  make: (item: T, index: number) => R,
  size = 500
): Promise<R[]> {
  const made: R[] = []
  for (let from = 0; from < list.length; from += size) {
    for (const [i, item] of list.slice(from, from + size).entries()) made.push(make(item, from + i))
    await breath()
  }
  return made
}
