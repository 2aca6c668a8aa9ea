import type { BaselineExplanation } from '../contract/baselines.ts'
import type { ParticipantPerformance, Performance } from '../contract/performance.ts'

/** Nothing was known of it: the share that is assumed where it was not tested. */
const FORMER_COMMON_ERROR = 0.05

type Rejected = BaselineExplanation['daysRejected'][number]
/** Before results had versions, a result was kept with less of everything. */
type FormerBaseline = Partial<BaselineExplanation> &
  Pick<BaselineExplanation, 'daysUsed' | 'factor' | 'factorUncapped' | 'factorCapped'>
type FormerParticipant = Partial<ParticipantPerformance> &
  Pick<ParticipantPerformance, 'customerId' | 'requestedKw'>

/** One of a result as it was kept before; without a version of its own. */
export const isFormer = ({ resultVersion }: Partial<Performance>): boolean => resultVersion === undefined

/**
 * A result that an earlier version of Gridload kept, in the words of today: what was not measured then is unknown.
 * Its text and checksum stay as they were. `committedKw` by customer is from the event.
 */
export function inWordsOfToday(
  former: Performance,
  resultVersion: number,
  committedKw: ReadonlyMap<string, number>
): Performance {
  return {
    ...former,
    isDrill: false,
    resultVersion,
    participants: former.participants.map((one: FormerParticipant) => ({
      ...(one as ParticipantPerformance),
      committedKw: committedKw.get(one.customerId) ?? one.requestedKw,
      acceptedKw: null,
      baseline: baselineOf(one.baseline ?? null),
      ...{ sustainedKw: null, timeTo90Minutes: null, excessKw: null, preload: null, rebound: null },
      ...{ uncertaintyKw: null, credit: null, signs: [] }
    })),
    total: {
      ...former.total,
      uncertaintyKw: null,
      commonErrorShare: FORMER_COMMON_ERROR,
      isDistinguishable: null
    }
  }
}

/** There was one method then: 10 of 10 with a same-day factor. */
function baselineOf(former: FormerBaseline | null): BaselineExplanation | null {
  if (former === null) return null
  const { daysRejected = [], adjustmentFrom = null, adjustmentTo = null, note = null } = former
  return {
    ...former,
    method: '10of10',
    insteadOf: [],
    daysRejected: daysRejected.map(({ day, reason }) => ({ day, reason, cause: causeOf(reason) })),
    ...{ offsetKw: null, adjustmentFrom, adjustmentTo, note, dataHash: null }
  }
}

/** By the words it was given in. */
function causeOf(reason: string): Rejected['cause'] {
  if (reason === 'holiday') return 'holiday'
  if (reason === 'event day') return 'event'
  return reason.startsWith('low usage') ? 'low-usage' : 'gaps'
}
