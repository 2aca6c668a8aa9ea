import type { Forecast, ForecastRow, ForecastRunState } from './contract/forecasts.ts'
import type { ForecastAhead } from './rules/snapshot.ts'

/** The load forecasts at work: fitted once a day, issued every half-hour, the newest of each node in memory. */
export interface Forecasting {
  /** Of very many nodes only the first days are held, 30 hours at least; whole in the records. */
  newest(nodeId: string): Forecast | null
  /** Why a node has none, in words; null where it has one. */
  reason(nodeId: string): string | null
  /** One for each node that is forecast, or is to be: parents before their children. */
  rows(): ForecastRow[]
  state(): ForecastRunState
  /** For the rules; the same array until something new is issued. */
  ahead(): readonly ForecastAhead[]
  /** Hears of each run that has issued something; returns how not to hear it any more. */
  onIssued(listener: () => void): () => void
  stop(): Promise<void>
}
