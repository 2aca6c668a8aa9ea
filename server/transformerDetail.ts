import { addDays } from './contract/localTime.ts'
import type { GridNode } from './contract/registry.ts'
import type { TransformerAnswer } from './contract/transformers.ts'
import { isOld } from './forecast/run/issue.ts'
import { loadAheadOf, pathByStep } from './forecast/transformer/live/ahead.ts'
import { planRequestOf, thermalOf } from './forecast/transformer/live/describe.ts'
import { viewOf } from './forecast/transformer/live.ts'
import type { TransformerPlate } from './forecast/transformer/plate.ts'
import { type Entry, plateAhead, plateFor, stateOf } from './transformerEntry.ts'
import { runThrough } from './transformerRun.ts'
import type { Work } from './transforming.ts'

const HOUR = 3_600_000
const BACK_MS = 48 * HOUR
const SETTLE_MS = 30 * HOUR
/** Closed days shown. */
const DAYS_BACK = 400
const MOST_POINTS = 2000

type Columns = Pick<
  TransformerAnswer,
  't' | 'loadPu' | 'ambientC' | 'topOilC' | 'measuredOilC' | 'hotSpotC' | 'isForecast'
>

/** The last 48 h out of the store, the next 24 h by the forecast, and the days that are closed. */
export async function detailOf(work: Work, entry: Entry): Promise<TransformerAnswer> {
  const { needs, local } = work
  const at = needs.now()
  const columns = emptyColumns()
  if (entry.plate !== null) {
    await addPast(work, entry, entry.plate, at, columns)
    addAhead(work, entry, entry.plate, columns)
  }
  const today = local.date(at)
  const days = await needs.transformers.days(entry.node.id, addDays(today, -DAYS_BACK), today)
  const state = stateOf(entry, at, today)
  return {
    ...{ state, now: new Date(at).toISOString(), ...columns },
    days: days.flatMap(({ day, lifeUsedDays, knownHours, maxHotSpotC }) =>
      knownHours > 0 && maxHotSpotC !== null ? [{ day, lifeUsedDays, knownHours, maxHotSpotC }] : []
    ),
    customers: customersOf(entry.node.id, needs.nodes(), needs.customers()),
    plan: planRequestOf(state)
  }
}

async function addPast(work: Work, entry: Entry, plate: TransformerPlate, at: number, columns: Columns) {
  const { reads, local } = work
  const { station, node } = entry
  const from = at - BACK_MS
  const inputs = await reads.inputs({ id: node.id, station, plate }, from - SETTLE_MS, at + 1)
  const own = plateFor(entry, plate, inputs.own)
  await runThrough(own, null, inputs, { local, until: at }, (state, sample) => {
    if (state.t <= from) return
    const view = viewOf(own, state)
    // A moment told twice: the later says more.
    if (columns.t.at(-1) === state.t) for (const column of Object.values(columns)) column.pop()
    columns.t.push(state.t)
    columns.loadPu.push(sample.loadPu ?? view.loadPu)
    columns.ambientC.push(view.ambientC)
    columns.topOilC.push(view.topOilC)
    columns.measuredOilC.push(view.measuredOilC)
    columns.hotSpotC.push(view.hotSpotC)
    columns.isForecast.push(false)
  })
  thin(columns)
}

/** A source that reports by the minute or faster: every n-th moment is enough for a chart, the newest stays. */
function thin(columns: Columns): void {
  const { length } = columns.t
  if (length <= MOST_POINTS) return
  const every = Math.ceil(length / MOST_POINTS)
  const isKept = (_: unknown, i: number) => (length - 1 - i) % every === 0
  columns.t = columns.t.filter(isKept)
  columns.loadPu = columns.loadPu.filter(isKept)
  columns.ambientC = columns.ambientC.filter(isKept)
  columns.topOilC = columns.topOilC.filter(isKept)
  columns.measuredOilC = columns.measuredOilC.filter(isKept)
  columns.hotSpotC = columns.hotSpotC.filter(isKept)
  columns.isForecast = columns.isForecast.filter(isKept)
}

function addAhead({ needs }: Work, entry: Entry, plate: TransformerPlate, columns: Columns): void {
  const { lived, node } = entry
  const forecast = needs.forecastOf(node.id)
  const thermal = lived === null ? null : thermalOf(lived)
  if (forecast === null || isOld(forecast.issuedAt, needs.now())) return
  if (lived === null || thermal === null) return
  const { topOilC, ambientC } = viewOf(plate, lived)
  const ahead = topOilC === null ? null : loadAheadOf(forecast, lived.t, ambientC)
  if (ahead === null) return
  for (const [i, point] of pathByStep(plateAhead(entry, plate), thermal, ahead).entries()) {
    columns.t.push(point.at)
    columns.loadPu.push(point.loadPu)
    columns.ambientC.push(ahead.ambientC[i] ?? null)
    columns.topOilC.push(point.topOilC)
    columns.measuredOilC.push(null)
    columns.hotSpotC.push(point.hotSpotC)
    columns.isForecast.push(true)
  }
}

/** The customers below it, and the one it belongs to. */
function customersOf(
  id: string,
  nodes: readonly GridNode[],
  customers: readonly { id: string; name: string }[]
): TransformerAnswer['customers'] {
  const childrenOf = Map.groupBy(nodes, ({ parent }) => parent)
  const below = new Set(nodes.filter(node => node.id === id))
  for (const node of below) for (const child of childrenOf.get(node.id) ?? []) below.add(child)
  const ids = new Set([...below].flatMap(({ customerId }) => customerId ?? []))
  return customers.filter(one => ids.has(one.id)).map(one => ({ customerId: one.id, name: one.name }))
}

const emptyColumns = (): Columns => ({
  ...{ t: [], loadPu: [], ambientC: [], topOilC: [], measuredOilC: [], hotSpotC: [], isForecast: [] }
})
