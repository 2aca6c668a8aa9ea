import type { ParticipantPerformance, Performance } from './performance.ts'

const HOUR_MS = 3_600_000

type Total = Performance['total']

export interface TotalOf {
  participants: readonly ParticipantPerformance[]
  /** Start of each slot. */
  t: readonly number[]
  intervalMinutes: number
  /** Error that all sites share, of their summed baseline. */
  commonErrorShare: number
}

/** How long each slot of a chart is, hours; one that does not fit into its day is shorter. */
export function slotHours(t: readonly number[], intervalMinutes: number): number[] {
  const wholeMs = intervalMinutes * 60_000
  return t.map((at, i) => Math.min(wholeMs, (t[i + 1] ?? Infinity) - at) / HOUR_MS)
}

/**
 * Sums slot by slot over the participants whose baseline and load are both known there; `unknown` counts the others.
 * Delivered: coincident, each in its own part of the event. Average: the energy over the time in which anybody is known.
 * Ratio: what the known ones delivered of what was asked of just them, so that a silent meter is no failure to deliver.
 *
 * Uncertainty: √(Σσᵢ² + (s·ΣB)²), σᵢ and B over that same time (domain reference 4). Who was never tested counts with the
 * mean share of those who were; null where nobody was.
 */
export function performanceTotal({ participants, t, intervalMinutes, commonErrorShare }: TotalOf): Total {
  const hours = slotHours(t, intervalMinutes)
  const sums = t.map((_, i) => sumsOf(participants, i))
  let knownHours = 0
  let deliveredKwh = 0
  let askedKwh = 0
  sums.forEach(({ inPart }, i) => {
    if (inPart.known === 0) return
    const length = hours[i] ?? 0
    knownHours += length
    deliveredKwh += inPart.deliveredKw * length
    askedKwh += inPart.requestedKw * length
  })
  const isKnown = knownHours > 0
  const averageKw = isKnown ? deliveredKwh / knownHours : null
  const uncertaintyKw = isKnown ? totalSigma(participants, hours, knownHours, commonErrorShare) : null
  return {
    requestedKw: participants.reduce((sum, { requestedKw }) => sum + requestedKw, 0),
    baselineKw: sums.map(({ known, baselineKw }) => (known > 0 ? baselineKw : null)),
    meteredKw: sums.map(({ known, meteredKw }) => (known > 0 ? meteredKw : null)),
    deliveredKw: sums.map(({ inPart }) => (inPart.known > 0 ? inPart.deliveredKw : null)),
    unknown: sums.map(({ known }) => participants.length - known),
    deliveredKwh: isKnown ? deliveredKwh : null,
    averageKw,
    ratio: askedKwh > 0 ? deliveredKwh / askedKwh : null,
    uncertaintyKw,
    commonErrorShare,
    isDistinguishable: averageKw === null || uncertaintyKw === null ? null : averageKw >= 2 * uncertaintyKw
  }
}

function sumsOf(participants: readonly ParticipantPerformance[], i: number) {
  const sums = {
    ...{ known: 0, baselineKw: 0, meteredKw: 0 },
    inPart: { known: 0, deliveredKw: 0, requestedKw: 0 }
  }
  for (const participant of participants) {
    const baseline = participant.baselineKw[i] ?? null
    const metered = participant.meteredKw[i] ?? null
    if (baseline === null || metered === null) continue
    sums.known++
    sums.baselineKw += baseline
    sums.meteredKw += metered
    const delivered = participant.deliveredKw[i] ?? null
    if (delivered === null) continue
    sums.inPart.known++
    sums.inPart.deliveredKw += delivered
    sums.inPart.requestedKw += participant.requestedKw
  }
  return sums
}

function totalSigma(
  participants: readonly ParticipantPerformance[],
  hours: readonly number[],
  knownHours: number,
  commonErrorShare: number
): number | null {
  const sites = participants.map(({ deliveredKw, baselineKw, uncertaintyKw }) => {
    const known = baselineOver(deliveredKw, baselineKw, hours)
    const share = uncertaintyKw === null || known.kwh <= 0 ? null : (uncertaintyKw * known.hours) / known.kwh
    return { kw: known.kwh / knownHours, share }
  })
  const tested = sites.filter(({ share }) => share !== null)
  const testedKw = tested.reduce((sum, { kw }) => sum + kw, 0)
  if (testedKw <= 0) return null
  const meanShare = tested.reduce((sum, { kw, share }) => sum + (share ?? 0) * kw, 0) / testedKw
  const own = sites.reduce((sum, { kw, share }) => sum + ((share ?? meanShare) * kw) ** 2, 0)
  const baselineKw = sites.reduce((sum, { kw }) => sum + kw, 0)
  return Math.sqrt(own + (commonErrorShare * baselineKw) ** 2)
}

/** Where the delivery is known. */
function baselineOver(
  deliveredKw: readonly (number | null)[],
  baselineKw: readonly (number | null)[],
  hours: readonly number[]
): { hours: number; kwh: number } {
  const sum = { hours: 0, kwh: 0 }
  deliveredKw.forEach((kw, i) => {
    const baseline = baselineKw[i] ?? null
    if (kw === null || baseline === null) return
    sum.hours += hours[i] ?? 0
    sum.kwh += baseline * (hours[i] ?? 0)
  })
  return sum
}
