import type { readingFields } from '../../server/contract/telemetry.ts'
import type { SourceKind } from './routes.ts'

type Fields = { [Kind in SourceKind]: readonly (typeof readingFields)[Kind][number][] }

/** What a source's page shows, most telling first. */
export const sourceFields: Fields = {
  meter: ['kw', 'kvar', 'v', 'pf', 'kwh', 'q'],
  transformer: ['kw', 'kva', 'kvar', 'oil_c', 'winding_c', 'ambient_c', 'v', 'a', 'tap', 'q'],
  weather: ['temp_c', 'humidity_pct', 'q']
}

const units: Record<Fields[SourceKind][number], string> = {
  kw: 'kW',
  kvar: 'kvar',
  kva: 'kVA',
  v: 'V',
  a: 'A',
  pf: '',
  kwh: 'kWh',
  oil_c: '°C',
  winding_c: '°C',
  ambient_c: '°C',
  tap: '',
  temp_c: '°C',
  humidity_pct: '%',
  q: ''
}

export type SourceField = keyof typeof units
export const unitOf = (field: SourceField) => units[field]
