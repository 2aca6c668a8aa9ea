/**
 * How fast the replay's clock goes: data seconds a second; 0 as fast as the machine. It only says how many steps may be
 * taken by now, never what is in them, so that the same comes out at any speed.
 *
 *   data time   anchor.at ──────── speed × wall time since anchor.wallMs ────────►
 *   runTo       ├── as fast as it can ──┤ then on at its speed; paused it stands still there
 */
export interface Pace {
  readonly speed: number
  readonly isPaused: boolean
  /** Up to here as fast as it can, epoch ms; null: not asked. */
  readonly runTo: number | null
  /** Where its clock stood (epoch ms) when the wall said `wallMs` (ms of any monotone clock). */
  readonly anchor: { readonly wallMs: number; readonly at: number }
}

export interface PaceChange {
  speed?: number
  paused?: boolean
  /** Epoch ms. */
  runTo?: number
}

/** Up to which data time (epoch ms) steps may be taken; Infinity: as many as the machine can. */
export function dueAt(pace: Pace, wallMs: number): number {
  const { speed, isPaused, runTo, anchor } = pace
  if (runTo !== null) return runTo
  if (isPaused) return anchor.at
  return speed === 0 ? Infinity : anchor.at + (wallMs - anchor.wallMs) * speed
}

/** The pace from now on; `at` is where the clock stands. A `runTo` that is not ahead is done already. */
export function repaced(pace: Pace, change: PaceChange, at: number, wallMs: number): Pace {
  const runTo = change.runTo ?? pace.runTo
  return {
    speed: change.speed ?? pace.speed,
    isPaused: change.paused ?? pace.isPaused,
    // To be held is to be held at once.
    runTo:
      runTo === null || runTo <= at || (change.paused === true && change.runTo === undefined) ? null : runTo,
    anchor: { wallMs, at }
  }
}

/** How long, in ms of the wall, until a step that ends at `next` is due; null: not before the pace changes. */
export function waitMs(pace: Pace, next: number, wallMs: number): number | null {
  const due = dueAt(pace, wallMs)
  if (due >= next) return 0
  if (pace.isPaused || pace.speed === 0) return null
  return (next - due) / pace.speed
}
