import { mkdir } from 'node:fs/promises'
import type { MessagePort } from 'node:worker_threads'
import type { Forecast, ForecastPeak, ForecastRow, ForecastRunState } from './contract/forecasts.ts'
import { addDays, localTime } from './contract/localTime.ts'
import { KEPT_MS } from './forecast/history/history.ts'
import { flagsAt } from './forecast/run/issue.ts'
import { createKeptForecasts, endOfKept, type KeptForecast, keptForecast } from './forecast/run/kept.ts'
import { type DueRun, dueRun, retryAfterMs } from './forecast/run/schedule.ts'
import { callsByNode } from './forecastingCalls.ts'
import { readRunNote, removeUnused, writeRunNote } from './forecastingFiles.ts'
import { MOST_MODELS, MOST_NODES, type NodeAhead, type NodesAhead, nodesAhead } from './forecastingNodes.ts'
import { type ForecastRun, startForecastRun } from './forecastingRun.ts'
import { daysOff, stations } from './measuring.ts'
import type { Records } from './records/openRecords.ts'
import type { Register } from './register.ts'
import type { ForecastAhead } from './rules/snapshot.ts'
import type { ForecastJob, JobOutcome, PackedOutcome } from './workers/forecastPort.ts'

/** The load forecasts at work: fitted once a day, issued every half-hour, the newest of each node in memory. */
export interface Forecasting {
  /** Of very many nodes only the first days are held, 30 hours at least; whole in the records. */
  newest(nodeId: string): Forecast | null
  /** When the newest one was issued; far cheaper than the whole. */
  issuedAt(nodeId: string): string | null
  /** Why a node has none, in words; null where it has one. */
  reason(nodeId: string): string | null
  /** One for each node that is forecast, or is to be, in the order of the registry. */
  rows(): ForecastRow[]
  state(): ForecastRunState
  /** For the rules; the same array until something new is issued. */
  ahead(): readonly ForecastAhead[]
  /** Hears of each run that has issued something; returns how not to hear it any more. */
  onIssued(listener: () => void): () => void
  stop(): Promise<void>
}

export interface ForecastingNeeds {
  records: Pick<Records, 'forecasts' | 'holidays' | 'events' | 'deliveries'>
  register: Pick<Register, 'state'>
  openReader(): MessagePort
  /** isUpToDate: what has arrived is stored and rolled up. isBehind: far from it; a run waits. */
  storeState(): { isUpToDate: boolean; isBehind: boolean }
  /** What can be made again: histories and fitted models. */
  directory: string
  timeZone: string
  warn(text: string): void
  now(): number
  tickMs?: number
  /** The live state and the store are left alone for so long after the start. */
  startAfterMs?: number
}

const SLOT_MS = 1_800_000
const DAY_MS = 86_400_000
const WAITS_FOR_MIDNIGHT = 'it is new, and forecast once a day only: the next time after midnight'

export function startForecasting(needs: ForecastingNeeds): Forecasting {
  const { records, register, directory, timeZone, now, warn, tickMs = 1000, startAfterMs = 20_000 } = needs
  const time = localTime(timeZone)
  const stationAt = stations(() => register.state.nodes)
  const kept = createKeptForecasts()
  const reasons = new Map<string, string>()
  const listeners = new Set<() => void>()
  const isHeldUp = new SharedArrayBuffer(4)
  let nodes: NodesAhead = { nodes: [], beyond: 0, onceADay: 0 }
  let aheadNow: ForecastAhead[] | null = null
  let fitted: { for: number; at: number; s: number } | null = null
  let issued: { for: number; at: number } | null = null
  let failures = 0
  let trouble: string | null = null
  let notBefore = now() + startAfterMs
  let waitingSince: number | null = null
  let run: ForecastRun | null = null
  let isStopping = false

  async function begin(): Promise<void> {
    const note = await readRunNote(directory)
    if (note !== null) fitted = { for: note.fittedFor, at: note.fittedAt, s: note.fitS }
    nodes = await nodesAhead(register.state.nodes, stationAt)
    kept.keepOnly(new Set(nodes.nodes.map(({ id }) => id)))
    for (const forecast of (await records.forecasts.newest()).values()) keep(keptForecast(forecast))
    tell()
  }

  function keep(forecast: KeptForecast): void {
    if (endOfKept(forecast) <= now()) return
    kept.put(forecast)
    reasons.delete(forecast.nodeId)
  }

  function tell(): void {
    aheadNow = null
    for (const listener of listeners) listener()
  }

  async function onBatch(batch: readonly PackedOutcome[]): Promise<void> {
    const issues = batch.flatMap(({ issue }) => issue ?? [])
    await records.forecasts.put(issues.map(({ row }) => row))
    for (const { kept: one } of issues) keep(one)
    for (const { nodeId, reason } of batch) if (reason !== null) reasons.set(nodeId, reason)
  }

  async function jobOf(due: DueRun, midnight: number): Promise<ForecastJob> {
    nodes = await nodesAhead(register.state.nodes, stationAt)
    const ids = new Set(nodes.nodes.map(({ id }) => id))
    kept.keepOnly(ids)
    for (const id of reasons.keys()) if (!ids.has(id)) reasons.delete(id)
    if (!due.isRefit) {
      for (const { id, keepsModel } of nodes.nodes)
        if (!keepsModel && kept.head(id) === null && !reasons.has(id)) reasons.set(id, WAITS_FOR_MIDNIGHT)
    }
    const at = now()
    const calls = await callsByNode(records, register.state.nodes, at)
    const off = await daysOff(records, time.date(at - KEPT_MS), addDays(time.date(at), 9))
    return {
      ...{ run: due, issuedAt: at, directory, timeZone },
      // A model that could not be fitted at midnight, or not be kept, is old the next day.
      fitSince: due.isRefit ? midnight : midnight - DAY_MS,
      nodes: nodes.nodes
        .filter(({ keepsModel }) => due.isRefit || keepsModel)
        .map(node => ({ ...node, calls: calls.get(node.id) ?? [] })),
      holidays: [...new Set([...(off.publicHolidays ?? []), ...(off.daysOff ?? [])])]
    }
  }

  async function runOnce(due: DueRun, midnight: number): Promise<void> {
    const begun = now()
    await mkdir(directory, { recursive: true })
    const job = await jobOf(due, midnight)
    if (isStopping) return
    run = startForecastRun(job, { openReader: needs.openReader, onBatch, isHeldUp })
    const outcome = await run.done
    issued = { for: Math.floor(begun / SLOT_MS) * SLOT_MS, at: job.issuedAt }
    tell()
    trouble = troubleOf(outcome, nodes)
    if (!due.isRefit) return
    fitted = { for: midnight, at: now(), s: (now() - begun) / 1000 }
    await writeRunNote(directory, { fittedFor: fitted.for, fittedAt: fitted.at, fitS: fitted.s })
    await removeUnused(directory, now())
    await records.forecasts.prune(now())
  }

  async function attempt(due: DueRun, midnight: number): Promise<void> {
    try {
      await runOnce(due, midnight)
      failures = 0
    } catch (error) {
      if (isStopping) return
      const { message } = error as Error
      if (message !== trouble) warn(`the load forecasts: ${message}; tried again`)
      trouble = message
      failures++
      notBefore = now() + retryAfterMs(failures)
    }
  }

  function tick(): void {
    const at = now()
    const { isUpToDate, isBehind } = needs.storeState()
    Atomics.store(new Int32Array(isHeldUp), 0, isBehind ? 1 : 0)
    if (running !== null) return
    // A clock that was set back must not keep everything waiting.
    notBefore = Math.min(notBefore, at + retryAfterMs(99))
    const midnight = time.dayStart(time.date(at))
    const state = { midnight, fittedFor: fitted?.for ?? null, issuedFor: issued?.for ?? null, notBefore }
    const due = dueRun({ ...state, isUpToDate, waitingSince }, at)
    waitingSince = due === 'waits' ? (waitingSince ?? at) : null
    if (due === null || due === 'waits') return
    running = attempt(due, midnight).finally(() => {
      run = null
      running = null
    })
  }

  let running: Promise<void> | null = begin()
    .catch(error => warn(`the load forecasts of before cannot be read: ${(error as Error).message}`))
    .finally(() => {
      running = null
    })
  const timer = setInterval(tick, tickMs)

  const reasonOf = (id: string): string | null => {
    if (kept.head(id) !== null) return null
    return reasons.get(id) ?? 'nothing has been issued for it yet'
  }
  const peaksOf = (peaks: readonly ForecastPeak[]): ForecastPeak[] => {
    const today = time.date(now())
    return peaks.filter(({ day }) => day >= today)
  }
  const rowOf = ({ id, name, kind, capacityKw }: NodeAhead): ForecastRow => {
    const head = kept.head(id)
    return {
      ...{ nodeId: id, name, kind, capacityKw, reason: reasonOf(id) },
      issuedAt: head?.issuedAt ?? null,
      peaks: peaksOf(head?.peaks ?? []),
      flags: head === null ? [] : flagsAt(head, now())
    }
  }
  return {
    newest: kept.get,
    issuedAt: id => kept.head(id)?.issuedAt ?? null,
    reason: reasonOf,
    rows: () => nodes.nodes.map(rowOf),
    state: () => ({
      fittedAt: isoOrNull(fitted?.at),
      fitS: fitted?.s ?? null,
      nodes: nodes.nodes.length,
      withForecast: kept.size,
      issuedAt: isoOrNull(issued?.at),
      running: run !== null,
      trouble
    }),
    ahead() {
      aheadNow ??= nodes.nodes.flatMap(({ id, name }) => {
        const head = kept.head(id)
        if (head === null) return []
        const { issuedAt, capacityKw, peaks } = head
        return { nodeId: id, nodeName: name, issuedAt: Date.parse(issuedAt), capacityKw, peaks }
      })
      return aheadNow
    },
    onIssued(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async stop() {
      isStopping = true
      clearInterval(timer)
      await run?.stop()
      await running
    }
  }
}

/** What a run that came to its end has to say all the same. */
function troubleOf(
  { faults, firstFault, unwritten }: JobOutcome,
  { beyond, onceADay }: NodesAhead
): string | null {
  const said: string[] = []
  if (faults > 0) said.push(`${faults} nodes could not be computed, the first of them ${firstFault}`)
  if (unwritten !== null)
    said.push(`DATA_DIR/forecast cannot be written, so that all is computed anew: ${unwritten}`)
  if (beyond > 0) said.push(`${beyond} nodes are beyond the ${MOST_NODES} that are forecast`)
  if (onceADay > 0)
    said.push(`${onceADay} nodes beyond the ${MOST_MODELS} largest are forecast once a day only`)
  return said.length === 0 ? null : said.join('; ')
}

const isoOrNull = (t: number | undefined): string | null =>
  t === undefined ? null : new Date(t).toISOString()
