import { setTimeout as pause } from 'node:timers/promises'
import type { GridAnswer } from '../server/contract/grid.ts'
import { bearing, type HttpToken } from '../server/contract/httpToken.ts'
import type { Problem } from '../server/contract/problem.ts'
import type { ImportReport } from '../server/contract/registry.ts'

const TIMEOUT_MS = 30_000
const RETRY_MS = 1_000

/**
 * Gives the server the region's registry over HTTP, once: a server that already knows the company keeps its registry as
 * it is, with whatever people have changed in it. Waits for a server that does not answer; resolves with what happened,
 * in words, also when the server refuses.
 */
export async function importRegistry(
  { httpUrl, httpToken }: { httpUrl: string; httpToken: HttpToken | null },
  companyId: string,
  csv: () => string,
  signal: AbortSignal
): Promise<string> {
  const headers = bearing(httpToken)
  for (;;) {
    try {
      const { nodes } = await ask<GridAnswer>(new URL('/api/grid', httpUrl), { headers }, signal)
      if (nodes.some(({ id }) => id === companyId)) return 'the registry is there already'
      const report = await ask<ImportReport>(
        new URL('/api/registry/import?apply=true', httpUrl),
        { method: 'POST', headers: { ...headers, 'content-type': 'text/csv' }, body: csv() },
        signal
      )
      const [first] = report.errors
      if (first !== undefined) return `the registry was refused: line ${first.line}: ${first.reason}`
      return `the registry is imported: ${report.added.length} entries`
    } catch (error) {
      if (error instanceof Refused) return `the registry was refused: ${error.message}`
      await pause(RETRY_MS, undefined, { signal })
    }
  }
}

/** The server answered, and the answer was no: asking again would not help. */
class Refused extends Error {}

async function ask<Answer>(url: URL, request: RequestInit, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, {
    ...request,
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  })
  const answer = (await response.json()) as Answer | Problem
  if (response.ok || response.status === 422) return answer as Answer
  const reason = `${url.pathname} answered ${response.status}: ${(answer as Problem).detail}`
  if (response.status < 500) throw new Refused(reason)
  throw new Error(reason)
}
