import type { Fault } from './fault.ts'
import { duplicates } from './faults/duplicates.ts'
import { killFaults } from './faults/kill.ts'

/** All faults, in the order in which they are run. */
export const faults: readonly Fault[] = [...killFaults, duplicates]
