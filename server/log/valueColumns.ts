/** Every member that a reading of any kind may carry; its place here is its column in `values`. */
export const valueNames = [
  'kw',
  'kva',
  'kvar',
  'v',
  'a',
  'pf',
  'kwh',
  'tap',
  'oil_c',
  'winding_c',
  'ambient_c',
  'temp_c',
  'humidity_pct',
  'q'
] as const
export type ValueName = (typeof valueNames)[number]
export const VALUE_COUNT = valueNames.length

/** The column of each member. */
export const valueColumn = Object.fromEntries(valueNames.map((name, column) => [name, column])) as Readonly<
  Record<ValueName, number>
>
