/** A pause after each step so many times as long as the step itself took: a fifth of one core at most. */
const REST_FACTOR = 4
const LEAST_PAUSE_MS = 1_000
/** When nobody is due, or nobody has the time. */
const IDLE_PAUSE_MS = 60_000
const FAULT_PAUSE_MS = 60_000

export interface AssessingRunNeeds {
  /** Does one piece of work; false when none is left for now. */
  step(): Promise<boolean>
  /** Readings come first: while it is so, nothing is assessed. */
  isBusy(): boolean
  onFault(what: string, error: unknown): void
  now(): number
}

/**
 * Assesses in the background, one site at a time:
 *
 *   start ──► step ──► pause (four times as long as the step)──► step …     busy, or nobody due: a minute
 *
 * `stop` lets the step under way finish. What was done stands in the records, so the next start goes on where it was.
 */
export function startAssessing({ step, isBusy, onFault, now }: AssessingRunNeeds): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | null = null
  let underWay: Promise<void> = Promise.resolve()
  let isStopped = false

  async function work(): Promise<void> {
    let pauseMs = IDLE_PAUSE_MS
    try {
      const begun = now()
      if (!isBusy() && (await step())) pauseMs = Math.max(LEAST_PAUSE_MS, REST_FACTOR * (now() - begun))
    } catch (error) {
      pauseMs = FAULT_PAUSE_MS
      onFault('a customer could not be assessed; it is tried again', error)
    }
    if (!isStopped) wait(Math.min(pauseMs, IDLE_PAUSE_MS))
  }

  function wait(ms: number): void {
    timer = setTimeout(() => {
      underWay = work()
    }, ms)
    timer.unref()
  }

  wait(LEAST_PAUSE_MS)
  return {
    async stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
      await underWay
    }
  }
}
