import { addDays, type LocalTime } from '../contract/localTime.ts'
import { qualityBits } from '../contract/quality.ts'
import type { Reading, ReadingKind } from '../contract/telemetry.ts'
import { energyKwh, known, type Measured, measured, type Series, type SeriesSource } from './daySeries.ts'
import { agreesWithRegister, type Span, spikes, sumAgrees, useVerdict } from './dayVerdicts.ts'
import { estimateGaps, maybeHasGap } from './estimateGaps.ts'
import type { Limits } from './limits.ts'
import type { SourceRef } from './markedDays.ts'
import { type SourceFacts, sourceKey, unregisteredClass } from './meterClasses.ts'
import type { SumGroup } from './sumGroups.ts'
import type { limitsFinder } from './thresholds.ts'
import { type Decided, verdictRows } from './verdictRows.ts'

const { spike, highUse, lowUse, sumCheck, registerMismatch } = qualityBits
/** A value that began this long before midnight may still act after it. */
const MARGIN_MS = 2 * 3_600_000
const USUAL_WEEKS = [1, 2, 3, 4]
const HOUR_MS = 3_600_000

/** Looks at a local day that is over. */
export interface DayWork {
  /** The rows to write for some sources of one kind: verdicts without values. */
  verdicts(
    kind: ReadingKind,
    ids: readonly string[],
    date: string
  ): Promise<{ rows: Reading[]; withGap: string[]; read: number }>
  /** The readings that are missing around the day of one meter, estimated. */
  estimates(id: string, date: string): Promise<readonly Reading[]>
  /** The verdict on a parent whose children are all known. */
  sums(group: SumGroup, date: string): Promise<Reading[]>
}

interface DayWorkNeeds {
  store: SeriesSource
  local: LocalTime
  now(): number
  limitsOf: ReturnType<typeof limitsFinder>
  registry(): ReadonlyMap<string, SourceFacts>
}

export function createDayWork({ store, local, now, limitsOf, registry }: DayWorkNeeds): DayWork {
  const spanOf = (date: string): Span => ({
    from: local.dayStart(date),
    to: local.dayStart(addDays(date, 1))
  })

  const limitsFor = (kind: ReadingKind, id: string): Limits =>
    limitsOf(registry().get(sourceKey(kind, id))?.meterClass ?? unregisteredClass(kind), id)

  const read = (kind: ReadingKind, ids: readonly string[], { from, to }: Span, field: string) =>
    store.queryMany({ kind, ids, from: from - MARGIN_MS, to: to + MARGIN_MS, field })

  /** kW, and of transformers that do not send it kVA. */
  const power = async (kind: ReadingKind, ids: readonly string[], span: Span) => {
    const series = new Map<string, { field: string; of: Series }>()
    for (const [id, of] of await read(kind, ids, span, 'kw')) series.set(id, { field: 'kw', of })
    if (kind !== 'transformer') return series
    const others = ids.filter(id => known(series.get(id)?.of, 'kw').length === 0)
    if (others.length === 0) return series
    for (const [id, of] of await read(kind, others, span, 'kva')) series.set(id, { field: 'kva', of })
    return series
  }

  const usualDays = async (kind: ReadingKind, ids: readonly string[], date: string) => {
    const usual = new Map<string, (number | null)[]>(ids.map(id => [id, []]))
    for (const weeks of USUAL_WEEKS) {
      const span = spanOf(addDays(date, -7 * weeks))
      const series = await power(kind, ids, span)
      for (const id of ids) {
        const one = series.get(id)
        if (one !== undefined) usual.get(id)?.push(energyKwh(measured(one.of, one.field), span.from, span.to))
      }
    }
    return usual
  }

  const verdicts: DayWork['verdicts'] = async (kind, ids, date) => {
    const span = spanOf(date)
    const series = await power(kind, ids, span)
    const registers = kind === 'meter' ? await read(kind, ids, span, 'kwh') : new Map<string, Series>()
    const usual = await usualDays(kind, [...series.keys()], date)
    const rows: Reading[] = []
    const withGap: string[] = []
    let count = 0
    for (const [id, { field, of }] of series) {
      count += of.t.length
      const limits = limitsFor(kind, id)
      const all = measured(of, field)
      const isInside = ({ t }: Measured) => t >= span.from && t < span.to
      const day = all.filter(isInside)
      const register = measured(registers.get(id), 'kwh').filter(isInside)
      const decided = decideDay({ all, day, register, span, limits, usual: usual.get(id) ?? [] })
      const stored = known(of, field).filter(isInside)
      rows.push(...verdictRows({ kind, id }, stored, decided))
      const isLongOver = now() - span.to > 24 * HOUR_MS
      const isRegistered = registry().has(sourceKey(kind, id))
      if (
        kind === 'meter' &&
        isRegistered &&
        limits.estimates &&
        maybeHasGap(known(of, field), span, isLongOver)
      )
        withGap.push(id)
    }
    return { rows, withGap, read: count }
  }

  const sums: DayWork['sums'] = async ({ parent, children }, date) => {
    const span = spanOf(date)
    const limits = limitsFor(parent.kind, parent.id)
    const own = (await read(parent.kind, [parent.id], span, 'kw')).get(parent.id)
    const ownReadings = measured(own, 'kw')
    if (own === undefined || ownReadings.length === 0) return []
    const windows = windowsOf(span, limits.sumCheckHours)
    const energies: (number | null)[][] = windows.map(() => [])
    for (const kind of ['meter', 'transformer'] as const) {
      const ids = children.filter(child => child.kind === kind).map(({ id }) => id)
      for (let i = 0; i < ids.length; i += CHILDREN_AT_ONCE) {
        const some = ids.slice(i, i + CHILDREN_AT_ONCE)
        const series = await read(kind, some, span, 'kw')
        for (const id of some) {
          const readings = measured(series.get(id), 'kw')
          for (const [w, { from, to }] of windows.entries()) energies[w]?.push(energyKwh(readings, from, to))
        }
      }
    }
    const bits = new Map<number, number>()
    const decided = windows.filter(({ from, to }, w) => {
      const agrees = sumAgrees(energyKwh(ownReadings, from, to), energies[w] ?? [], limits)
      const first = ownReadings.find(({ t }) => t >= from && t < to)
      if (agrees === false && first !== undefined) bits.set(first.t, sumCheck)
      return agrees !== null
    })
    const looked = known(own, 'kw').filter(({ t }) => decided.some(({ from, to }) => t >= from && t < to))
    return verdictRows(parent, looked, [{ mask: sumCheck, bits }])
  }

  return {
    verdicts,
    sums,
    estimates: (id, date) => estimateGaps(id, spanOf(date), { store, local, limits: limitsFor('meter', id) })
  }
}

const CHILDREN_AT_ONCE = 50

/** What one day of one source says. The verdicts on the day as a whole stand on its first reading. */
function decideDay(of: {
  all: readonly Measured[]
  day: readonly Measured[]
  register: readonly Measured[]
  span: Span
  limits: Limits
  usual: readonly (number | null)[]
}): Decided[] {
  const { all, day, register, span, limits, usual } = of
  const first = day[0]
  if (first === undefined) return []
  const decided: Decided[] = [{ mask: spike, bits: new Map(spikes(day, limits).map(t => [t, spike])) }]
  const use = useVerdict(energyKwh(all, span.from, span.to), usual, limits)
  if (use !== null) decided.push({ mask: highUse | lowUse, bits: new Map([[first.t, use]]) })
  // The bit also stands for single intervals: it is never taken back.
  if (agreesWithRegister(day, register, limits) === false)
    decided.push({ mask: 0, bits: new Map([[first.t, registerMismatch]]) })
  return decided
}

function windowsOf({ from, to }: Span, hours: number): Span[] {
  const count = Math.max(1, Math.round((to - from) / (hours * HOUR_MS)))
  return Array.from({ length: count }, (_, i) => ({
    from: from + i * hours * HOUR_MS,
    to: i === count - 1 ? to : from + (i + 1) * hours * HOUR_MS
  }))
}

/** Sources of one kind each, few enough to be read in a short slice. */
export function inKinds(sources: readonly SourceRef[]): { kind: ReadingKind; ids: string[] }[] {
  const ids = new Map<ReadingKind, string[]>()
  for (const { kind, id } of sources) {
    const some = ids.get(kind)
    if (some === undefined) ids.set(kind, [id])
    else some.push(id)
  }
  return [...ids].map(([kind, some]) => ({ kind, ids: some }))
}
