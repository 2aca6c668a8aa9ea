import type { ResultList } from '../../contract/performance.ts'
import type { Reward } from '../../contract/rewards.ts'
import type { Language, PrintedBlock, PrintedTable } from './document.ts'
import type { Format } from './format.ts'
import { en } from './words/en.ts'
import { type PrintedWords, vi } from './words/vi.ts'

export const wordsIn = (language: Language): PrintedWords => (language === 'vi' ? vi : en)

/** With what a document is written. */
export interface Pen {
  format: Format
  words: PrintedWords
}

/** A kept result that figures come from. */
export interface Source
  extends Pick<ResultList['results'][number], 'resultVersion' | 'kind' | 'computedAt' | 'sha256'> {
  eventId: string
}

export function proofOf(sources: readonly Source[], { format, words }: Pen): PrintedBlock {
  const { heading, text, kinds, result } = words.proof
  const lines = sources.flatMap(({ eventId, resultVersion, kind, computedAt, sha256 }) => [
    result(eventId, String(resultVersion), kinds[kind], format.moment(Date.parse(computedAt))),
    `SHA-256 ${sha256}`
  ])
  return { is: 'proof', heading, text, lines }
}

/** The foot of each page: what it is, and up to when its data reach. */
export function footOf(what: string, asOf: string, { format, words }: Pen): string {
  const at = Date.parse(asOf)
  return words.proof.foot(what, `${format.moment(at)} ${format.zone(at)}`)
}

/** Columns from their titles: the first ones words, the others numbers. */
export function columnsOf(
  titles: readonly string[],
  weights: readonly number[],
  wordColumns: readonly number[]
): PrintedTable['columns'] {
  return titles.map((title, i) => ({ title, weight: weights[i] ?? 1, isNumber: !wordColumns.includes(i) }))
}

/** What is owed, and what became of it. */
export function rewardLine(reward: Reward, { format, words }: Pen): string {
  const { kind, state, plannedFor } = reward
  const doneAt = reward.history.findLast(step => step.state === 'done')?.at
  const day = state === 'done' && doneAt ? format.date(Date.parse(doneAt)) : null
  const planned = state === 'booked' && plannedFor !== null ? format.day(plannedFor) : null
  return words.event.reward(words.rewardKinds[kind], words.rewardStates[state], day ?? planned)
}

/** The newest of some times (RFC 3339). */
export function newestOf(times: readonly (string | null | undefined)[], otherwise: string): string {
  const known = times.flatMap(time => (time ? Date.parse(time) : []))
  return known.length === 0 ? otherwise : new Date(Math.max(...known)).toISOString()
}
