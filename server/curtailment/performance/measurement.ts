import type { BaselineExplanation } from '../../contract/baselines.ts'
import type { CurtailmentEvent } from '../../contract/events.ts'
import type { Performance } from '../../contract/performance.ts'
import { type Adjustment, adjusted, adjustmentOf } from '../baseline/baseline.ts'
import type { BaselineMethod } from '../baseline/baselineMethods.ts'
import { type Basis, EARLIER_MS, readBasis, type Span } from '../baseline/basis.ts'
import { basisCache } from '../baseline/basisCache.ts'
import { inParallel } from '../inParallel.ts'
import { notifiedAt } from '../lifecycle/lifecycle.ts'
import { type DayLayout, type EventWindow, eventWindow, layOut } from '../slots/eventWindow.ts'
import type { SlotGrid } from '../slots/slotGrid.ts'
import { type MeterHistory, slotMeans } from '../slots/slots.ts'
import { participantPerformance, performanceOf } from './performance.ts'

/** How many participants are read at a time. */
const PARALLEL = 4

export interface MeasurementNeeds {
  /** A meter's readings of [from, to), epoch ms. */
  history(meterId: string, from: number, to: number): Promise<MeterHistory>
  holidays: ReadonlySet<string>
  method: BaselineMethod
}

export interface MeasureOptions {
  grid: SlotGrid
  now: number
  /** Nothing remembered is used: for a result that is kept. */
  isFresh: boolean
  /** When else each customer was called; asked for only when needed. */
  otherCalls(): Promise<ReadonlyMap<string, readonly Span[]>>
}

export interface Measurement {
  measure(event: CurtailmentEvent, options: MeasureOptions): Promise<Performance>
}

/** Measures events from the meters' readings. The days before an event are remembered, its own day is read each time. */
export function createMeasurement({ history, holidays, method }: MeasurementNeeds): Measurement {
  const cache = basisCache()

  async function measure(event: CurtailmentEvent, options: MeasureOptions): Promise<Performance> {
    const { grid, now, isFresh, otherCalls } = options
    const start = Date.parse(event.start)
    const end = Date.parse(event.end)
    const noticeAt = notifiedAt(event)
    const window = eventWindow(grid, { start, end, notifiedAt: noticeAt }, method.adjustment)
    const layoutOf = remembered((dates: readonly string[]) => layOut(grid, window, dates))
    const isFinal = event.state === 'final'

    // A kept result counts every slot of the event: one that was never measured is unknown, not forgotten.
    const chart = window.slots
      .map((slot, at) => ({ ...slot, at, isInEvent: slot.start >= start && slot.end <= end }))
      .filter(
        ({ at, ...slot }) => at >= window.chart.from && (slot.end <= now || (isFinal && slot.isInEvent))
      )

    const participants = await inParallel(event.participants, PARALLEL, async participant => {
      const { customerId, meterId } = participant
      const key = [event.id, customerId, start, end, noticeAt].join(' ')
      let basis = isFresh ? null : cache.get(key, now, event.state === 'ended')
      if (basis === null) {
        const needs = { history, method, holidays, local: grid.local, layoutOf }
        basis = await readBasis(needs, meterId, window, (await otherCalls()).get(customerId) ?? [])
        cache.put(key, basis, now)
      }
      const meteredKw = await eventDay(meterId, window, now)
      const adjustment = adjustmentFor(method, basis, meteredKw, window)
      const baselineKw = adjusted(basis.baselineKw, adjustment)
      return participantPerformance(participant, chart, {
        baseline: explanation(method, basis, adjustment, window),
        baselineKw: chart.map(({ at }) => baselineKw[at] ?? null),
        meteredKw: chart.map(({ at }) => meteredKw[at] ?? null)
      })
    })
    return performanceOf(event, grid.minutes, chart, participants, now)
  }

  /** The event's own day: mean kW of the slots that have ended. */
  async function eventDay(meterId: string, { slots }: EventWindow, now: number): Promise<(number | null)[]> {
    const ended = slots.filter(slot => slot.end <= now)
    const first = ended[0]
    const last = ended.at(-1)
    if (first === undefined || last === undefined) return []
    return slotMeans(await history(meterId, first.start - EARLIER_MS, last.end), ended)
  }

  return { measure }
}

function adjustmentFor(
  { adjustment: rule }: BaselineMethod,
  basis: Basis,
  meteredKw: readonly (number | null)[],
  { adjustment: range }: EventWindow
): Adjustment {
  if (basis.problem !== null) return { kind: 'none', note: basis.problem }
  if (rule === null || range === null) return { kind: 'none', note: null }
  if (basis.isDisturbed) {
    return { kind: 'none', note: 'not adjusted: another call fell into the adjustment window' }
  }
  return adjustmentOf(rule, basis.adjustmentKw, meteredKw, range)
}

function explanation(
  { name }: BaselineMethod,
  { daysUsed, daysRejected }: Basis,
  adjustment: Adjustment,
  { slots, adjustment: range }: EventWindow
): BaselineExplanation {
  const time = (t: number | undefined) => (t === undefined ? null : new Date(t).toISOString())
  const isFactor = adjustment.kind === 'multiplicative'
  return {
    method: name,
    daysUsed,
    daysRejected: daysRejected.map(({ day, reason }) => ({ day, reason })),
    factor: isFactor ? adjustment.factor : null,
    factorUncapped: isFactor ? adjustment.uncapped : null,
    factorCapped: isFactor && adjustment.isCapped,
    adjustmentFrom: range && time(slots[range.from]?.start),
    adjustmentTo: range && time(slots[range.to - 1]?.end),
    note: noteOf(adjustment)
  }
}

function noteOf(adjustment: Adjustment): string | null {
  if (adjustment.kind === 'none') return adjustment.note
  if (adjustment.kind === 'additive') return `adjusted by ${adjustment.offsetKw.toFixed(1)} kW`
  return null
}

/** The layout of days is the same for most participants of an event. */
function remembered(layOutDates: (dates: readonly string[]) => DayLayout): typeof layOutDates {
  const known = new Map<string, DayLayout>()
  return dates => {
    const key = dates.join()
    const layout = known.get(key) ?? layOutDates(dates)
    known.set(key, layout)
    return layout
  }
}
