import type { ReadingKind } from '../../contract/telemetry.ts'
import { type ObisCode, parseObis } from './obisCode.ts'

/** A member is `plus`, less `minus` where that is there. */
export interface ObisSource {
  plus: ObisCode
  minus: ObisCode | null
}

const from = (plus: string, minus?: string): ObisSource => ({
  plus: parseObis(plus) ?? 0,
  minus: minus === undefined ? null : parseObis(minus)
})

/** Net power, else import less export. */
const kw = [from('16.7.0'), from('1.7.0', '2.7.0')]
const kvar = [from('3.7.0', '4.7.0')]
/** The voltage of L1 stands for the connection: a mean would hide a phase that has failed. */
const v = [from('32.7.0')]

/** Which codes a member is read from where the mapping does not say; the first that is there. */
export const obisDefaults: Record<ReadingKind, Readonly<Record<string, readonly ObisSource[]>>> = {
  meter: { kw, kvar, v, pf: [from('13.7.0')], kwh: [from('1.8.0')] },
  transformer: { kw, kva: [from('9.7.0')], kvar, v, a: [from('31.7.0')] },
  weather: {},
  forecast: {}
}
