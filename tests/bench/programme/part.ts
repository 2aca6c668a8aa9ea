/** One figure of a part: what was measured, in which unit, and what was asked for. */
export interface Row {
  what: string
  /** The middle of the rounds. */
  value: number
  unit: string
  /** Not to be exceeded, in the same unit; null: nothing was asked. */
  limit: number | null
  note?: string
}

/** A part of the programme's benchmark; it makes its own data, seeded, and leaves nothing behind. */
export interface Part {
  name: string
  run(): Promise<Row[]>
}

/** Runs it so often and gives the middle of the times, ms. */
export async function middleMs(rounds: number, work: () => unknown): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    await work()
    times.push(performance.now() - begun)
  }
  times.sort((a, b) => a - b)
  return times[Math.floor((times.length - 1) / 2)] ?? NaN
}

/** Numbers from 0 to 1, the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
