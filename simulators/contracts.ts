import { setTimeout as pause } from 'node:timers/promises'
import { canonicalJson } from '../server/contract/canonicalJson.ts'
import {
  type Enrolment,
  type Holidays,
  type NewEnrolment,
  plainContract
} from '../server/contract/enrolments.ts'
import { bearing, type HttpToken } from '../server/contract/httpToken.ts'
import type { Problem } from '../server/contract/problem.ts'
import type { Programme } from '../server/contract/programmes.ts'
import { contractOf } from './region/contracts.ts'
import type { LargeConsumer, Sites } from './region/sites.ts'
import { zoneOffsetMs } from './zone.ts'

const TIMEOUT_MS = 30_000
/** Between two requests: the server has a region to load meanwhile. */
const PACE_MS = 100
const DAY = 86_400_000
/** Days around Tết on which nobody is called. */
const AROUND_TET_DAYS = 3
/** Of the consumers that are enrolled, so many are in the other programmes too: every third, every fifth. */
const EVERY: Partial<Record<Programme['kind'], number>> = { emergency: 3, planned: 5 }
/** In an emergency more is given up than in a voluntary call. */
const EMERGENCY_FACTOR = 1.25

interface Server {
  httpUrl: string
  httpToken: HttpToken | null
}

/**
 * Gives the region's enrolments the contracts that fit them, one request each, and enrols some in the programmes of the other
 * kinds that the server has. A contract that is not the plain one any more, and a programme in which somebody is enrolled,
 * are left as people have made them, so that a second start changes nothing. Resolves with what happened, in words.
 */
export async function setContracts(
  server: Server,
  sites: Pick<Sites, 'consumers'>,
  time: { anchor: number; timeZone: string },
  signal: AbortSignal
): Promise<string> {
  const ask = <Answer>(method: string, path: string, body?: unknown) =>
    request<Answer>(server, method, path, body, signal)
  const { enrolments } = await ask<{ enrolments: Enrolment[] }>('GET', '/api/enrolments')
  const { programmes } = await ask<{ programmes: Programme[] }>('GET', '/api/programmes')
  const known = new Map(sites.consumers.map(consumer => [consumer.customerId, consumer]))
  const plain = enrolments.filter(({ contract, customerId }) => known.has(customerId) && isPlain(contract))
  const others = programmes.filter(({ id, kind }) => {
    return EVERY[kind] !== undefined && !enrolments.some(({ programmeId }) => programmeId === id)
  })
  if (plain.length === 0) return 'the contracts are there already'

  const local = time.anchor + zoneOffsetMs(time.timeZone, time.anchor)
  const year = new Date(local).getUTCFullYear()
  const tet = []
  for (const each of [year, year + 1])
    tet.push(tetOf(await ask<Holidays>('GET', `/api/holidays?year=${each}`)))
  const contractTime = { anchor: time.anchor, weekday: new Date(local).getUTCDay(), tet: tet.flat() }
  const contractFor = (consumer: LargeConsumer) => contractOf(consumer, contractTime)

  let refused = 0
  async function change(method: string, path: string, body: unknown): Promise<void> {
    try {
      await ask(method, path, body)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refused += 1
    }
    await pause(PACE_MS, undefined, { signal })
  }

  for (const { id, customerId } of plain) {
    const consumer = known.get(customerId)
    if (consumer !== undefined)
      await change('PATCH', `/api/enrolments/${id}`, { contract: contractFor(consumer) })
  }
  // After the others: where nobody says which programme, the first enrolment below a node decides.
  const further = others.flatMap(programme => chosen(programme, plain, known))
  for (const { consumer, enrolment } of further) {
    await change('POST', '/api/enrolments', { ...enrolment, contract: contractFor(consumer) })
  }
  const set = `the contracts are set: ${plain.length}, and ${further.length} in other programmes`
  return refused === 0 ? set : `${set}; ${refused} were refused`
}

/** Who is enrolled in a further programme, for how much. */
function chosen(
  { id: programmeId, kind }: Programme,
  enrolments: readonly Enrolment[],
  known: ReadonlyMap<string, LargeConsumer>
): { consumer: LargeConsumer; enrolment: NewEnrolment }[] {
  return enrolments.flatMap(({ customerId, meteringPointId, committedKw }, place) => {
    const consumer = known.get(customerId)
    if (consumer === undefined || place % (EVERY[kind] ?? 1) !== 0) return []
    const kw = kind === 'emergency' ? Math.round((committedKw * EMERGENCY_FACTOR) / 5) * 5 : committedKw
    return [{ consumer, enrolment: { programmeId, customerId, meteringPointId, committedKw: kw } }]
  })
}

const isPlain = (contract: Enrolment['contract']) => canonicalJson(contract) === canonicalJson(plainContract)

/** From some days before the first day off of the lunar new year to some days after the last. */
function tetOf({ days }: Holidays): { from: string; to: string }[] {
  const dates = days.filter(({ name }) => name === 'Tết Nguyên đán').map(({ date }) => Date.parse(date))
  if (dates.length === 0) return []
  const date = (t: number) => new Date(t).toISOString().slice(0, 10)
  return [
    {
      from: date(Math.min(...dates) - AROUND_TET_DAYS * DAY),
      to: date(Math.max(...dates) + AROUND_TET_DAYS * DAY)
    }
  ]
}

/** The server answered, and the answer was no. */
class Refused extends Error {}

async function request<Answer>(
  { httpUrl, httpToken }: Server,
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal
): Promise<Answer> {
  const response = await fetch(new URL(path, httpUrl), {
    method,
    headers: { ...bearing(httpToken), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  })
  const answer = (await response.json()) as Answer | Problem
  if (response.ok) return answer as Answer
  throw new Refused(`${path} answered ${response.status}: ${(answer as Problem).detail}`)
}
