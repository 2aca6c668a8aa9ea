import { addDays, daysBetween } from './contract/localTime.ts'
import { openDayBook } from './forecast/transformer/live/dayBook.ts'
import type { TransformerDay } from './records/transformers.ts'
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

/** The closed days of this calendar year. */
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

/** Computes the earliest days that wait once more from the store, and keeps them. */
export async function closeDays(work: Work, entry: Entry): Promise<void> {
  const { needs, reads, wants, local, spent } = work
  const { id } = entry.node
  const want = wants.days.get(id)
  const { plate } = entry
  wants.days.delete(id)
  if (want === undefined || plate === null) return
  const last = addDays(want.from, DAYS_AT_ONCE - 1)
  const to = last < want.to ? last : want.to
  const days = Array.from({ length: daysBetween(want.from, to) + 1 }, (_, i) => addDays(want.from, i))
  const [from, until] = [local.dayStart(want.from), local.dayStart(addDays(to, 1))]
  try {
    const inputs = await reads.inputs({ id, station: entry.station, plate }, from - SETTLE_MS, until)
    const book = openDayBook(plate, days, local)
    const own = plateFor(entry, plate, inputs.own)
    await runThrough(own, null, inputs, { local, until, spent }, book.take)
    const rows = book.days().map(({ views: _, ...day }): TransformerDay => ({ nodeId: id, ...day }))
    await needs.transformers.putDays(rows)
  } catch (error) {
    wants.wantDays(id, want.from, want.to, AGAIN_MS)
    throw error
  }
  if (to < want.to) wants.wantDays(id, addDays(to, 1), want.to, 0)
  await readYear(work, entry)
}
