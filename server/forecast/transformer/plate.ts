import type { Cooling } from '../../contract/registry.ts'
import { coolingOf, type Paper, type ThermalConstants, thermalConstants } from './constants.ts'

/** A transformer as its plate and the registry describe it. */
export interface TransformerPlate {
  ratingKva: number
  cooling: Cooling
  paper: Paper
  constants: ThermalConstants
  /** kW over kVA where only kW is known. */
  powerFactor: number
  /** How long a load or an ambient temperature holds beyond its end, minutes: three report intervals. */
  holdMin: number
}

/** From this power factor on the utility asks for nothing more; where it is not measured the load counts with it. */
export const ASSUMED_POWER_FACTOR = 0.9
const HOLD_MIN = 30

/** What is not given is taken by the rating, or as the constants say; normal paper ages faster, so it is the assumption. */
export function plateOf(given: {
  ratingKva: number
  cooling?: Cooling | null
  paper?: Paper | null
  constants?: Partial<ThermalConstants>
  powerFactor?: number
  holdMin?: number
}): TransformerPlate {
  const cooling = given.cooling ?? coolingOf(given.ratingKva)
  return {
    ratingKva: given.ratingKva,
    cooling,
    paper: given.paper ?? 'normal',
    constants: { ...thermalConstants[cooling], ...given.constants },
    powerFactor: given.powerFactor ?? ASSUMED_POWER_FACTOR,
    holdMin: given.holdMin ?? HOLD_MIN
  }
}

type Maybe = number | null | undefined

/** Load over rating, from kVA; else from kW and kvar; else from kW and the assumed power factor. null: none is known. */
export function loadPuOf(
  plate: TransformerPlate,
  { kva, kw, kvar }: { kva?: Maybe; kw?: Maybe; kvar?: Maybe }
): number | null {
  const apparent =
    kva ?? (kw == null ? null : kvar == null ? Math.abs(kw) / plate.powerFactor : Math.hypot(kw, kvar))
  return apparent === null ? null : Math.abs(apparent) / plate.ratingKva
}

/** Ambient temperature: its own sensor; else the weather station's, plus how much warmer the place is, K. */
export function ambientOf(ownC: number | null, stationC: number | null, surchargeK = 0): number | null {
  return ownC ?? (stationC === null ? null : stationC + surchargeK)
}
