import { setImmediate as breath } from 'node:timers/promises'
import type { EligibilityReport, EligibilityRequest } from '../../contract/enrolments.ts'
import { type Enrolment, plainContract } from '../../contract/enrolments.ts'
import { addDays, localTime } from '../../contract/localTime.ts'
import { termsOn } from '../../contract/programmes.ts'
import { siteCalendar } from '../calendar/dayTypes.ts'
import { type Outcome, refuse } from '../needs.ts'
import { slotGrid } from '../slots/slotGrid.ts'
import type { MeterHistory } from '../slots/slots.ts'
import type { Assessing, AssessmentNeeds } from './assessmentNeeds.ts'
import { eligibleBelow } from './eligibility.ts'
import { eligibilityReport } from './eligibilityReport.ts'
import { type KeptAssessment, keptAssessments, toKept } from './keptAssessments.ts'
import { ASSESSED_DAYS, assessmentSteps, type SiteAssessment } from './siteAssessment.ts'
import { HALF_HOUR_MS, summedLoad, yearlyEnergy } from './siteLoad.ts'

const DAY_MS = 86_400_000
/** A class holds so long where it rests on enough days. */
const HOLDS_MS = 7 * DAY_MS
const ENOUGH_DAYS = 20
/** Else more of the past may be on its way: it is looked at again after a minute, two, four … up to a day. */
const FIRST_LOOK_MS = 60_000
const LONGEST_LOOK_MS = DAY_MS
/** One that could not be assessed lets the others go first. */
const POSTPONE_MS = 3_600_000
/** Read at a time. */
const PIECE_MS = 30 * DAY_MS
const SCOPE = 'enrolment '

/**
 * Assesses customers on their own half-hours, one after another, and remembers what was found. What is in the records holds
 * over a restart; `step` goes on with whoever waits longest.
 */
export function createAssessing(needs: AssessmentNeeds): Assessing {
  const { enrolments, programmes, registry, assessments, now } = needs
  const grid = slotGrid(localTime(needs.timeZone), HALF_HOUR_MS / 60_000)
  const { local } = grid
  const kept = keptAssessments()
  const postponed = new Map<string, number>()
  /** Looks since the start that found less than enough days. */
  const looks = new Map<string, number>()
  let reading: Promise<void> | null = null

  /** Reads the records once; after a fault again. */
  function known(): Promise<void> {
    reading ??= (async () => {
      for (const { scope, at, value } of await assessments.list(SCOPE)) {
        if (isKept(value)) kept.set(scope.slice(SCOPE.length), at, value)
      }
    })().catch(error => {
      reading = null
      throw error
    })
    return reading
  }

  async function loadOf(points: readonly string[], days: number): Promise<MeterHistory> {
    const to = local.dayStart(local.date(now()))
    const loads = []
    for (const point of points) {
      const t: number[] = []
      const kw: (number | null)[] = []
      for (let from = local.dayStart(addDays(local.date(now()), -days)); from < to; from += PIECE_MS) {
        const piece = await needs.halfHours(point, from, Math.min(to, from + PIECE_MS))
        for (const [i, start] of piece.t.entries()) {
          t.push(start)
          kw.push(piece.kw[i] ?? null)
        }
      }
      loads.push({ t, kw })
    }
    return summedLoad(loads)
  }

  /** The thread is given back after each rule: thousands of pretended days take a second. */
  async function assess(
    site: { customerId: string; workDays: readonly number[]; meteringPointId: string },
    load: MeterHistory,
    programmeId: string
  ): Promise<SiteAssessment | null> {
    const programme = (await programmes.list()).find(({ id }) => id === programmeId)
    if (programme === undefined) return null
    const today = local.date(now())
    const off = await needs.daysOff(addDays(today, -ASSESSED_DAYS), today)
    const from = local.dayStart(addDays(today, -ASSESSED_DAYS))
    const steps = assessmentSteps({
      load,
      temperature: await needs.temperature(site.meteringPointId, from, local.dayStart(today)),
      calendar: siteCalendar({ workDays: site.workDays, ...off }),
      calls: await needs.calls(site.customerId, now() - (ASSESSED_DAYS + 1) * DAY_MS),
      terms: termsOn(programme, today),
      grid,
      now: now()
    })
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value
      await breath()
    }
  }

  async function eligibility(request: EligibilityRequest): Promise<Outcome<EligibilityReport>> {
    const programme = (await programmes.list()).find(({ id }) => id === request.programmeId)
    if (programme === undefined) return refuse(422, `there is no programme ${request.programmeId}`)
    const byId = new Map((await registry.nodes()).map(node => [node.id, node]))
    const points = request.meteringPointIds.flatMap(id => byId.get(id) ?? [])
    const strange = request.meteringPointIds.filter(id => byId.get(id)?.kind !== 'meteringPoint')
    if (strange.length > 0) return refuse(422, `no metering point: ${strange.join(', ')}`)
    const year = await loadOf(request.meteringPointIds, 366)
    const site = {
      customerId: request.customerId,
      meteringPointId: request.meteringPointIds[0] ?? '',
      workDays: request.workDays ?? plainContract.workDays
    }
    const assessment = await assess(site, year, programme.id)
    if (assessment === null) return refuse(422, `there is no programme ${request.programmeId}`)
    const today = local.dayStart(local.date(now()))
    const terms = termsOn(programme, local.date(now()))
    const week = year.t.filter((t, i) => t >= today - 7 * DAY_MS && (year.kw[i] ?? null) !== null).length
    return {
      ok: true,
      value: eligibilityReport(request, programme, terms, {
        points,
        energy: yearlyEnergy(year, today),
        predictability: assessment.predictability,
        reportedShare: Math.min(1, week / (7 * 48))
      })
    }
  }

  async function step(): Promise<boolean> {
    await known()
    const standing = await enrolments.list()
    const ids = new Set(standing.map(({ id }) => id))
    kept.retain(ids)
    for (const id of looks.keys()) if (!ids.has(id)) looks.delete(id)
    const waits = standing
      .map(enrolment => ({ enrolment, at: dueSince(enrolment) }))
      .filter(({ at }) => at <= now())
      .sort((a, b) => (a.at === b.at ? (a.enrolment.id < b.enrolment.id ? -1 : 1) : a.at - b.at))
    const [first] = waits
    if (first === undefined) return false
    const { id } = first.enrolment
    postponed.set(id, now() + POSTPONE_MS)
    await assessEnrolment(first.enrolment)
    postponed.delete(id)
    return waits.length > 1
  }

  async function assessEnrolment({ id, ...enrolment }: Enrolment): Promise<void> {
    const { customerId, programmeId, meteringPointId, contract } = enrolment
    const points = [meteringPointId, ...contract.furtherMeteringPointIds]
    const at = now()
    const load = await loadOf(points, ASSESSED_DAYS)
    const site = { customerId, workDays: contract.workDays, meteringPointId }
    const assessment = await assess(site, load, programmeId)
    if (assessment === null) throw new Error(`${id}: its programme ${programmeId} is gone`)
    const value = toKept(assessment)
    await assessments.put({ scope: SCOPE + id, at, value, predictability: assessment.predictability })
    kept.set(id, at, value)
    looks.set(id, (looks.get(id) ?? -1) + 1)
  }

  /** Epoch ms from which an enrolment should be assessed; a new one's past may be on its way too. */
  function dueSince({ id, since }: Pick<Enrolment, 'id' | 'since'>): number {
    const state = kept.state(id)
    const after = postponed.get(id)
    if (after !== undefined) return after
    if (state === null) return Date.parse(since) + FIRST_LOOK_MS
    if (state.days >= ENOUGH_DAYS) return state.at + HOLDS_MS
    return state.at + Math.min(LONGEST_LOOK_MS, FIRST_LOOK_MS * 2 ** (looks.get(id) ?? 0))
  }

  return {
    eligibility,
    step,
    async placebo(enrolmentId) {
      return (await assessments.get(SCOPE + enrolmentId))?.predictability?.methods ?? []
    },
    async commonError(nodeId) {
      await known()
      const below = eligibleBelow(await registry.nodes(), await enrolments.list(), nodeId, now())
      return kept.commonError(below.map(({ enrolment }) => enrolment.id))
    },
    async foretelling({ start, end }) {
      await known()
      const slots = grid.between(start, end)
      const workDays = new Map((await enrolments.list()).map(({ id, contract }) => [id, contract.workDays]))
      const off = await needs.daysOff(local.date(start), local.date(end))
      const calendars = new Map<string, ReturnType<typeof siteCalendar>>()
      const calendarOf = (days: readonly number[]) => {
        const calendar = calendars.get(days.join()) ?? siteCalendar({ workDays: days, ...off })
        calendars.set(days.join(), calendar)
        return calendar
      }
      return {
        baselineKw: id => kept.baselineKw(id, slots, calendarOf(workDays.get(id) ?? plainContract.workDays)),
        commonError: kept.commonError
      }
    }
  }
}

/** The records outlive the program: what another version kept is assessed anew. */
function isKept(value: unknown): value is KeptAssessment {
  const kept = value as Partial<KeptAssessment> | null
  return typeof kept === 'object' && Array.isArray(kept?.days) && Array.isArray(kept.profile?.working)
}
