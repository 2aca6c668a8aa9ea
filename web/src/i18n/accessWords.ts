import type { Language } from '../format.ts'
import { en } from './access/en.ts'
import { type AccessWords, vi } from './access/vi.ts'

/** Apart from the first dictionary: fetched with the pages that say it. */
export const accessWords: Record<Language, AccessWords> = { vi, en }
