import type { Cooling } from '../../contract/registry.ts'

/** Of the winding insulation: normal Kraft paper, or thermally upgraded. */
export const papers = ['normal', 'upgraded'] as const
export type Paper = (typeof papers)[number]

/** The constants of the thermal model, named as in IEC 60076-7. */
export interface ThermalConstants {
  /** Exponent of the losses in the rise of the oil. */
  x: number
  /** Exponent of the load in the rise of the hot spot above the oil. */
  y: number
  /** Load losses at rated load over no-load losses. */
  R: number
  k11: number
  k21: number
  k22: number
  /** Time constant of the oil, minutes; the top oil follows with k11 times it. */
  tauOilMin: number
  /** Time constant of the winding, minutes. */
  tauWindingMin: number
  /** Top oil above ambient at rated load, K. */
  topOilRiseK: number
  /** Hot spot above top oil at rated load, K: hot-spot factor times gradient. */
  hotSpotRiseK: number
}

/**
 * By cooling. x, y, k and the time constants: IEC 60076-7 Table 5, as open implementations carry them (alliander
 * transformer-thermal-model). R and the rises: Table E.1 of the 2005 edition; of ONAN, OF and OD they were not seen in a
 * second place. The plate or a heat-run test of the transformer is better: every one can be given.
 */
export const thermalConstants: Readonly<Record<Cooling, Readonly<ThermalConstants>>> = {
  distribution: {
    ...{ x: 0.8, y: 1.6, R: 5, k11: 1, k21: 1, k22: 2 },
    ...{ tauOilMin: 180, tauWindingMin: 4, topOilRiseK: 55, hotSpotRiseK: 23 }
  },
  ONAN: {
    ...{ x: 0.8, y: 1.3, R: 6, k11: 0.5, k21: 2, k22: 2 },
    ...{ tauOilMin: 210, tauWindingMin: 10, topOilRiseK: 52, hotSpotRiseK: 26 }
  },
  ONAF: {
    ...{ x: 0.8, y: 1.3, R: 6, k11: 0.5, k21: 2, k22: 2 },
    ...{ tauOilMin: 150, tauWindingMin: 7, topOilRiseK: 52, hotSpotRiseK: 26 }
  },
  OF: {
    ...{ x: 1, y: 1.3, R: 6, k11: 1, k21: 1.3, k22: 1 },
    ...{ tauOilMin: 90, tauWindingMin: 7, topOilRiseK: 56, hotSpotRiseK: 22 }
  },
  OD: {
    ...{ x: 1, y: 2, R: 6, k11: 1, k21: 1, k22: 1 },
    ...{ tauOilMin: 90, tauWindingMin: 7, topOilRiseK: 49, hotSpotRiseK: 29 }
  }
}

/** Up to this rating a transformer is one of distribution (IEC 60076-7, 3.1), kVA. */
const DISTRIBUTION_KVA = 2500

/** The cooling where the registry does not say it: by the rating. Power transformers count as the least cooled, ONAN. */
export function coolingOf(ratingKva: number): Cooling {
  return ratingKva <= DISTRIBUTION_KVA ? 'distribution' : 'ONAN'
}

/** What is wrong with constants that were given: each with its name; empty where they can be used. */
export function constantFaults(given: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(thermalConstants.ONAN)
  const faults: string[] = []
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) faults.push(`${name} is no constant: ${names.join(', ')}`)
    else if (typeof value !== 'number' || !Number.isFinite(value)) faults.push(`${name} is no finite number`)
    else if (mayBeZero.includes(name) ? value < 0 : value <= 0) {
      faults.push(
        `${name} is ${value}: it must be ${mayBeZero.includes(name) ? 'zero or more' : 'above zero'}`
      )
    }
  }
  return faults
}

const mayBeZero = ['R', 'topOilRiseK', 'hotSpotRiseK']
