import { setTimeout as pause } from 'node:timers/promises'
import { regionCsv } from './region.ts'

/** Short slots and no wait for late data, so that a whole event can be lived through in ten minutes. */
const demoProgramme = { settlementIntervalMinutes: 1, settleDelayMinutes: 0 }

const RETRY_MS = 500

/**
 * What programme staff would do before the first event: puts the region into the registry, with its customers and
 * their commitments, and sets the programme's intervals. Once more changes nothing. Waits for a server that is not
 * there yet; throws with the server's words when it refuses.
 */
export async function enrolRegion(httpUrl: string, seed: number, signal: AbortSignal): Promise<void> {
  await send(httpUrl, '/api/registry/import?apply=true', 'POST', 'text/csv', regionCsv(seed), signal)
  const change = JSON.stringify(demoProgramme)
  await send(httpUrl, '/api/programmes/voluntary', 'PATCH', 'application/json', change, signal)
}

async function send(
  httpUrl: string,
  path: string,
  method: string,
  contentType: string,
  body: string,
  signal: AbortSignal
): Promise<void> {
  const response = await reach(new URL(path, httpUrl), {
    method,
    headers: { 'content-type': contentType },
    body,
    signal
  })
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${(await response.text()).slice(0, 500)}`)
  }
}

async function reach(url: URL, request: RequestInit & { signal: AbortSignal }): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url, request)
    } catch (error) {
      if (request.signal.aborted) throw error
      await pause(RETRY_MS, undefined, { signal: request.signal })
    }
  }
}
