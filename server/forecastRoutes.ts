import type { ForecastsNeeds } from './api/forecasts.ts'
import { Refusal } from './api/problems.ts'
import type { Forecast, ForecastKind } from './contract/forecasts.ts'
import { addDays, localTime } from './contract/localTime.ts'
import type { GridNode } from './contract/registry.ts'
import { knownLoads } from './forecast/history/knownLoads.ts'
import { accuracyOf, type LoadAt } from './forecast/run/accuracy.ts'
import { flagsAt } from './forecast/run/issue.ts'
import type { Forecasting } from './forecasting.ts'
import { type ReadingsStore, StoreError } from './readings/store.ts'
import type { Records } from './records/openRecords.ts'

const DAY_MS = 86_400_000

export interface ForecastRoutesNeeds {
  forecasting: Pick<Forecasting, 'state' | 'rows' | 'reason'>
  forecasts: Pick<Records['forecasts'], 'newest' | 'ofNode'>
  store: Pick<ReadingsStore, 'queryLoad'>
  node(id: string): GridNode | null
  timeZone: string
  now(): number
}

/** What the routes of forecasts answer from: issues as they were kept, beside the roll-ups as they are now. */
export function forecastsNeeds(needs: ForecastRoutesNeeds): ForecastsNeeds {
  const { forecasting, forecasts, store, node, now } = needs
  const time = localTime(needs.timeZone)
  return {
    run: forecasting.state,
    rows: forecasting.rows,
    today: () => time.date(now()),
    async answer(nodeId, { issuedBy, kind }) {
      const found = node(nodeId)
      if (found === null) return null
      const issue = (await forecasts.newest([nodeId], kind, issuedBy)).get(nodeId) ?? null
      // A day-ahead issue is of midnight by its nature.
      const isOfNow = issue !== null && kind !== 'day-ahead'
      const forecast = isOfNow ? { ...issue, flags: flagsAt(issue, Math.min(issuedBy, now())) } : issue
      const reason = forecast === null ? reasonFor(found, kind, issuedBy) : null
      return { nodeId, name: found.name, forecast, reason, actualKw: await actualOf(forecast) }
    },
    async accuracy(nodeId, from, to) {
      if (node(nodeId) === null) return null
      const [first, end] = [time.dayStart(from), time.dayStart(addDays(to, 1))]
      const issues = await forecasts.ofNode(nodeId, { kind: 'day-ahead', from: first, to: end })
      const loadAt = await loads(nodeId, first - 8 * DAY_MS, end)
      return accuracyOf({ nodeId, issues, loadAt, time, from, to })
    }
  }

  function reasonFor(found: GridNode, kind: ForecastKind | undefined, issuedBy: number): string {
    if (found.kind === 'meteringPoint' && found.customerId === null) return 'a household is not forecast'
    if (kind !== undefined || issuedBy < now()) return 'nothing is kept that was issued by then'
    return forecasting.reason(found.id) ?? 'nothing has been issued for it yet'
  }

  async function actualOf(forecast: Forecast | null): Promise<(number | null)[]> {
    const from = forecast?.t[0]
    if (forecast === null || from === undefined) return []
    const end = (forecast.t.at(-1) ?? from) + forecast.stepS * 1000
    const loadAt = from < now() ? await loads(forecast.nodeId, from, Math.min(end, now())) : () => null
    return forecast.t.map(loadAt)
  }

  async function loads(id: string, from: number, to: number): Promise<LoadAt> {
    try {
      const rows = await store.queryLoad({ node: id, from, to, stepS: 1800 })
      // As the models learn from them: half of the meters are not the load.
      const loads = knownLoads(rows)
      const found = new Map(rows.t.map((at, i) => [at, loads[i] ?? null]))
      return at => found.get(at) ?? null
    } catch (error) {
      if (error instanceof StoreError) throw new Refusal(503, `the readings store: ${error.message}`)
      throw error
    }
  }
}
