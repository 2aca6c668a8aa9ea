import { setImmediate as breath } from 'node:timers/promises'
import type { Forecast } from '../contract/forecasts.ts'
import { addDays, type LocalTime } from '../contract/localTime.ts'
import type { GridNode } from '../contract/registry.ts'
import type { ReplayView } from '../contract/replays.ts'
import type { DaysOff } from '../curtailment/performance/needs.ts'
import type { Called } from '../forecast/history/withoutCurtailment.ts'
import { DAY_SETTLES_MS, SLOT_SETTLES_MS } from '../forecast/run/schedule.ts'
import type { ForecastAhead } from '../rules/snapshot.ts'
import type { ForecastNode, NodeOutcome } from './forecastPort.ts'
import type { ReaderMethods } from './readingsPort.ts'

const MINUTE_MS = 60_000
const SLOT_MS = 30 * MINUTE_MS
/** Nodes with a capacity that are foretold, the largest first. */
const MOST_FORETOLD = 100
/** Of those of which nothing was kept so many are fitted, and a new issue comes so often: each costs a replay its time. */
const MOST_FITTED = 40
const FITTED_EVERY_MS = 3 * 60 * MINUTE_MS
/** Holidays are looked up over what a fit looks back, and a week ahead. */
const HISTORY_DAYS = 3 * 366

export interface ReplayForesightNeeds {
  day: string
  timeZone: string
  local: LocalTime
  nodes: readonly GridNode[]
  /** The weather station of a node, own or inherited. */
  stationOf(nodeId: string): string | null
  /** For what a fit keeps between two issues; who gave it removes it. */
  directory: string
  reads(): Pick<ReaderMethods, 'query' | 'queryLoad'>
  /** The newest issue of each node by a moment, as kept. */
  newest(nodeIds: readonly string[], issuedBy: number): Promise<Forecast[]>
  /** All of [from, to), by node and time of issue. */
  issued(nodeIds: readonly string[], from: number, to: number): Promise<Forecast[]>
  daysOff(from: string, to: string): Promise<DaysOff>
  /** When a consumer at or below each node was called, as known at a moment. */
  calls(by: number): Promise<ReadonlyMap<string, Called[]>>
}

/**
 * Load forecasts by the replay's clock. Where issues of that day were kept, those, each at the moment it was issued. Else
 * they are made as the live run makes them, of what the store holds up to the clock and of the weather as foretold by then.
 */
export interface ReplayForesight {
  isDue(clock: number): boolean
  /** The issues that are new at the clock. */
  at(clock: number): Promise<Forecast[]>
  ahead(): readonly ForecastAhead[]
  of(nodeId: string): { forecast: ReplayView['forecast']; reason: string | null }
}

export function createReplayForesight(needs: ReplayForesightNeeds): ReplayForesight {
  const { local, day } = needs
  const from = local.dayStart(day)
  const to = local.dayStart(addDays(day, 1))
  const foretold = needs.nodes
    .filter(({ kind, capacityKw }) => kind !== 'meteringPoint' && capacityKw !== null)
    .sort((a, b) => (b.capacityKw ?? 0) - (a.capacityKw ?? 0) || (a.id < b.id ? -1 : 1))
    .slice(0, MOST_FORETOLD)
  const newest = new Map<string, Forecast>()
  const shown = new Map<string, DayForecast>()
  const reasons = new Map<string, string>()
  /** Kept issues of the half-hour under way, earliest first. */
  let coming: Forecast[] = []
  let keptIds: string[] | null = null
  let fitted: GridNode[] = []
  let slotAt = from
  let fitAt = from + DAY_SETTLES_MS
  let ahead: readonly ForecastAhead[] = []

  /** Which nodes have issues of that day, and what they had at midnight. */
  async function begin(): Promise<Forecast[]> {
    const ids = foretold.map(({ id }) => id)
    const last = await needs.newest(ids, to - 1)
    const ofDay = new Set(last.filter(({ issuedAt }) => Date.parse(issuedAt) >= from).map(one => one.nodeId))
    keptIds = ids.filter(id => ofDay.has(id))
    const others = foretold.filter(({ id }) => !ofDay.has(id))
    fitted = others.slice(0, MOST_FITTED)
    for (const { id } of others.slice(MOST_FITTED))
      reasons.set(
        id,
        `nothing was kept of that day, and a replay fits no more than ${MOST_FITTED} nodes itself`
      )
    return needs.newest(keptIds, from)
  }

  async function refit(clock: number): Promise<Forecast[]> {
    if (fitted.length === 0) return []
    const { runForecastJob } = await import('./forecastJob.ts')
    const isFirst = clock < from + DAY_SETTLES_MS + MINUTE_MS
    const off = await needs.daysOff(addDays(day, -HISTORY_DAYS), addDays(day, 8))
    const calls = await needs.calls(clock)
    const nodes: ForecastNode[] = fitted.map(({ id, capacityKw }) => ({
      ...{ id, capacityKw, station: needs.stationOf(id), composition: '', keepsModel: true },
      calls: calls.get(id) ?? []
    }))
    const outcomes: NodeOutcome[] = []
    await runForecastJob(
      {
        run: isFirst
          ? { isRefit: true, kind: 'day-ahead', origin: from }
          : { isRefit: false, kind: 'intraday', origin: Math.floor(clock / SLOT_MS) * SLOT_MS },
        ...{ issuedAt: clock, fitSince: from, nodes, directory: needs.directory, timeZone: needs.timeZone },
        holidays: [...(off.publicHolidays ?? []), ...(off.daysOff ?? [])]
      },
      {
        reader: {
          query: query => needs.reads().query(query),
          queryLoad: query => needs.reads().queryLoad(query)
        },
        breathe: () => breath(),
        async give(batch) {
          outcomes.push(...batch)
        }
      }
    )
    for (const { nodeId, reason } of outcomes) if (reason !== null) reasons.set(nodeId, reason)
    return outcomes.flatMap(({ forecast }) => forecast ?? [])
  }

  return {
    isDue: clock =>
      clock < to && (clock >= slotAt || clock >= fitAt || clock >= Date.parse(coming[0]?.issuedAt ?? NEVER)),
    async at(clock) {
      const issued: Forecast[] = []
      if (keptIds === null) issued.push(...(await begin()))
      if (clock >= slotAt && keptIds !== null) {
        slotAt = (Math.floor(clock / SLOT_MS) + 1) * SLOT_MS
        // What was issued at midnight itself has been read already.
        if (keptIds.length > 0)
          coming.push(...(await needs.issued(keptIds, clock + (clock === from ? 1 : 0), slotAt)))
        coming.sort(
          (a, b) => Date.parse(a.issuedAt) - Date.parse(b.issuedAt) || (a.nodeId < b.nodeId ? -1 : 1)
        )
      }
      const isKnown = ({ issuedAt }: Forecast) => Date.parse(issuedAt) <= clock
      issued.push(...coming.filter(isKnown))
      coming = coming.filter(one => !isKnown(one))
      if (clock >= fitAt) {
        const past = Math.floor((clock - from) / FITTED_EVERY_MS)
        fitAt = from + (past + 1) * FITTED_EVERY_MS + SLOT_SETTLES_MS
        issued.push(...(await refit(clock)))
      }
      for (const one of issued) {
        newest.set(one.nodeId, one)
        shown.set(one.nodeId, overlaid(shown.get(one.nodeId), ofDay(one, from, to)))
      }
      if (issued.length > 0) ahead = foretold.flatMap(node => aheadOf(node, newest.get(node.id)))
      return issued
    },
    ahead: () => ahead,
    of(nodeId) {
      const forecast = shown.get(nodeId)
      if (forecast !== undefined) return { forecast, reason: null }
      if (foretold.some(({ id }) => id === nodeId))
        return {
          forecast: null,
          reason: reasons.get(nodeId) ?? 'nothing was issued by this moment of the day'
        }
      const reason = `in a replay only nodes with a capacity are foretold, the largest ${MOST_FORETOLD} of them`
      return { forecast: null, reason }
    }
  }
}

const NEVER = '9999-12-31T00:00:00.000Z'

function aheadOf({ id, name, capacityKw }: GridNode, forecast: Forecast | undefined): ForecastAhead[] {
  if (forecast === undefined) return []
  const { issuedAt, peaks } = forecast
  return [{ nodeId: id, nodeName: name, issuedAt: Date.parse(issuedAt), capacityKw, peaks }]
}

type DayForecast = NonNullable<ReplayView['forecast']>

/** A new issue over those before it: what it no longer speaks of stays as it was last foretold. */
function overlaid(before: DayForecast | undefined, next: DayForecast): DayForecast {
  const begins = next.t[0]
  if (before === undefined || begins === undefined) return next
  const isBefore = (_: unknown, i: number) => (before.t[i] ?? begins) < begins
  return {
    ...next,
    t: [...before.t.filter(isBefore), ...next.t],
    p10Kw: [...before.p10Kw.filter(isBefore), ...next.p10Kw],
    p50Kw: [...before.p50Kw.filter(isBefore), ...next.p50Kw],
    p90Kw: [...before.p90Kw.filter(isBefore), ...next.p90Kw]
  }
}

/** Of an issue, the steps of the replayed day. */
function ofDay({ issuedAt, t, p10Kw, p50Kw, p90Kw, peaks }: Forecast, from: number, to: number): DayForecast {
  const within = (_: unknown, i: number) => (t[i] ?? 0) >= from && (t[i] ?? 0) < to
  return {
    ...{ issuedAt, peaks, t: t.filter(within) },
    ...{ p10Kw: p10Kw.filter(within), p50Kw: p50Kw.filter(within), p90Kw: p90Kw.filter(within) }
  }
}
