import type { LocalTime } from '../../../contract/localTime.ts'
import { type TransformerState, type TransformerView, viewOf } from '../live.ts'
import type { TransformerPlate } from '../plate.ts'

/** What one local day came to. */
export interface LivedDay {
  day: string
  /** Days of insulation life. */
  lifeUsedDays: number
  knownHours: number
  maxHotSpotC: number | null
  maxTopOilC: number | null
  /** At the ends of its samples: the oil is watched by them. */
  views: TransformerView[]
}

/** Notes the states that follow each other, for the days asked for; days without any known hour are there, too. */
export interface DayBook {
  take(state: TransformerState): void
  days(): LivedDay[]
}

export function openDayBook(plate: TransformerPlate, days: readonly string[], local: LocalTime): DayBook {
  const noted = new Map<string, LivedDay>(days.map(day => [day, emptyDay(day)]))
  return {
    take(state) {
      for (const span of [state.life.lastDay, state.life.day]) {
        const lived = noted.get(span?.span ?? '')
        if (lived === undefined || span === null) continue
        lived.lifeUsedDays = span.lostHours / 24
        lived.knownHours = span.knownHours
      }
      // The end of an interval belongs to the day that it ends.
      const lived = noted.get(local.date(state.t - 1))
      if (lived === undefined) return
      const view = viewOf(plate, state)
      lived.maxHotSpotC = highest(lived.maxHotSpotC, view.hotSpotC)
      lived.maxTopOilC = highest(lived.maxTopOilC, view.topOilC)
      lived.views.push(view)
    },
    days: () => [...noted.values()]
  }
}

const emptyDay = (day: string): LivedDay => ({
  ...{ day, lifeUsedDays: 0, knownHours: 0, maxHotSpotC: null, maxTopOilC: null, views: [] }
})

function highest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.max(a, b)
}
