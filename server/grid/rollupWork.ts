import { setImmediate as nextTurn } from 'node:timers/promises'
import { type BlockStore, blockRows } from './blockRows.ts'
import type { Block, Waiting } from './dirtyBlocks.ts'
import { HOUR_MS } from './hotWindow.ts'
import type { LoadRow } from './loadTree.ts'
import { readSteps } from './readSteps.ts'
import type { RollupMarks } from './rollupMarks.ts'
import type { RegisteredPoint } from './topology.ts'

export interface RollupStore extends BlockStore {
  /** Durable when resolved; a row replaces the one of the same node and minute. */
  writeLoad(rows: readonly LoadRow[]): Promise<void>
}

/** Brings the store up to what is marked. Both reject when the store does; nothing marked is lost then. */
export interface RollupWork {
  /** The running minutes, and what changed in the last hours. */
  keepUp(): Promise<void>
  /** The dirty blocks that are due, newest first; the running minutes are kept up in between. */
  catchUp(isDue: (hour: number, wait: Waiting) => boolean): Promise<void>
  /** The dirty hours in the making. */
  readonly inWork: readonly number[]
}

interface WorkNeeds {
  store: RollupStore
  marks: RollupMarks
  now(): number
  defaultS: number
  cycleMs: number
  afterKeepUp(): Promise<void>
  isStopping(): boolean
}

const ROWS_PER_WRITE = 2000
const SEEDS_PER_BREATH = 50
/** About this many points times 24 hours of minutes are in memory at once. */
const POINTS_PER_DAY_BLOCK = 2500
/** How far ahead of now stored readings may be. */
const AHEAD_MS = 2 * HOUR_MS

export function createRollupWork(needs: WorkNeeds): RollupWork {
  const { store, marks, now, defaultS } = needs
  let nextKeepUpAt = 0
  let inWork: Block | null = null

  const seed = async (points: readonly RegisteredPoint[], at: number) => {
    try {
      let seeded = 0
      const from = marks.hot.from - marks.lookBackMs
      for await (const [{ key }, steps] of readSteps(store, points, from, at + AHEAD_MS, defaultS)) {
        marks.hot.seed(key, steps, at)
        seeded += 1
        if (seeded % SEEDS_PER_BREATH === 0) await nextTurn()
      }
    } catch (failure) {
      marks.putBackUnseeded(points)
      throw failure
    }
  }

  const write = async (rows: readonly LoadRow[], onWritten: (rows: readonly LoadRow[]) => void) => {
    for (let i = 0; i < rows.length; i += ROWS_PER_WRITE) {
      const batch = rows.slice(i, i + ROWS_PER_WRITE)
      await store.writeLoad(batch)
      onWritten(batch)
      await nextTurn()
    }
  }

  const keepUp = async () => {
    // One moment for the whole of it: time that passes while the store answers must not outrun the window.
    const at = now()
    nextKeepUpAt = at + needs.cycleMs
    const leftFrom = marks.hot.advance(at)
    if (leftFrom !== null) marks.markRange(leftFrom, marks.hot.from)
    // Until none is left: the registry may change meanwhile, and rows without history would be wrong.
    for (let points = marks.takeUnseeded(); points.length > 0; points = marks.takeUnseeded())
      await seed(points, at)
    const { rows, from } = marks.hot.compute(at)
    try {
      await write(rows, marks.hot.confirm)
    } catch (failure) {
      marks.hot.failed(from)
      throw failure
    }
    await needs.afterKeepUp()
  }

  const breathe = async () => {
    await nextTurn()
    if (now() >= nextKeepUpAt) await keepUp()
  }

  const finish = async (block: Block) => {
    const { topology, lookBackMs } = marks
    let waiting: LoadRow[] = []
    for await (const rows of blockRows(block, { store, topology, defaultS, lookBackMs, breathe })) {
      waiting.push(...rows)
      if (waiting.length < ROWS_PER_WRITE) continue
      await write(waiting, () => {})
      waiting = []
      await breathe()
    }
    await write(waiting, () => {})
  }

  const catchUp = async (isDue: (hour: number, wait: Waiting) => boolean) => {
    const fitting = Math.floor((24 * POINTS_PER_DAY_BLOCK) / (marks.topology.points.size + 1))
    const blockHours = Math.max(1, Math.min(24, fitting))
    while (!needs.isStopping()) {
      inWork = marks.dirty.take(marks.hot.from / HOUR_MS, blockHours, isDue)
      if (inWork === null) return
      try {
        await finish(inWork)
      } catch (failure) {
        marks.dirty.putBack(inWork, now())
        throw failure
      } finally {
        inWork = null
      }
    }
  }

  return {
    keepUp,
    catchUp,
    get inWork() {
      return inWork?.hours ?? []
    }
  }
}
