import { createHash } from 'node:crypto'
import type { Finding } from '../contract/findings.ts'
import type { Forecast } from '../contract/forecasts.ts'
import type { LoadState } from '../contract/grid.ts'
import type { Reading } from '../contract/telemetry.ts'
import type { Arrivals } from './arrivals.ts'
import { createLoadColumns, type LoadColumns } from './loadColumns.ts'
import { type ReplaySpan, STEP_MS } from './span.ts'

/** What a grid shows at a moment, as far as a replay looks into it. */
export interface Shown {
  nodes: readonly { load: LoadState }[]
}

export interface CourseNeeds<Snapshot extends Shown> {
  span: ReplaySpan
  arrivals: Arrivals
  /** A reading reaches the replay's own grid. */
  take(reading: Reading, now: number): void
  look(now: number): Snapshot
  /** One cycle of the rules; what changed. `snapshot` may be a little older than `now`. */
  judge(snapshot: Snapshot, now: number): Finding[]
}

/** A past day, step by step; where it stands depends on nothing but the readings, the register, and the limits. */
export interface Course {
  /** What it shows was known at this moment, epoch ms. */
  readonly clock: number
  readonly isOver: boolean
  /** The end of the next step. */
  readonly next: number
  step(): void
  /** Forecasts issued by its clock: they count in the digest. */
  issued(forecasts: readonly Forecast[]): void
  /** Every finding that stood in the day so far, oldest first, in its newest words. */
  findings(): Finding[]
  loads: LoadColumns
  /** Every node at the clock. */
  nodes(): readonly { load: LoadState }[]
  /** SHA-256 (hex) over every change of a finding and every forecast so far, in order. */
  digest(): string
}

const MINUTE_MS = 60_000

export function createCourse<Snapshot extends Shown>(needs: CourseNeeds<Snapshot>): Course {
  const { span, arrivals, take, look, judge } = needs
  const hash = createHash('sha256')
  const findings = new Map<string, Finding>()
  const loads = createLoadColumns(span.from, span.to)
  let clock = span.begin
  let seen: Snapshot | null = null
  let seenAt = Number.NEGATIVE_INFINITY

  const keep = (finding: Finding, at: number): void => {
    hash.update(`${at} finding ${JSON.stringify(finding)}\n`)
    findings.set(finding.id, finding)
  }

  /** Readings that fall stale, and the turn of the day, are seen at whole minutes; else only readings change anything. */
  function snapshotAt(at: number, hasNews: boolean): Snapshot {
    if (seen === null || hasNews || Math.floor(at / MINUTE_MS) > Math.floor(seenAt / MINUTE_MS)) {
      seen = look(at)
      seenAt = at
    }
    return seen
  }

  return {
    loads,
    get clock() {
      return clock
    },
    get isOver() {
      return clock >= span.to
    },
    get next() {
      return clock + STEP_MS
    },
    step() {
      const at = clock + STEP_MS
      const count = arrivals.takeUntil(at, reading => take(reading, at))
      clock = at
      if (at < span.rulesFrom) return
      const snapshot = snapshotAt(at, count > 0 || seen === null)
      for (const finding of judge(snapshot, at)) keep(finding, at)
      if (at === span.from) forgetCleared(findings)
      if (at >= span.from && at % MINUTE_MS === 0) loads.put(at, snapshot.nodes)
    },
    issued(forecasts) {
      for (const forecast of forecasts) hash.update(`${clock} forecast ${JSON.stringify(forecast)}\n`)
    },
    findings: () =>
      [...findings.values()].sort((a, b) =>
        a.raisedAt === b.raisedAt ? (a.id < b.id ? -1 : 1) : a.raisedAt < b.raisedAt ? -1 : 1
      ),
    nodes: () => seen?.nodes ?? [],
    digest: () => hash.copy().digest('hex')
  }
}

/** What came and went before midnight is not of the day. */
function forgetCleared(findings: Map<string, Finding>): void {
  for (const [id, { clearedAt }] of findings) if (clearedAt !== null) findings.delete(id)
}
