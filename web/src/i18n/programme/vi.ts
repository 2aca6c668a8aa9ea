import { event } from './vi/event.ts'
import { order } from './vi/order.ts'
import { pages } from './vi/pages.ts'
import { plan } from './vi/plan.ts'
import { recognition } from './vi/recognition.ts'
import { register } from './vi/register.ts'
import { result } from './vi/result.ts'

/** Vietnamese of the programme's pages: the source. */
export const vi = { pages, order, plan, event, result, register, recognition }

/** What these pages say, in one language. */
export type ProgrammeWords = typeof vi
