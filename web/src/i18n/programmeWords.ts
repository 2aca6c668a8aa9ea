import type { Language } from '../format.ts'
import { en } from './programme/en.ts'
import { type ProgrammeWords, vi } from './programme/vi.ts'

/** Apart from the first dictionary: fetched with the pages that say it. */
export const programmeWords: Record<Language, ProgrammeWords> = { vi, en }
