import type { LoadStepS, LoadSteps } from './store.ts'

/** A roll-up as a store gives it back; `kwMin`, `kwMax` and `known` only of half-hours. */
export interface StoredLoad {
  t: number
  kw: number | null
  kwMin: number | null
  kwMax: number | null
  known: number | null
  reported: number
  expected: number
}

export function emptyLoad(): LoadSteps {
  return { t: [], kw: [], kwMin: [], kwMax: [], known: [], reported: [], expected: [] }
}

/** Adds a row. Where nothing is known now, the kw of an earlier row may still stand in the store. */
export function appendLoad(steps: LoadSteps, row: StoredLoad, stepS: LoadStepS): void {
  const { t, kw, reported, expected } = row
  const [kwMin, kwMax] = stepS === 60 ? [kw, kw] : [row.kwMin, row.kwMax]
  const known = stepS === 60 ? Number(reported > 0 && kw !== null) : (row.known ?? 0)
  steps.t.push(t)
  steps.kw.push(known > 0 ? kw : null)
  steps.kwMin.push(known > 0 ? kwMin : null)
  steps.kwMax.push(known > 0 ? kwMax : null)
  steps.known.push(known)
  steps.reported.push(reported)
  steps.expected.push(expected)
}
