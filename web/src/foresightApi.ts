import type { ForecastAccuracy, ForecastsAnswer } from '../../server/contract/forecasts.ts'
import type { Plan, PlanRequest } from '../../server/contract/plans.ts'
import type {
  NewReplay,
  Replay,
  ReplayChange,
  ReplayComparison,
  ReplaysAnswer,
  ReplayView
} from '../../server/contract/replays.ts'
import type { TransformerAnswer, TransformersAnswer } from '../../server/contract/transformers.ts'
import type { WeatherAnswer, WeatherColumns } from '../../server/contract/weather.ts'
import { get, id, patch, post, query, remove } from './requests.ts'

/** The server's routes of what is to come, and of past days that are lived through again. */
export const foresightApi = {
  forecasts: (signal: AbortSignal) => get<ForecastsAnswer>('/forecasts', signal),
  accuracy: (node: string, days: { from: string; to: string }, signal: AbortSignal) =>
    get<ForecastAccuracy>(`/forecasts/${id(node)}/accuracy?${query(days)}`, signal),
  weather: (signal: AbortSignal) => get<WeatherAnswer>('/weather', signal),
  station: (station: string, { from, to }: { from: number; to: number }, signal: AbortSignal) =>
    get<WeatherColumns>(
      `/weather/${id(station)}?${query({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })}`,
      signal
    ),
  transformers: (signal: AbortSignal) => get<TransformersAnswer>('/transformers', signal),
  transformer: (one: string, signal: AbortSignal) =>
    get<TransformerAnswer>(`/transformers/${id(one)}`, signal),
  replays: (signal: AbortSignal) => get<ReplaysAnswer>('/replays', signal),
  startReplay: (body: NewReplay) => post<Replay>('/replays', body),
  replay: (one: string, node: string | null, signal: AbortSignal) =>
    get<ReplayView>(`/replays/${id(one)}?${query({ node })}`, signal),
  changeReplay: (one: string, body: ReplayChange) => patch<Replay>(`/replays/${id(one)}`, body),
  endReplay: (one: string) => remove<null>(`/replays/${id(one)}`),
  compareReplays: (one: string, other: string, signal: AbortSignal) =>
    get<ReplayComparison>(`/replays/${id(one)}/comparison?${query({ with: other })}`, signal),
  replayPlan: (one: string, body: PlanRequest) => post<Plan>(`/replays/${id(one)}/plan`, body)
}
