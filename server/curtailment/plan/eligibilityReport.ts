import type { EligibilityReport, EligibilityRequest, Predictability } from '../../contract/enrolments.ts'
import type { Programme, ProgrammeTerms } from '../../contract/programmes.ts'
import type { GridNode } from '../../contract/registry.ts'
import { percent } from './candidate.ts'
import type { YearlyEnergy } from './siteLoad.ts'

type Check = EligibilityReport['checks'][number]

/** What was found of somebody who wants to take part. */
export interface Found {
  points: readonly GridNode[]
  energy: YearlyEnergy
  predictability: Predictability
  /** Known half-hours of the last week, as a share. */
  reportedShare: number
}

const REMOTE_SHARE = 0.9
const HALF_HOUR_MIN = 30

/**
 * Each check with what was found and what the programme asks. Null: it cannot be known yet. Who uses too little, or is not
 * read often enough, cannot take part; who only cannot be foretold is offered a firm service level, which needs no baseline.
 */
export function eligibilityReport(
  { programmeId, customerId }: Pick<EligibilityRequest, 'programmeId' | 'customerId'>,
  { kind }: Pick<Programme, 'kind'>,
  { eligibility }: Pick<ProgrammeTerms, 'eligibility'>,
  found: Found
): EligibilityReport {
  const energy = energyCheck(found.energy, eligibility.minYearlyEnergyKwh)
  const remote = remoteCheck(found, eligibility.maxReportIntervalMinutes)
  const isLevel = kind === 'firm-service-level'
  const predictable = predictabilityCheck(found.predictability, eligibility, isLevel)
  const checks = [energy, remote, predictable]
  const isUnfit = energy.passed === false || remote.passed === false
  const isUnforetold = predictable.passed === false || found.predictability.class === 'C'
  return {
    programmeId,
    customerId,
    checks,
    eligible: checks.some(({ passed }) => passed === false)
      ? false
      : checks.some(({ passed }) => passed === null)
        ? null
        : true,
    predictability: found.predictability,
    offer: isUnfit ? 'none' : isUnforetold && !isLevel ? 'firm-service-level' : 'as-asked',
    meanKw: found.energy.meanKw
  }
}

function energyCheck({ kwh, days, isExtrapolated }: YearlyEnergy, limit: number | null): Check {
  const check = { check: 'yearly-energy', found: kwh, limit, unit: 'kWh' } as const
  const measured =
    kwh === null
      ? `only ${days} days were measured, too few to tell a year from`
      : `${whole(kwh)} kWh a year, ${isExtrapolated ? `extrapolated from ${days} measured days` : 'measured'}`
  if (limit === null) return { ...check, passed: true, text: `${measured}; no least energy is asked` }
  return {
    ...check,
    passed: kwh === null ? null : kwh >= limit,
    text: `${measured}; at least ${whole(limit)} kWh is asked`
  }
}

/** By the registered report interval of the slowest meter or, where none is registered, by the half-hours that came. */
function remoteCheck({ points, reportedShare }: Found, limit: number | null): Check {
  const check = { check: 'remote-metering', limit, unit: 'min' } as const
  const unmetered = points.filter(({ meter }) => meter === null).map(({ id }) => id)
  if (unmetered.length > 0) {
    return { ...check, passed: false, found: null, text: `without a meter: ${unmetered.join(', ')}` }
  }
  const asked = limit === null ? 'no interval is asked' : `at most ${limit} min is asked`
  const registered = points.map(({ reportIntervalS }) => reportIntervalS)
  if (registered.every(interval => interval !== null)) {
    const minutes = Math.max(...registered) / 60
    return {
      ...check,
      passed: limit === null || minutes <= limit,
      found: minutes,
      text: `its meters report every ${minutes} min; ${asked}`
    }
  }
  const came = `${percent(reportedShare)} of the last week's half-hours came in`
  const isRead = reportedShare >= REMOTE_SHARE
  return {
    ...check,
    passed: limit === null || (isRead && limit >= HALF_HOUR_MIN ? true : null),
    found: isRead ? HALF_HOUR_MIN : null,
    text: `no report interval is registered; ${came}; ${asked}`
  }
}

function predictabilityCheck(
  { class: kind, best, methods }: Predictability,
  { maxRrmseShare, maxBiasShare }: ProgrammeTerms['eligibility'],
  isLevel: boolean
): Check {
  const check = { check: 'predictability', limit: maxRrmseShare, unit: 'share' } as const
  const found = best?.rrmseShare ?? null
  const asked = `an RRMSE of at most ${percent(maxRrmseShare)} is asked, with a bias within ${percent(maxBiasShare)}`
  if (kind === null) {
    const days = Math.max(0, ...methods.map(one => one.days))
    const text = `too little history: no method could be tried on more than ${days} days; ${asked}`
    return isLevel ? { ...check, passed: true, found, text: LEVEL } : { ...check, passed: null, found, text }
  }
  const text =
    best === null
      ? `class ${kind}: every method is biased beyond the limit; ${asked}`
      : `class ${kind}: ${best.method} errs by ${percent(best.rrmseShare ?? 0)} over ${best.days} days, bias ${percent(best.biasShare ?? 0)}; ${asked}`
  if (isLevel) return { ...check, passed: true, found, text: `${LEVEL}; ${text}` }
  return { ...check, passed: found !== null && found <= maxRrmseShare, found, text }
}

const LEVEL = 'a firm service level needs no forecast'
const whole = (kwh: number) => Math.round(kwh).toString()
