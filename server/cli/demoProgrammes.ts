import { defaultTerms } from '../contract/programmeDefaults.ts'
import type { NewProgramme, ProgrammeTerms } from '../contract/programmes.ts'

/** First and last month of the hot season, 1 January. */
const HOT = { from: 5, to: 8 }
const LAST_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** Pretended: what is paid in the demo is nobody's tariff. */
const DEMO_VND_PER_KWH = 3000

/** The hot season, lengthened to the demo's own month, so that its caps are in force whenever it is tried. */
export function demoSeason(month: number): ProgrammeTerms['season'] {
  const text = (value: number) => String(value).padStart(2, '0')
  const last = Math.max(HOT.to, month)
  return { from: `${text(Math.min(HOT.from, month))}-01`, to: `${text(last)}-${LAST_DAYS[last - 1]}` }
}

/** The programmes of the demo beside the voluntary one: with the default terms of their kind, and caps. `month`: 1 January. */
export function demoProgrammes(month: number): NewProgramme[] {
  const season = demoSeason(month)
  const caps = { season, maxEventsPerSeason: 15, maxHoursPerSeason: 40 }
  const slots = { settlementIntervalMinutes: 5, settleDelayMinutes: 10 }
  return [
    {
      ...{ id: 'khan-cap', name: 'Khẩn cấp', kind: 'emergency', priority: 9 },
      ...slots,
      terms: [{ ...defaultTerms.emergency, ...caps }]
    },
    {
      ...{ id: 'theo-ke-hoach', name: 'Theo kế hoạch, có thưởng', kind: 'planned' },
      ...slots,
      terms: [
        { ...defaultTerms.planned, ...caps, incentive: { vndPerKwh: DEMO_VND_PER_KWH, vndPerKw: null } }
      ]
    }
  ]
}
