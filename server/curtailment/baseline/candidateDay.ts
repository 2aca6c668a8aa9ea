import { addDays } from '../../contract/localTime.ts'
import type { DayLoads } from '../slots/dayLoads.ts'
import type { EventWindow } from '../slots/eventWindow.ts'

/** What a day says in each slot of an event's window: the same place on the wall clock, a day before or after likewise. */
export function laidOver({ slots, date: eventDate, dayOffsets }: EventWindow, load: DayLoads, date: string) {
  const values = new Float64Array(slots.length).fill(NaN)
  let i = 0
  for (const offset of dayOffsets) {
    const day = load.of(offset === 0 ? date : addDays(date, offset))
    const own = offset === 0 ? eventDate : addDays(eventDate, offset)
    for (let slot = slots[i]; slot?.date === own; slot = slots[++i]) values[i] = day?.[slot.index] ?? NaN
  }
  return values
}
