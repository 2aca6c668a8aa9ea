/** One line of the report. */
export interface Row {
  fault: string
  acked: number
  stored: number
  lost: number
  extra: number
  duplicates: number
  deadLetters: number
  /** Seconds from the end of the fault (or from the kill) until readings were acknowledged or stored again. */
  recoveryS: number | null
  maxRssMiB: number
  /** What else is worth printing. */
  notes: string[]
  /** Why the fault failed, in words; empty: it passed. */
  failures: string[]
}

/** What a fault is given. */
export interface FaultContext {
  /** Each fault once and briefly: CI. */
  isShort: boolean
  /** Undone in reverse order when the fault is over, also when it failed or the run was ended. */
  cleanup: AsyncDisposableStack
  say(line: string): void
}

export interface Fault {
  /** For `--only`. */
  name: string
  title: string
  /** After so long it has failed. */
  deadlineS: { short: number; full: number }
  run(context: FaultContext): Promise<Omit<Row, 'fault'>>
}

/** Something this machine lacks. In CI that fails the run; elsewhere the fault is skipped, loudly. */
export class Missing extends Error {}

/** `short` in CI, `full` else. */
export function sized<T>({ isShort }: FaultContext, sizes: { short: T; full: T }): T {
  return isShort ? sizes.short : sizes.full
}
