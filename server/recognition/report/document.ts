/** A document to be printed: what stands in it, in order, with every number in words already. It knows no fonts and no paper. */
export type Language = 'vi' | 'en'

/** A table: a heading each column; the rows in order. */
export interface PrintedTable {
  is: 'table'
  /** Read out before it; shown above it. */
  caption: string
  /** `weight`: its share of the width. */
  columns: readonly { title: string; isNumber: boolean; weight: number }[]
  rows: readonly (readonly string[])[]
  /** The last row: sums. */
  total: readonly string[] | null
}

/** Load against baseline over the slots of an event; `t` epoch ms. */
export interface PrintedCurve {
  is: 'curve'
  /** What it shows, in words: for who cannot see it. */
  alt: string
  t: readonly number[]
  slotMs: number
  baselineKw: readonly (number | null)[]
  meteredKw: readonly (number | null)[]
  /** Baseline less what was asked, where it was asked. */
  targetKw: readonly (number | null)[]
  /** The event. */
  from: number
  to: number
  timeTicks: readonly { at: number; text: string }[]
  /** Text of a tick of the power axis. */
  powerTicks: readonly { kw: number; text: string }[]
  unit: string
  names: { baseline: string; metered: string; target: string; delivered: string }
}

/** A bar a row; `mark` is a line across it, such as what was asked. */
export interface PrintedBars {
  is: 'bars'
  alt: string
  rows: readonly { label: string; value: number | null; text: string; mark: number | null }[]
  names: { value: string; mark: string | null }
}

export type PrintedBlock =
  | { is: 'masthead'; over: string; title: string; lead: string; banner: string | null }
  | { is: 'heading'; text: string }
  | { is: 'text'; text: string }
  | { is: 'figures'; figures: readonly { label: string; value: string; unit: string; note: string }[] }
  | { is: 'facts'; rows: readonly { label: string; value: string }[] }
  | { is: 'signatures'; caption: string; lines: readonly { role: string; hint: string }[] }
  | { is: 'proof'; heading: string; text: string; lines: readonly string[] }
  | PrintedTable
  | PrintedCurve
  | PrintedBars

export interface PrintedDocument {
  language: Language
  /** Of the window and the file; ids and plain words, no names. */
  title: string
  fileName: string
  /** When the newest of its data came to be: RFC 3339. */
  createdAt: string
  /** At the foot of each page. */
  foot: string
  /** `{page}` and `{pages}` are put in. */
  pageWords: string
  blocks: readonly PrintedBlock[]
}
