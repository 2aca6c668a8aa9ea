/**
 * A reading: what one meter, transformer or weather station said about one moment or interval.
 *
 *   interval_s = 900:   ts ├───────── mean over ─────────┤ ts + 900 s
 *   interval_s = 0:     ts ●  instantaneous
 */

export const readingKinds = ['meter', 'transformer', 'weather', 'forecast'] as const
export type ReadingKind = (typeof readingKinds)[number]

/**
 * The members a reading of each kind may carry, as spelt on the wire and in the stores.
 * kw import positive · kvar · v volts · pf −1…1 · kwh register · kva · *_c °C · a amperes · tap position ·
 * humidity_pct % · q the sender's own quality flag.
 */
export const readingFields = {
  meter: ['kw', 'kvar', 'v', 'pf', 'kwh', 'q'],
  transformer: ['kw', 'kva', 'kvar', 'oil_c', 'winding_c', 'ambient_c', 'v', 'a', 'tap', 'q'],
  weather: ['temp_c', 'humidity_pct', 'q'],
  forecast: ['temp_c', 'humidity_pct', 'q']
} as const satisfies Record<ReadingKind, readonly string[]>

export interface Reading {
  kind: ReadingKind
  id: string
  /** Start of the interval, or the moment: epoch milliseconds. */
  ts: number
  /** When a forecast was made: epoch milliseconds. null for everything that is not a forecast. */
  issued: number | null
  /** Length of the interval in seconds over which the values are means; 0 for instantaneous values. */
  intervalS: number
  /** Our own verdict, as bits; 0 where nothing was found against it. */
  quality: number
  /** Only what is known: an absent or null member of the payload is absent here. */
  values: Partial<Record<string, number>>
}
