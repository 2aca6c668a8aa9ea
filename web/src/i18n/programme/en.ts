import { event } from './en/event.ts'
import { order } from './en/order.ts'
import { pages } from './en/pages.ts'
import { plan } from './en/plan.ts'
import { recognition } from './en/recognition.ts'
import { register } from './en/register.ts'
import { result } from './en/result.ts'
import type { ProgrammeWords } from './vi.ts'

export const en: ProgrammeWords = { pages, order, plan, event, result, register, recognition }
