import { addDays, daysBetween } from './contract/localTime.ts'
import type { DriftState } from './forecast/transformer/drift.ts'
import type { LivedDay } from './forecast/transformer/live/dayBook.ts'
import { openDayBook } from './forecast/transformer/live/dayBook.ts'
import { learnOil, oilWords } from './forecast/transformer/live/oilWatch.ts'
import type { TransformerDay, TransformerOil } from './records/transformers.ts'
import type { Entry } from './transformerEntry.ts'
import { plateFor } from './transformerEntry.ts'
import { runThrough } from './transformerRun.ts'
import type { Work } from './transforming.ts'

const HOUR = 3_600_000
/** Before the first of the days, so that its oil is known at its midnight. */
const SETTLE_MS = 30 * HOUR
/** Days that were never closed are looked for that far back, and so many are closed in one go. */
export const LOOK_BACK_DAYS = 35
const DAYS_AT_ONCE = 4
const AGAIN_MS = 30_000

/** The closed days of this calendar year, out of the records. */
export async function readYear({ needs, local }: Work, entry: Entry): Promise<void> {
  const { id } = entry.node
  const year = local.date(needs.now()).slice(0, 4)
  const sums = await needs.transformers.lifeOfYear([id], Number(year))
  const { lifeUsedDays, knownHours } = sums.get(id) ?? { lifeUsedDays: 0, knownHours: 0 }
  const [newest] = await needs.transformers.days(
    id,
    addDays(local.date(needs.now()), -LOOK_BACK_DAYS),
    `${year}-12-31`
  )
  entry.closed = { year, until: newest?.day ?? '', lifeUsedDays, knownHours }
  entry.told = null
}

/** Notes the days of the last weeks that were never closed: the server was not there when they were over. */
export async function missingDays({ needs, local, wants }: Work, entry: Entry): Promise<void> {
  const { id } = entry.node
  const yesterday = addDays(local.date(needs.now()), -1)
  const from = addDays(yesterday, 1 - LOOK_BACK_DAYS)
  const kept = new Set((await needs.transformers.days(id, from, yesterday)).map(({ day }) => day))
  for (let day = from; day <= yesterday; day = addDays(day, 1)) {
    if (kept.has(day)) continue
    wants.wantDays(id, day, yesterday, 0)
    return
  }
}

/** Computes the earliest days that wait once more from the store; they are kept with the next `keepDays`. */
export async function closeDays(work: Work, entry: Entry): Promise<void> {
  const { needs, reads, wants, local, closed } = work
  const { id } = entry.node
  const want = wants.days.get(id)
  const { plate } = entry
  wants.days.delete(id)
  if (want === undefined || plate === null) return
  const last = addDays(want.from, DAYS_AT_ONCE - 1)
  const to = last < want.to ? last : want.to
  const days = Array.from({ length: daysBetween(want.from, to) + 1 }, (_, i) => addDays(want.from, i))
  const from = local.dayStart(want.from)
  // What acts over the midnight ends after it.
  const beyond = Math.min(local.dayStart(addDays(to, 1)) + HOUR, needs.now())
  try {
    const of = { id, station: entry.station, plate }
    const inputs = await reads.inputs(of, from - SETTLE_MS, beyond)
    const book = openDayBook(plate, days, local)
    const own = plateFor(entry, plate, inputs.own)
    await runThrough(own, null, inputs, { local, until: beyond }, book.take)
    const lived = book.days()
    for (const { views: _, ...day } of lived) closed.days.push({ nodeId: id, ...day })
    await learn(work, entry, lived)
  } catch (error) {
    wants.wantDays(id, want.from, want.to, AGAIN_MS)
    throw error
  }
  if (to < want.to) wants.wantDays(id, addDays(to, 1), want.to, 0)
}

/** What was closed and is not in the records yet: one write for many transformers, as each waits for the disk. */
export interface Closed {
  days: TransformerDay[]
  oil: Map<string, TransformerOil>
}

/** Keeps what was closed; what could not be kept stays for the next time. */
export async function keepDays(
  { needs, local, closed }: Work,
  entryOf: (id: string) => Entry | undefined
): Promise<void> {
  // Of a node that was removed meanwhile nothing is kept.
  const days = closed.days.filter(({ nodeId }) => entryOf(nodeId) !== undefined)
  const oil = [...closed.oil.values()].filter(({ nodeId }) => entryOf(nodeId) !== undefined)
  await needs.transformers.putDays(days)
  await needs.transformers.putOil(oil)
  closed.days = []
  closed.oil.clear()
  const year = local.date(needs.now()).slice(0, 4)
  const ids = [...new Set(days.map(({ nodeId }) => nodeId))]
  const sums = await needs.transformers.lifeOfYear(ids, Number(year))
  for (const { nodeId, day } of days) {
    const entry = entryOf(nodeId)
    if (entry === undefined) continue
    const { lifeUsedDays, knownHours } = sums.get(nodeId) ?? { lifeUsedDays: 0, knownHours: 0 }
    const until = day > entry.closed.until ? day : entry.closed.until
    entry.closed = { year, until, lifeUsedDays, knownHours }
    entry.told = null
  }
}

/** What the watch over its oil has learned so far. */
export async function readOil({ needs, local, closed }: Work, entry: Entry): Promise<DriftState | null> {
  const { id } = entry.node
  const kept = closed.oil.get(id) ?? (await needs.transformers.oil([id])).get(id)
  const state = (kept?.state ?? null) as DriftState | null
  entry.oil = oilWords(state, local.date(needs.now()), local)
  entry.told = null
  return state
}

/** Lets the watch judge the days; what it has learned so far is begun anew when an older past is told late. */
async function learn(work: Work, entry: Entry, days: readonly LivedDay[]): Promise<void> {
  const { needs, local, wants, closed } = work
  const nodeId = entry.node.id
  const before = await readOil(work, entry)
  const at = needs.now()
  let state = before
  for (const day of days) {
    const learned = learnOil(state, day, local)
    state = learned.state
    if (!learned.isLate) continue
    const yesterday = addDays(local.date(at), -1)
    closed.oil.set(nodeId, { nodeId, state: null, at })
    wants.wantDays(nodeId, addDays(yesterday, 1 - LOOK_BACK_DAYS), yesterday, 0)
    return
  }
  if (state === before) return
  closed.oil.set(nodeId, { nodeId, state, at })
  entry.oil = oilWords(state, local.date(at), local)
}
