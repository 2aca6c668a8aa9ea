import { setImmediate as breath } from 'node:timers/promises'
import type { ReplayState } from '../contract/replays.ts'
import type { Course } from '../replay/course.ts'
import { dueAt, type Pace, type PaceChange, repaced, waitMs } from '../replay/pace.ts'
import { type ReplaySpan, STEP_MS } from '../replay/span.ts'
import type { ReplayProgress } from './replayPort.ts'
import type { ReplayReadings } from './replayReadings.ts'

/** Questions are answered between two pieces of work. */
const MOST_AT_A_TIME_MS = 15
/** At a slow speed the clock is looked at so often. */
const LONGEST_WAIT_MS = 1000
const TOLD_EVERY_MS = 250

export interface ReplayRunNeeds {
  course: Course
  span: ReplaySpan
  readings: ReplayReadings
  speed: number
  /** Brings the forecasts known at the clock, where a moment for that has come. */
  foresee(clock: number): Promise<void>
  isForesightDue(clock: number): boolean
  /** Ms of any monotone clock: it paces, and is seen in nothing that comes out. */
  wallMs(): number
  tell(progress: ReplayProgress): void
}

export interface ReplayRun {
  progress(): ReplayProgress
  change(change: PaceChange): ReplayProgress
  /** Takes no step while the work goes on: what it looks at is of one moment. */
  held<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when the day is over, or with what went wrong in its progress. */
  run(): Promise<void>
}

/**
 * Steps through the day at its pace. The readings of the next piece are read while those of this one are gone through.
 *
 *   load ──► load ──► load …        at most one piece ahead
 *      └► steps ──► steps …
 */
export function createReplayRun(needs: ReplayRunNeeds): ReplayRun {
  const { course, span, readings, foresee, isForesightDue, wallMs, tell } = needs
  let pace: Pace = {
    speed: needs.speed,
    isPaused: false,
    runTo: null,
    anchor: { wallMs: wallMs(), at: span.from }
  }
  let failure: string | null = null
  let wake: () => void = () => {}
  let toldAt = 0
  let loading: Promise<void> | null = null
  let neededUntil = 0
  let holds = 0

  function state(): ReplayState {
    if (failure !== null) return 'failed'
    if (course.clock < span.from) return 'preparing'
    if (course.isOver) return 'done'
    return pace.isPaused && pace.runTo === null ? 'paused' : 'running'
  }

  const progress = (): ReplayProgress => ({
    state: state(),
    trouble: failure,
    clock: Math.max(course.clock, span.from),
    speed: pace.speed,
    digest: course.clock < span.from ? null : course.digest()
  })

  /** Readings up to the next step, and one piece more under way. */
  async function provide(): Promise<void> {
    while (readings.until < Math.min(course.next, span.to)) {
      loading ??= load()
      await loading
    }
    // One piece ahead: more would only fill the memory.
    if (loading === null && readings.until < span.to && course.clock >= neededUntil) {
      neededUntil = readings.until
      loading = load()
      loading.catch(() => {})
    }
  }

  const load = () =>
    readings.load().finally(() => {
      loading = null
    })

  /** Steps until the pace, the readings, or a moment for forecasts ends it, for a few milliseconds. */
  function steps(): void {
    const until = wallMs() + MOST_AT_A_TIME_MS
    while (!course.isOver && course.next <= readings.until) {
      if (course.clock >= span.from && course.next > dueAt(pace, wallMs())) return
      if (isForesightDue(course.clock)) return
      course.step()
      if (course.clock === span.from) pace = repaced(pace, {}, course.clock, wallMs())
      if (pace.runTo !== null && course.clock >= pace.runTo) pace = repaced(pace, {}, course.clock, wallMs())
      if (wallMs() >= until) return
    }
  }

  async function go(): Promise<void> {
    while (!course.isOver) {
      await provide()
      if (holds > 0) {
        await woken(LONGEST_WAIT_MS)
        continue
      }
      if (isForesightDue(course.clock)) await foresee(course.clock)
      if (holds > 0) continue
      steps()
      if (wallMs() - toldAt >= TOLD_EVERY_MS) {
        toldAt = wallMs()
        tell(progress())
      }
      const wait = course.clock < span.from ? 0 : waitMs(pace, course.next, wallMs())
      if (wait === 0) await breath()
      else await woken(wait ?? LONGEST_WAIT_MS)
    }
  }

  function woken(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, Math.min(LONGEST_WAIT_MS, ms))
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return {
    progress,
    change({ runTo, ...change }) {
      // The clock stands only at the end of a step.
      const to =
        runTo === undefined ? {} : { runTo: span.from + Math.ceil((runTo - span.from) / STEP_MS) * STEP_MS }
      pace = repaced(pace, { ...change, ...to }, Math.max(course.clock, span.from), wallMs())
      wake()
      return progress()
    },
    async held(work) {
      holds++
      try {
        return await work()
      } finally {
        holds--
        // The time of the work is not made up for.
        pace = repaced(pace, {}, Math.max(course.clock, span.from), wallMs())
        wake()
      }
    },
    async run() {
      try {
        await go()
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error)
      }
      tell(progress())
    }
  }
}
