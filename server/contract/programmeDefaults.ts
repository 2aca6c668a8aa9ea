import type { BaselineRule } from './baselines.ts'
import type { ProgrammeKind, ProgrammeTerms } from './programmes.ts'

/** CAISO's numbers: 10 of 10 with a same-day factor of at most ±20 % (domain reference 3.5). */
export const defaultBaseline: BaselineRule = {
  method: '10of10',
  adjustment: {
    kind: 'multiplicative',
    cap: 0.2,
    fromHours: 4,
    toHours: 1,
    anchor: 'notice',
    basis: 'picked'
  },
  fallback: ['high4of5', 'mid6of10', 'firm-service-level']
}

/** A start that no season is older than. */
const ALWAYS = '2000-01-01'

const voluntary: ProgrammeTerms = {
  from: ALWAYS,
  noticeMinutes: 0,
  responseMinutes: 30,
  minDurationMinutes: null,
  maxDurationMinutes: null,
  season: { from: '01-01', to: '12-31' },
  maxEventsPerSeason: null,
  maxHoursPerSeason: null,
  maxEventsPerDay: null,
  incentive: { vndPerKwh: null, vndPerKw: null },
  creditLimitShare: 1,
  minCreditShare: 0,
  eligibility: {
    minYearlyEnergyKwh: 1_000_000,
    maxReportIntervalMinutes: 30,
    maxRrmseShare: 0.2,
    maxBiasShare: 0.04
  },
  baseline: defaultBaseline
}

/**
 * What a new programme of a kind starts with. The legal numbers of the paid kinds are starting values, not the law:
 * whoever runs the programme puts in the ones of its contract.
 */
export const defaultTerms: Readonly<Record<ProgrammeKind, ProgrammeTerms>> = {
  voluntary,
  planned: { ...voluntary, noticeMinutes: 1440, responseMinutes: 120, ...hours(1, 3) },
  emergency: { ...voluntary, noticeMinutes: 30, ...hours(1, 3) },
  'firm-service-level': {
    ...voluntary,
    noticeMinutes: 30,
    baseline: { method: 'firm-service-level', adjustment: null, fallback: [] }
  }
}

/** Of two overlapping events an emergency goes first. */
export const defaultPriority: Readonly<Record<ProgrammeKind, number>> = {
  voluntary: 1,
  planned: 3,
  'firm-service-level': 5,
  emergency: 9
}

function hours(min: number, max: number) {
  return { minDurationMinutes: min * 60, maxDurationMinutes: max * 60 }
}
