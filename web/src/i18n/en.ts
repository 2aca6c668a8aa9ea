import { customers } from './en/customers.ts'
import { data } from './en/data.ts'
import { events } from './en/events.ts'
import { findings } from './en/findings.ts'
import { grid } from './en/grid.ts'
import { shell } from './en/shell.ts'
import type { Words } from './vi.ts'

/** English: the same members as the Vietnamese source, or it does not compile. */
export const en: Words = { ...shell, ...grid, ...findings, ...events, ...customers, ...data }
