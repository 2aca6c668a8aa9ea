const SLOW_MS = 5000

/** Says how far a slow run has come, now and then. */
export function progressOf(what: string, complain: (line: string) => void): (daysDone: number) => void {
  let said = performance.now()
  return daysDone => {
    if (performance.now() - said < SLOW_MS) return
    said = performance.now()
    complain(`${what}: ${daysDone} days done`)
  }
}
