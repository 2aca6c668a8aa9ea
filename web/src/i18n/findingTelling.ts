import type { Finding } from '../../../server/contract/findings.ts'
import type { Format } from '../format.ts'
import type { Words } from './vi.ts'

/** A fact by its name; null: unknown. */
export type Fact = (name: string) => number | null

/** One statement; null: nothing is known to say. */
export type FindingPart = string | null

/** How a kind of finding says why. */
export type Telling = (
  fact: Fact,
  words: Words['findings'],
  format: Format,
  finding: Finding
) => FindingPart[]
