import { join } from 'node:path'
import {
  cutOld,
  emptyHistory,
  forgetBefore,
  HALF_HOUR_MS,
  type History,
  lengthOf,
  putInto
} from '../forecast/history/history.ts'
import { readHistory, writeHistory } from '../forecast/history/historyFile.ts'
import { knownLoads } from '../forecast/history/knownLoads.ts'
import { isAnotherLoad } from '../forecast/history/levelChange.ts'
import { REGISTRY_MS, type Span, spansToRead } from '../forecast/history/readingSpans.ts'
import type { ForecastNode } from './forecastPort.ts'
import type { ReaderMethods } from './readingsPort.ts'

const DAY_MS = 86_400_000
/** The store has a file a day, and holds twice as many open: a piece is read for all nodes before the next. */
const PIECE_MS = 30 * DAY_MS

/** A node's load up to the moment it was asked for. */
export interface NodeLoad {
  node: ForecastNode
  history: History
}

export interface LoadReading {
  reader: Pick<ReaderMethods, 'queryLoad'>
  /** Of the load files. */
  directory: string
  now: number
  /** The daily run reads late data of the last days again, and keeps what it read. */
  isDaily: boolean
  /** Between two questions: waits while the store has better to do. */
  breathe(): Promise<void>
  onUnwritten(error: Error): void
}

interface InWork extends NodeLoad {
  isNew: boolean
  /** It was looked for before, and none was found. */
  isUnheard: boolean
  isChanged: boolean
  spans: Span[]
  /** As it was before the change of the registry, from `changedFrom` on. */
  before: Float32Array
  changedFrom: number
}

/**
 * Brings the histories of some nodes up to now, from their files and the store. Of a node that has never been heard of only
 * the newest is asked for, and the whole past once there is something. Rejects with the store's StoreError.
 */
export async function readLoads(nodes: readonly ForecastNode[], reading: LoadReading): Promise<NodeLoad[]> {
  const works: InWork[] = []
  for (const node of nodes) works.push(await begin(node, reading))
  await readSpans(works, reading)
  const heard = works.filter(({ isUnheard, history }) => isUnheard && lengthOf(history) > 0)
  for (const work of heard) {
    work.isNew = true
    work.spans = spansToRead(null, reading.now, { isDaily: reading.isDaily, isChanged: false })
  }
  await readSpans(heard, reading)
  for (const work of works) await finish(work, reading)
  return works
}

async function readSpans(works: readonly InWork[], { reader, breathe }: LoadReading): Promise<void> {
  for (const some of pieces(works)) {
    for (const { work, span } of some) {
      await breathe()
      const rows = await reader.queryLoad({ node: work.node.id, ...span, stepS: 1800 })
      if (rows.t.length > 0) putInto(work.history, rows.t, [knownLoads(rows)])
    }
  }
}

async function begin(node: ForecastNode, { directory, now, isDaily }: LoadReading): Promise<InWork> {
  const kept = await readHistory(pathOf(directory, node.id), 1)
  const isChanged = kept !== null && kept.composition !== node.composition
  const history = kept ?? emptyHistory(1, node.composition)
  const changedFrom = Math.floor((now - REGISTRY_MS + 2 * DAY_MS) / HALF_HOUR_MS) * HALF_HOUR_MS
  const first = Math.max(0, (changedFrom - history.startMs) / HALF_HOUR_MS)
  const isFollowed = isDaily && isChanged && changedFrom >= history.startMs
  return {
    ...{
      node,
      history,
      isChanged,
      changedFrom,
      isNew: kept === null,
      isUnheard: kept !== null && lengthOf(kept) === 0
    },
    before: isFollowed ? (history.columns[0] ?? new Float32Array(0)).slice(first) : new Float32Array(0),
    spans: spansToRead(kept, now, { isDaily, isChanged })
  }
}

/** What is to be read, by the piece of time: all nodes of a piece stand together. */
function pieces(works: readonly InWork[]): { work: InWork; span: Span }[][] {
  const byPiece = new Map<number, { work: InWork; span: Span }[]>()
  for (const work of works) {
    for (const { from, to } of work.spans) {
      for (let piece = Math.floor(from / PIECE_MS) * PIECE_MS; piece < to; piece += PIECE_MS) {
        const span = { from: Math.max(from, piece), to: Math.min(to, piece + PIECE_MS) }
        const some = byPiece.get(piece)
        if (some === undefined) byPiece.set(piece, [{ work, span }])
        else some.push({ work, span })
      }
    }
  }
  return [...byPiece].sort(([a], [b]) => a - b).map(([, some]) => some)
}

async function finish(work: InWork, { directory, now, isDaily, onUnwritten }: LoadReading): Promise<void> {
  const { history, node, isNew } = work
  if (!isDaily && !isNew) return
  if (isAnotherLoad(work.before, history, work.changedFrom)) forgetBefore(history, work.changedFrom)
  cutOld(history)
  history.composition = node.composition
  history.readUntil = Math.floor(now / HALF_HOUR_MS) * HALF_HOUR_MS
  await writeHistory(pathOf(directory, node.id), history).catch(onUnwritten)
}

const pathOf = (directory: string, id: string): string => join(directory, `${id}.load`)
