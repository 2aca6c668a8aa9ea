import type { Language } from '../format.ts'
import { en } from './foresight/en.ts'
import { type ForesightWords, vi } from './foresight/vi.ts'

/** Apart from the first dictionary: fetched with the pages that say it. */
export const foresightWords: Record<Language, ForesightWords> = { vi, en }
