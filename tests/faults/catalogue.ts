import type { Fault } from './fault.ts'
import { clockFaults } from './faults/clocks.ts'
import { duplicates } from './faults/duplicates.ts'
import { failingSyncFault } from './faults/failingSync.ts'
import { flood } from './faults/flood.ts'
import { influxFaults } from './faults/influxOutage.ts'
import { killFaults } from './faults/kill.ts'
import { mosquittoKilled } from './faults/mosquittoKilled.ts'
import { noSpaceFaults } from './faults/noSpace.ts'
import { poison } from './faults/poison.ts'
import { reconnect } from './faults/reconnect.ts'

/** All faults, in the order in which they are run. */
export const faults: readonly Fault[] = [
  ...killFaults,
  ...influxFaults,
  mosquittoKilled,
  duplicates,
  ...noSpaceFaults,
  failingSyncFault,
  poison,
  flood,
  ...clockFaults,
  reconnect
]
