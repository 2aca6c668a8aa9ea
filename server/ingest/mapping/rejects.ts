import type { Decoded } from '../decode.ts'

/** What is wrong with one item of a message. */
export interface BadItem {
  place: string
  reason: string
  /** The message with this item only; null where it cannot be written. */
  write(): Buffer | null
}

/** One message of trifles must not become a flood: beyond so many the rest share one letter with the whole payload. */
const MOST_LETTERS = 20

/** The dead letters of one message. */
export function rejectsOf(bad: readonly BadItem[], payload: Buffer): Decoded['rejects'] {
  const isFlood = bad.length > MOST_LETTERS
  const alone = isFlood ? bad.slice(0, MOST_LETTERS - 1) : bad
  const rejects = alone.map(({ place, reason, write }) => ({
    reason: said(place, reason),
    payload: write() ?? payload
  }))
  const first = isFlood ? bad[MOST_LETTERS - 1] : undefined
  if (first === undefined) return rejects
  const more = bad.length - alone.length
  return [
    ...rejects,
    { reason: `${more} more items are refused, first ${said(first.place, first.reason)}`, payload }
  ]
}

function said(place: string, reason: string): string {
  return place === '' ? reason : `item ${place}: ${reason}`
}
