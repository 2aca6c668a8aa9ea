import { customers } from './vi/customers.ts'
import { data } from './vi/data.ts'
import { events } from './vi/events.ts'
import { findings } from './vi/findings.ts'
import { grid } from './vi/grid.ts'
import { shell } from './vi/shell.ts'

/** Vietnamese: the source. Every other language must have the same members. */
export const vi = { ...shell, ...grid, ...findings, ...events, ...customers, ...data }

/** What a screen says, in one language. */
export type Words = typeof vi
