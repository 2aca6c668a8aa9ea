import type { LoadRow, LoadStepS } from '../store.ts'

/** The measurement of each step. */
export const loadMeasurement: Readonly<Record<LoadStepS, string>> = { 60: 'load', 1800: 'load_30m' }

/** `load,node=F1 kw=12,reported=3,expected=3 1700000000000\n`; without what is null. */
export function loadLine(
  { node, t, kw, kwMin, kwMax, known, reported, expected }: LoadRow,
  stepS: LoadStepS
): Buffer {
  const members = stepS === 60 ? { kw } : { kw, kw_min: kwMin, kw_max: kwMax, known: known ?? 0 }
  let fields = ''
  for (const [name, value] of Object.entries(members))
    if (typeof value === 'number') fields += `${name}=${value},`
  const tag = node.replace(/[,= \\]/g, '\\$&')
  const series = `${loadMeasurement[stepS]},node=${tag}`
  return Buffer.from(`${series} ${fields}reported=${reported},expected=${expected} ${t}\n`)
}
