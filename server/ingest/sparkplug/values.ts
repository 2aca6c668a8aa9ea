import type { Reading } from '../../contract/telemetry.ts'
import { readItem, required } from '../readingItem.ts'
import { type KnownMetric, lookUp, type Table } from './nodes.ts'
import { numberOf, type SparkplugPayload } from './payload.ts'

/** What the metrics of one message say. */
export interface Values {
  readings: Reading[]
  rejects: string[]
  /** Metrics that nobody asked for. */
  unasked: number
  /** Metrics that no birth announced, or whose value is of another type than was announced. */
  unannounced: number
  /** Readings without what their kind needs (kw, …), neither in the message nor from before. */
  incomplete: number
}

interface Update {
  known: KnownMetric
  ts: number
  value: number | null
  isHistorical: boolean
}

/**
 * Sparkplug sends what has changed. What a reading needs and the message does not have still is as it was:
 *
 *   DBIRTH  kw 10, v 230   →   10 kW, 230 V
 *   DDATA           v 228  →   10 kW, 228 V
 *
 * History (back-fill) neither changes what holds nor is filled in from it.
 */
export function readValues(payload: SparkplugPayload, table: Table, now: number): Values {
  const said: Values = { readings: [], rejects: [], unasked: 0, unannounced: 0, incomplete: 0 }
  const updates = updatesOf(payload, table, said).sort((one, other) => one.ts - other.ts)
  for (const group of grouped(updates)) {
    const [{ known, ts, isHistorical }] = group
    const { kind, id, intervalS } = known.target
    const item: Record<string, number> = { ts, interval: intervalS }
    for (const update of group) {
      if (update.value !== null) item[update.known.target.member] = update.value
      if (!isHistorical) update.known.last = Number.isFinite(update.value) ? update.value : null
    }
    if (!isHistorical) fillIn(item, required[kind], id, table)
    if (!required[kind].some(member => item[member] !== undefined)) {
      said.incomplete++
      continue
    }
    const result = readItem(kind, id, item, now)
    if (typeof result === 'string') said.rejects.push(`${kind} ${id}: ${result}`)
    else said.readings.push(result.reading)
  }
  return said
}

function updatesOf(payload: SparkplugPayload, table: Table, said: Values): Update[] {
  const updates: Update[] = []
  for (const metric of payload.metrics) {
    const known = lookUp(table, metric)
    if (known === undefined) said.unannounced++
    else if (known === null) said.unasked++
    else {
      const sent = metric.isNull ? null : numberOf(metric.wire, metric.datatype ?? known.datatype)
      const ts = metric.timestamp ?? payload.timestamp
      if (sent === null && !metric.isNull) said.unannounced++
      else if (ts === null)
        said.rejects.push(`metric ${known.name}: neither it nor the message has a timestamp`)
      else {
        const value = sent === null ? null : known.target.scale(sent)
        updates.push({ known, ts, value, isHistorical: metric.isHistorical })
      }
    }
  }
  return updates
}

/** Those of one device, one moment, and either live or history, in the order of their times. */
function grouped(updates: readonly Update[]): Iterable<[Update, ...Update[]]> {
  const groups = new Map<string, [Update, ...Update[]]>()
  for (const update of updates) {
    const { kind, id } = update.known.target
    const key = `${kind} ${id} ${update.ts} ${update.isHistorical}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [update])
    else group.push(update)
  }
  return groups.values()
}

function fillIn(item: Record<string, number>, members: readonly string[], id: string, table: Table): void {
  if (members.some(member => item[member] !== undefined)) return
  for (const { target, last } of table.byName.values())
    if (target.id === id && last !== null && members.includes(target.member)) item[target.member] = last
}
