import { type Decoded, nothing } from '../decode.ts'
import type { DeviceStatus } from '../statusMessage.ts'
import { ahead, readTime } from '../timestamps.ts'
import { type EdgeNode, idsOf, type Nodes, tableOf } from './nodes.ts'
import { numberOf, type SparkplugPayload } from './payload.ts'
import type { FindTarget, Origin } from './sources.ts'
import { readValues } from './values.ts'

export interface SessionCounters {
  /** Messages whose sequence number was not the next one: something was lost. */
  gaps: number
  /** Messages of nodes or devices whose birth is not known: dropped. */
  beforeBirth: number
  /** Metrics that no birth announced, or of another type than announced: dropped. */
  unannounced: number
  /** Readings without what their kind needs: dropped. */
  incomplete: number
  /** Deaths of an earlier connection: ignored. */
  staleDeaths: number
}

export interface SessionNeeds {
  nodes: Nodes
  find: FindTarget
  askForRebirth(group: string, node: string, now: number): void
}

/** What one message means, given those before it. */
export interface Session {
  birth(origin: Origin, payload: SparkplugPayload, bytes: Buffer, now: number): Decoded
  data(origin: Origin, payload: SparkplugPayload, bytes: Buffer, now: number): Decoded
  death(origin: Origin, payload: SparkplugPayload, now: number): Decoded
  counters: Readonly<SessionCounters>
}

const SEQ_COUNT = 256
const UINT64 = 8

export function createSession({ nodes, find, askForRebirth }: SessionNeeds): Session {
  const counters: SessionCounters = { gaps: 0, beforeBirth: 0, unannounced: 0, incomplete: 0, staleDeaths: 0 }

  /** 254, 255, 0, 1, … across a node and all its devices. */
  function follow(edge: EdgeNode, { seq }: SparkplugPayload, now: number): void {
    if (seq === null) return
    const isNext = edge.seq === null || seq === (edge.seq + 1) % SEQ_COUNT
    if (!isNext) counters.gaps++
    // What was announced before our own start may be another by now.
    if (!isNext || !edge.isBorn) askForRebirth(edge.group, edge.node, now)
    edge.seq = seq
  }

  function birthOfNode({ group, node }: Origin, payload: SparkplugPayload): EdgeNode | null {
    const before = nodes.get(group, node)
    if (before !== undefined) nodes.remove(before)
    const edge = nodes.add(group, node)
    if (edge === null) return null
    edge.isBorn = true
    edge.bdSeq = bdSeqOf(payload)
    edge.seq = payload.seq
    return edge
  }

  function birthOfDevice({ group, node }: Origin, payload: SparkplugPayload, now: number): EdgeNode | null {
    const edge = nodes.get(group, node) ?? nodes.add(group, node)
    if (edge !== null) follow(edge, payload, now)
    return edge
  }

  function read(
    edge: EdgeNode,
    device: string | null,
    payload: SparkplugPayload,
    problems: readonly string[],
    bytes: Buffer,
    now: number
  ): Decoded {
    const table = edge.tables.get(device ?? '')
    if (table === undefined) return nothing()
    const { readings, rejects, unasked, unannounced, incomplete } = readValues(payload, table, now)
    counters.unannounced += unannounced
    counters.incomplete += incomplete
    if (unannounced > 0) askForRebirth(edge.group, edge.node, now)
    const refused = [...problems, ...rejects]
    return {
      ...nothing(),
      readings,
      rejects: refused.length > 0 ? [{ reason: inWords(refused), payload: bytes }] : [],
      unknownMembers: unasked
    }
  }

  return {
    counters,
    birth(origin, payload, bytes, now) {
      const { group, node, device } = origin
      const edge = device === null ? birthOfNode(origin, payload) : birthOfDevice(origin, payload, now)
      const { table, problems } = tableOf(payload, origin, find)
      if (edge === null || !nodes.setTable(edge, device ?? '', table)) {
        const reason = `no room for the birth of ${[group, node, device].filter(part => part !== null).join('/')}`
        return { ...nothing(), rejects: [{ reason, payload: bytes }] }
      }
      const ts = readTime(payload.timestamp, 'timestamp', now, ahead.hour)
      const statuses = statusesOf(idsOf(table), true, typeof ts === 'number' ? ts : null)
      return { ...read(edge, device, payload, problems, bytes, now), statuses }
    },
    data({ group, node, device }, payload, bytes, now) {
      const edge = nodes.get(group, node)
      if (edge !== undefined) follow(edge, payload, now)
      if (edge?.tables.has(device ?? '')) return read(edge, device, payload, [], bytes, now)
      counters.beforeBirth++
      askForRebirth(group, node, now)
      return nothing()
    },
    death({ group, node, device }, payload, now) {
      const edge = nodes.get(group, node)
      if (edge === undefined) return nothing()
      if (device !== null) {
        follow(edge, payload, now)
        const table = edge.tables.get(device)
        nodes.removeTable(edge, device)
        return { ...nothing(), statuses: statusesOf(table === undefined ? [] : idsOf(table), false, null) }
      }
      const bdSeq = bdSeqOf(payload)
      if (bdSeq !== null && edge.bdSeq !== null && bdSeq !== edge.bdSeq) {
        counters.staleDeaths++
        askForRebirth(group, node, now)
        return nothing()
      }
      const ids = new Set([...edge.tables.values()].flatMap(idsOf))
      nodes.remove(edge)
      // The will was written when the node connected: its timestamp is not that of the death.
      return { ...nothing(), statuses: statusesOf([...ids], false, null) }
    }
  }
}

function statusesOf(ids: readonly string[], online: boolean, ts: number | null): DeviceStatus[] {
  return ids.map(id => ({ id, online, ts }))
}

function bdSeqOf({ metrics }: SparkplugPayload): number | null {
  const metric = metrics.find(({ name }) => name === 'bdSeq')
  return metric === undefined ? null : numberOf(metric.wire, metric.datatype ?? UINT64)
}

const MOST_REASONS = 5

function inWords(reasons: readonly string[]): string {
  const more = reasons.length - MOST_REASONS
  const shown = reasons.slice(0, MOST_REASONS).join('; ')
  return more > 0 ? `${shown}; and ${more} more` : shown
}
