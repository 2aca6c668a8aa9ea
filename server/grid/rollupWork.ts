import { setImmediate as nextTurn } from 'node:timers/promises'
import { type BlockStore, blockRows } from './blockRows.ts'
import type { Block, Waiting } from './dirtyBlocks.ts'
import { HALF_HOUR_S } from './halfHours.ts'
import type { LoadRow } from './loadRow.ts'
import { createStepReader, type SeriesStore } from './readSteps.ts'
import { HOUR_MS } from './recentHours.ts'
import type { RollupMarks } from './rollupMarks.ts'
import type { RegisteredPoint } from './topology.ts'

export interface RollupStore extends BlockStore, SeriesStore {
  /** Durable when resolved; a row replaces the one of the same node, moment and step. */
  writeLoad(rows: readonly LoadRow[], stepS: 60 | 1800): Promise<void>
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

const ROWS_PER_WRITE = 1000
const SEEDS_PER_BREATH = 50
const BLOCK_HOURS = 24
/** How far ahead of now stored readings may be. */
const AHEAD_MS = 2 * HOUR_MS

export function createRollupWork(needs: WorkNeeds): RollupWork {
  const { store, marks, now } = needs
  const { recent } = marks
  const readSteps = createStepReader(store, needs.defaultS)
  let nextKeepUpAt = 0
  let inWork: Block | null = null

  const seed = async (points: readonly RegisteredPoint[], at: number) => {
    try {
      let seeded = 0
      const from = recent.from - marks.lookBackMs
      for await (const [{ key }, steps] of readSteps(points, from, at + AHEAD_MS)) {
        recent.seed(key, steps, at)
        seeded += 1
        if (seeded % SEEDS_PER_BREATH === 0) await nextTurn()
      }
    } catch (failure) {
      marks.putBackUnseeded(points)
      throw failure
    }
  }

  /** Until none is left: the registry may change meanwhile, and rows without history would be wrong. */
  const seedAll = async (at: number) => {
    for (let points = marks.takeUnseeded(); points.length > 0; points = marks.takeUnseeded())
      await seed(points, at)
  }

  /** False when the registry changed meanwhile. */
  const compute = async (at: number): Promise<boolean> => {
    const slices = recent.compute(at)
    for (let slice = slices.next(); ; slice = slices.next()) {
      if (slice.done === true) return slice.value
      await nextTurn()
    }
  }

  const writeRecent = async (rows: Generator<LoadRow[]>, stepS: 60 | 1800) => {
    for (const some of rows) {
      try {
        await store.writeLoad(some, stepS)
      } catch (failure) {
        recent.putBack(some, stepS)
        throw failure
      }
      await nextTurn()
    }
  }

  const keepUp = async () => {
    // One moment for the whole of it: time that passes while the store answers must not outrun the window.
    const at = now()
    nextKeepUpAt = at + needs.cycleMs
    const leftFrom = recent.advance(at)
    if (leftFrom !== null) marks.markRange(leftFrom, recent.from)
    do await seedAll(at)
    while (!(await compute(at)))
    await writeRecent(recent.unwritten(ROWS_PER_WRITE), 60)
    await writeRecent(recent.halfHours(ROWS_PER_WRITE), HALF_HOUR_S)
    await needs.afterKeepUp()
  }

  const breathe = async () => {
    await nextTurn()
    if (now() >= nextKeepUpAt) await keepUp()
  }

  const writeBlock = async (rows: LoadRow[], stepS: 60 | 1800, fewest: number) => {
    while (rows.length >= fewest && rows.length > 0) {
      await store.writeLoad(rows.splice(0, ROWS_PER_WRITE), stepS)
      await breathe()
    }
  }

  const finish = async (block: Block) => {
    const { topology, lookBackMs, trustedFrom } = marks
    const minutes: LoadRow[] = []
    const halfHours: LoadRow[] = []
    const blockNeeds = { store, readSteps, topology, lookBackMs, trustedFrom, breathe }
    for await (const rows of blockRows(block, blockNeeds)) {
      minutes.push(...rows.minutes)
      halfHours.push(...rows.halfHours)
      await writeBlock(minutes, 60, ROWS_PER_WRITE)
      await writeBlock(halfHours, HALF_HOUR_S, ROWS_PER_WRITE)
    }
    await writeBlock(minutes, 60, 0)
    await writeBlock(halfHours, HALF_HOUR_S, 0)
  }

  const catchUp = async (isDue: (hour: number, wait: Waiting) => boolean) => {
    while (!needs.isStopping()) {
      inWork = marks.dirty.take(recent.from / HOUR_MS, BLOCK_HOURS, isDue)
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
