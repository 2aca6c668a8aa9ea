/**
 * The roll-up of one node over one minute or half-hour; `t` is its start, epoch ms. kw is the mean of what is known,
 * null where nobody reported. A half-hour also has its extremes, and how many of its minutes are known.
 */
export interface LoadRow {
  node: string
  t: number
  kw: number | null
  kwMin?: number | null
  kwMax?: number | null
  known?: number
  reported: number
  expected: number
}
