/**
 * Randomness without state: every value is a hash of (key, slot), so that any past or future moment has one defined
 * value, in whatever order it is asked for.
 */

/** A 32-bit key for what the parts name together, e.g. seed, id and purpose. */
export function keyOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const part of parts) {
    const text = `${part}|`
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
    }
  }
  return mix(hash)
}

/** Uniform in [0, 1). */
export function uniform(key: number, slot = 0): number {
  return mix(key ^ Math.imul(slot | 0, 0x9e3779b1)) / 0x1_0000_0000
}

/** Uniform in [from, to). */
export function between(key: number, from: number, to: number): number {
  return from + (to - from) * uniform(key)
}

/** Continuous noise in [-1, 1]: a random value every stepMs, joined by straight lines. */
export function noise(key: number, t: number, stepMs: number): number {
  const position = t / stepMs
  const slot = Math.floor(position)
  const share = position - slot
  return 2 * (uniform(key, slot) * (1 - share) + uniform(key, slot + 1) * share) - 1
}

/** The items in an order given by the key. */
export function shuffled<T>(key: number, items: readonly T[]): T[] {
  return items
    .map((item, index) => ({ item, rank: uniform(key, index) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
