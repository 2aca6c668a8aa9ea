import { bearing, type HttpToken } from '../../server/contract/httpToken.ts'
import type { Coverage } from './coverage.ts'
import type { Source } from './source.ts'

const TIMEOUT_MS = 5_000
const DAY = 24 * 3_600_000

interface Server {
  httpUrl: string
  httpToken: HttpToken | null
}

/**
 * Whether the server still has readings that it once acknowledged: asks over HTTP for the newest and the oldest of a
 * few sources. One that is found proves that it was not wiped; if none is, it must have been. Rejects when the server
 * does not answer. The coverage is looked at before the first question: later readings prove nothing.
 */
export async function stillHas(
  server: Server,
  sources: readonly Source[],
  coverageOf: (source: Source) => Coverage,
  signal: AbortSignal
): Promise<boolean> {
  const published = sources
    .map(source => ({ source, coverage: coverageOf(source) }))
    .filter(({ coverage }) => coverage.length > 0)
  const some = [0, 0.5, 1].map(share => published[Math.round(share * (published.length - 1))])
  for (const entry of new Set(some)) {
    for (const [from, to] of entry === undefined ? [] : ends(entry.coverage)) {
      if (entry !== undefined && (await hasReadings(server, entry.source, from, to, signal))) return true
    }
  }
  return false
}

/** The newest and the oldest day of a coverage. */
function ends(coverage: Coverage): [number, number][] {
  const newest = coverage.at(-1) ?? [0, 0]
  const oldest = coverage.at(0) ?? [0, 0]
  return [
    [Math.max(newest[0], newest[1] - DAY), newest[1]],
    [oldest[0], Math.min(oldest[1], oldest[0] + DAY)]
  ]
}

async function hasReadings(
  { httpUrl, httpToken }: Server,
  source: Source,
  from: number,
  to: number,
  signal: AbortSignal
): Promise<boolean> {
  const { kind, id, field } = source.stored
  const url = new URL(`/api/readings/${kind}/${id}`, httpUrl)
  url.searchParams.set('from', new Date(from).toISOString())
  url.searchParams.set('to', new Date(to).toISOString())
  url.searchParams.set('points', '10')
  url.searchParams.set('fields', field)
  const response = await fetch(url, {
    headers: bearing(httpToken),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  })
  if (!response.ok) throw new Error(`GET ${url.pathname} answered ${response.status}`)
  const answer: unknown = await response.json()
  return (
    typeof answer === 'object' &&
    answer !== null &&
    't' in answer &&
    Array.isArray(answer.t) &&
    answer.t.length > 0
  )
}
