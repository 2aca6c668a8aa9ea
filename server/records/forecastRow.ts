import type { Forecast, ForecastKind } from '../contract/forecasts.ts'
import { toMs, toTime } from './columns.ts'
import { fromBody, toBody } from './forecastBody.ts'
import type { ForecastTableRow } from './foresightRows.ts'

/** An issue as it is kept. Deflating it is most of the work of keeping it: done where the forecast was computed. */
export type PackedForecast = Readonly<ForecastTableRow>

/** Throws TypeError when a time of the forecast is none. */
export function packForecast(forecast: Forecast): PackedForecast {
  const { nodeId, kind, t, stepS } = forecast
  const issuedAt = toMs(forecast.issuedAt)
  return {
    id: issueId({ nodeId, kind, issuedAt }),
    node_id: nodeId,
    kind,
    issued_at: issuedAt,
    from_at: t[0] ?? issuedAt,
    until_at: (t.at(-1) ?? issuedAt - stepS * 1000) + stepS * 1000,
    body: toBody(forecast)
  }
}

/** Throws for a body that toBody did not write. */
export function unpackForecast({ node_id, kind, issued_at, body }: PackedForecast): Forecast {
  return fromBody(body, { nodeId: node_id, kind: kind as ForecastKind, issuedAt: toTime(issued_at) })
}

export interface IssueKey {
  nodeId: string
  kind: ForecastKind
  /** Epoch ms. */
  issuedAt: number
}

export const issueId = ({ nodeId, kind, issuedAt }: IssueKey): string => `${nodeId}/${kind}/${issuedAt}`
