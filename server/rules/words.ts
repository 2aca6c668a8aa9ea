/** Made at the first use: it brings half a megabyte of tables along. */
let format: Intl.NumberFormat | null = null
const inFull = (value: number): string => {
  format ??= new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })
  return format.format(value)
}

/** `9,512 kW`; for summaries, which logs and machines read. */
export const kw = (value: number | null): string => amount(value, 'kW')
export const kva = (value: number | null): string => amount(value, 'kVA')
export const percent = (share: number | null): string =>
  share === null ? 'unknown' : `${inFull(share * 100)} %`

function amount(value: number | null, unit: string): string {
  if (value === null) return `unknown ${unit}`
  return Math.abs(value) < 10 ? `${value.toFixed(2)} ${unit}` : `${inFull(value)} ${unit}`
}
