import type { Language } from '../format.ts'
import { en } from './admin/en.ts'
import { type AdminWords, vi } from './admin/vi.ts'

/** Apart from the first dictionary: fetched with the pages that say it. */
export const adminWords: Record<Language, AdminWords> = { vi, en }
