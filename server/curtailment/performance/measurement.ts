import type { CurtailmentEvent, Participant } from '../../contract/events.ts'
import { localTime } from '../../contract/localTime.ts'
import type { ParticipantPerformance, Performance } from '../../contract/performance.ts'
import { type BaselineResult, type DayReader, readBaseline } from '../baseline/engine.ts'
import type { BaselineInput } from '../baseline/input.ts'
import { inParallel } from '../inParallel.ts'
import type { EventWindow } from '../slots/eventWindow.ts'
import { type SlotGrid, slotGrid } from '../slots/slotGrid.ts'
import { baselineCache } from './baselineCache.ts'
import { deliveredOf, type Times } from './delivered.ts'
import { type EventFacts, factsOf, type Site } from './facts.ts'
import { dayReaders, metersOf, readOwnDay } from './meters.ts'
import type { LiveBases, LiveBasis, MeasurementNeeds } from './needs.ts'
import { participantPerformance, performanceOf } from './performance.ts'
import { timeTo90 } from './timeTo90.ts'
import { placeboOf } from './uncertainty.ts'
import { chartOf, type Part, partOf, watchWindow } from './watch.ts'

/** How many participants are read at a time. */
const PARALLEL = 4

export interface Measurement {
  /** `isFresh`: nothing remembered is used, as for a result that is kept. Slots that end after `now` are unknown. */
  measure(event: CurtailmentEvent, options: { now: number; isFresh: boolean }): Promise<Performance>
  /** What a running event is watched by: each participant's own part with its baseline, also where it is still to come. */
  basis(event: CurtailmentEvent, now: number): Promise<LiveBases>
  /** What measuring one participant rests on; null: it has no part in the event. */
  participant(event: CurtailmentEvent, customerId: string, now: number): Promise<Prepared | null>
}

/** One participant, ready to be measured by any method. */
export interface Prepared {
  event: CurtailmentEvent
  participant: Participant
  part: Part
  facts: EventFacts
  site: Site
  window: EventWindow & { dayStart: number }
  /** Of its baseline, without the days, which are read as the method asks for them. */
  input(): Promise<Omit<BaselineInput, 'load' | 'temperature'>>
  reader: DayReader
  /** What is shown of the event. */
  chart: readonly Times[]
}

/** Measures events from the meters' readings. What the days before say is remembered, an event's own day is read each time. */
export function createMeasurement(needs: MeasurementNeeds): Measurement {
  const { history, temperature, assessed } = needs
  const local = localTime(needs.timeZone)
  const grids = new Map<number, SlotGrid>()
  const cache = baselineCache()

  const gridOf = (minutes: number): SlotGrid => {
    const grid = grids.get(minutes) ?? slotGrid(local, minutes)
    grids.set(minutes, grid)
    return grid
  }

  /** How the participants of an event are made ready, one by one. */
  async function preparing(event: CurtailmentEvent, now: number) {
    const facts = await factsOf(needs, local, event)
    const grid = gridOf(facts.programme.settlementIntervalMinutes)
    const chart = chartOf(event, grid, now)
    const times = { start: Date.parse(event.start), end: Date.parse(event.end) }
    const readerOf = dayReaders(grid, history, now)
    const weatherOf = dayReaders(grid, weatherHistory(temperature), now)
    const rule = facts.terms.baseline
    const windows = new Map<string, Prepared['window']>()
    const windowOf = (part: Part) => {
      const key = [part.start, part.end, part.notifiedAt].join()
      const window = windows.get(key) ?? watchWindow(grid, times, part, rule.adjustment)
      windows.set(key, window)
      return window
    }
    async function prepare(participant: Participant): Promise<Prepared> {
      const part = partOf(event, participant)
      const site = await facts.siteOf(participant.customerId)
      const window = windowOf(part)
      const { calendar, contract } = site
      const { firmServiceLevelKw } = contract
      const { load } = readerOf(metersOf(participant))
      const weather = temperature && weatherOf([participant.meteringPointId])
      return {
        ...{ event, participant, part, facts, site, window, chart },
        async input() {
          const calls = await facts.callsOf(participant.customerId)
          return { rule, window, calendar, calls, firmServiceLevelKw }
        },
        reader: weather ? { load, temperature: weather.load } : { load }
      }
    }
    return { prepare, facts, grid, chart }
  }

  async function baselineFor(prepared: Prepared, now: number, isFresh: boolean): Promise<BaselineResult> {
    const { event, participant, part, input, reader } = prepared
    if (isFresh) return readBaseline(await input(), reader)
    const { start, end, notifiedAt } = part
    const key = [event.id, participant.customerId, start, end, event.end, notifiedAt].join(' ')
    const isOver = event.state !== 'active' && now >= Date.parse(event.end)
    const known = cache.get(key, now, isOver)
    if (known !== null) return known
    const baseline = await readBaseline(await input(), reader)
    cache.put(key, baseline, now)
    return baseline
  }

  async function measureOne(
    prepared: Prepared,
    now: number,
    isFresh: boolean
  ): Promise<ParticipantPerformance> {
    const { event, participant, part, facts, site, window, chart } = prepared
    const { slots, dayStart } = window
    const baseline = await baselineFor(prepared, now, isFresh)
    const { baselineKw, unadjustedKw, explanation } = baseline
    const own = await readOwnDay(history, metersOf(participant), slots, now)
    const tested = site.enrolmentId === null ? [] : await assessed.placebo(site.enrolmentId)
    const { requestedKw } = participant
    const columns = { slots, baselineKw }
    return participantPerformance(
      participant,
      chart.map(({ start }) => start),
      {
        ...{ ...columns, unadjustedKw, baseline: explanation, meteredKw: own.kw },
        timeTo90Minutes: timeTo90(
          own.meters,
          { start: part.start, end: Math.min(part.end, now) },
          columns,
          requestedKw
        )
      },
      {
        ...{ part, soFar: soFar(part, chart), notifiedAt: part.notifiedAt, dayStart },
        ...{ terms: facts.terms, isDrill: event.isDrill },
        firmServiceLevelKw: site.contract.firmServiceLevelKw,
        placebo: placeboOf(tested, explanation.method, facts.terms.baseline.adjustment)
      }
    )
  }

  async function basisOne(prepared: Prepared, now: number): Promise<LiveBasis> {
    const { participant, part, facts, site, window } = prepared
    const { baselineKw, explanation } = await baselineFor(prepared, now, false)
    const { from, to } = window.event
    const slots = window.slots.slice(from, to)
    const columns = { baselineKw: baselineKw.slice(from, to) }
    const own = await readOwnDay(history, metersOf(participant), slots, now)
    const { deliveredKw } = deliveredOf(slots, part, { ...columns, meteredKw: own.kw }, 0)
    const tested = site.enrolmentId === null ? [] : await assessed.placebo(site.enrolmentId)
    const placebo = placeboOf(tested, explanation.method, facts.terms.baseline.adjustment)
    return { slots, ...columns, deliveredKw, errorShare: placebo?.rrmseShare ?? null }
  }

  return {
    async measure(event, { now, isFresh }) {
      const { prepare, facts, grid, chart } = await preparing(event, now)
      const participants = await inParallel(event.participants.filter(hasPart), PARALLEL, async one =>
        measureOne(await prepare(one), now, isFresh)
      )
      const { start, end } = event
      const { commonErrorShare } = facts
      const t = chart.map(slot => slot.start)
      const shown = { t, intervalMinutes: grid.minutes, start, end, computedAt: now, commonErrorShare }
      return performanceOf(event, shown, participants)
    },
    async basis(event, now) {
      const { prepare, facts } = await preparing(event, now)
      const read = await inParallel(event.participants.filter(hasPart), PARALLEL, async one => {
        const prepared = await prepare(one)
        return [one.customerId, await basisOne(prepared, now)] as const
      })
      return { basis: new Map(read), commonErrorShare: facts.commonErrorShare }
    },
    async participant(event, customerId, now) {
      const participant = event.participants.find(one => one.customerId === customerId)
      if (participant === undefined || !hasPart(participant)) return null
      return (await preparing(event, now)).prepare(participant)
    }
  }
}

/** Its part as far as it is shown: while it runs, the slots that have ended. */
function soFar({ start, end }: Times, chart: readonly Times[]): Times {
  const shownTo = chart.at(-1)?.end ?? start
  return { start, end: Math.max(start, Math.min(end, shownTo)) }
}

/** Called away before its start, it takes part in the other event alone. */
const hasPart = ({ start, end }: Participant) => Date.parse(end) > Date.parse(start)

const weatherHistory =
  (temperature: MeasurementNeeds['temperature']): MeasurementNeeds['history'] =>
  async (meteringPointId, from, to) =>
    (await temperature?.(meteringPointId, from, to)) ?? { t: [], intervalS: [], kw: [] }
