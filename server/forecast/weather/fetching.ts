import { setTimeout as pause } from 'node:timers/promises'
import { backoffMs } from '../../contract/backoff.ts'
import { topics } from '../../contract/topics.ts'
import type { Fetched, FetchedFile } from './fetchedFile.ts'
import { type Outcome, outcomeOf } from './fetchOne.ts'
import { type GetAnswer, GetFailure, httpGet } from './httpGet.ts'
import { forecastAddress, type WeatherItem } from './openMeteo.ts'
import type { StationPlace } from './stationList.ts'

export interface FetchingNeeds {
  /** http(s), without query. */
  url: string
  apiKey: string | null
  stations: readonly StationPlace[]
  everyMs: number
  file: FetchedFile
  /** Resolves when the message is durable, as if it had come by MQTT. */
  accept(topic: string, payload: string): Promise<void>
  /** Newest observation of a station, whoever sent it; epoch ms, null: none. */
  observedAt(id: string): number | null
  warn(text: string): void
  now(): number
  random(): number
  timeoutMs?: number
  /** Between two requests, so that hundreds of stations do not come at once. */
  gapMs?: number
}

export interface FetchState {
  fetched: Fetched | null
  /** What went wrong last; null while nothing does. */
  trouble: string | null
}

export interface Fetching {
  /** null: not a station that is fetched. */
  state(id: string): FetchState | null
  stop(): Promise<void>
}

interface Turn {
  station: StationPlace
  dueAt: number
  failures: number
  trouble: string | null
}

const MAX_BYTES = 1024 * 1024
const FIRST_RETRY_MS = 30_000
/** A clock that was set is noticed after this. */
const LONGEST_PAUSE_MS = 30_000
/** An own sensor that has been silent for so long is stood in for by the source's present conditions. */
const OWN_SENSOR_MS = 2 * 3_600_000
/** Of the period: so much later at most, each time anew, so that stations spread out. */
const JITTER = 0.05

/**
 * Asks for one station after another, each once a period:
 *
 *   due ──► asked ──► new: taken in as readings, then noted ──► due after a period
 *    ▲         ├────► same: noted ───────────────────────────────┘
 *    │         ├────► the station's fault: this station waits ── longer each time
 *    └─────────┴────► the source's fault: nobody asks ────────── longer each time, or as long as the source says
 */
export function startFetching(needs: FetchingNeeds): Fetching {
  const { file, everyMs, now, random, gapMs = 200 } = needs
  const turns = needs.stations.map((station): Turn => {
    const fetchedAt = file.get(station)?.fetchedAt ?? null
    // A time ahead of the clock is no reason to wait for it.
    const dueAt = fetchedAt === null || fetchedAt > now() ? now() : fetchedAt + everyMs
    return { station, dueAt, failures: 0, trouble: null }
  })
  const byId = new Map(turns.map(turn => [turn.station.id, turn]))
  const source = { restsUntil: 0, failures: 0, trouble: null as string | null }
  const stopping = new AbortController()

  const wait = (failures: number, retryAfterMs: number | null): number =>
    Math.max(
      retryAfterMs ?? 0,
      Math.min(FIRST_RETRY_MS, everyMs) / 2 +
        backoffMs(failures, random(), { firstMs: FIRST_RETRY_MS, longestMs: everyMs })
    )

  function note(turn: Turn, outcome: Outcome): void {
    if (outcome.what !== 'failed') {
      Object.assign(turn, { failures: 0, trouble: null, dueAt: now() + everyMs * (1 + JITTER * random()) })
      Object.assign(source, { failures: 0, trouble: null })
      return
    }
    const reason = withoutKey(outcome.reason, needs.apiKey)
    const at = outcome.whose === 'source' ? source : turn
    const isNew = at.trouble !== reason
    at.failures++
    at.trouble = reason
    if (outcome.whose === 'source') source.restsUntil = now() + wait(source.failures, outcome.retryAfterMs)
    else turn.dueAt = now() + wait(turn.failures, outcome.retryAfterMs)
    if (isNew) {
      needs.warn(
        `weather source${outcome.whose === 'source' ? '' : `, station ${turn.station.id}`}: ${reason}`
      )
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const next = turns.reduce((first, turn) => (turn.dueAt < first.dueAt ? turn : first))
      const waitMs = Math.max(next.dueAt, source.restsUntil) - now()
      if (waitMs > 0)
        await pause(Math.min(waitMs, LONGEST_PAUSE_MS), undefined, { signal: stopping.signal, ref: false })
      else {
        note(next, await askFor(needs, next.station, stopping.signal))
        await pause(gapMs, undefined, { signal: stopping.signal, ref: false })
      }
    }
  }

  const running = (turns.length === 0 ? Promise.resolve() : run()).catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error
  })
  return {
    state(id) {
      const turn = byId.get(id)
      if (turn === undefined) return null
      return { fetched: file.get(turn.station), trouble: turn.trouble ?? source.trouble }
    },
    async stop() {
      stopping.abort()
      await running
    }
  }
}

/** One request and what is to be kept of it, all of it done when this resolves. Never rejects. */
async function askFor(needs: FetchingNeeds, station: StationPlace, stopping: AbortSignal): Promise<Outcome> {
  const before = needs.file.get(station)
  let answer: GetAnswer
  try {
    const url = forecastAddress(needs.url, station, needs.apiKey)
    const headers: Record<string, string> = before?.etag ? { 'if-none-match': before.etag } : {}
    const limits = { timeoutMs: needs.timeoutMs ?? 20_000, maxBytes: MAX_BYTES }
    answer = await httpGet(url, headers, limits, stopping)
  } catch (error) {
    const reason = error instanceof GetFailure ? error.message : 'it cannot be asked'
    return { what: 'failed', whose: 'source', reason, retryAfterMs: null }
  }
  const outcome = outcomeOf(answer, before, needs.now())
  if (outcome.what === 'failed') return outcome
  try {
    if (outcome.what === 'new') await take(needs, topics.weatherForecast(station.id), outcome.forecast)
    const observed = observation(needs, station.id, outcome)
    if (observed !== null) await take(needs, topics.weatherObservation(station.id), [observed])
    const observedAt = observed?.ts ?? outcome.fetched.observedAt
    await needs.file.put(station, { ...outcome.fetched, observedAt })
    return outcome
  } catch (error) {
    const reason = `what it answered cannot be kept: ${(error as Error).message}`
    return { what: 'failed', whose: 'source', reason, retryAfterMs: null }
  }
}

const take = (needs: FetchingNeeds, topic: string, items: readonly WeatherItem[]): Promise<void> =>
  needs.accept(topic, JSON.stringify(items))

/** Present conditions out of a model stand in for a sensor only where there is none. */
function observation(
  { observedAt, now }: FetchingNeeds,
  id: string,
  { current, fetched }: Exclude<Outcome, { what: 'failed' }>
): WeatherItem | null {
  if (current === null || current.ts > now() || current.ts === fetched.observedAt) return null
  const newest = observedAt(id)
  const isOwn = newest !== null && newest !== fetched.observedAt && newest > now() - OWN_SENSOR_MS
  return isOwn ? null : current
}

function withoutKey(text: string, apiKey: string | null): string {
  return apiKey === null ? text : text.replaceAll(apiKey, '…').replaceAll(encodeURIComponent(apiKey), '…')
}
