import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Reading } from '../../server/contract/telemetry.ts'
import { reading } from './readings.ts'

type Row = Readonly<Record<string, string>>

function rowsOf(folder: string, name: string): Row[] {
  const text = gunzipSync(readFileSync(join(folder, name))).toString('utf8')
  const [head = '', ...lines] = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  const names = head.split(',')
  return lines.map(line => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((column, i) => [column, cells[i] ?? '']))
  })
}

/** Present members only; kVA as the sum over the phases. */
export function indianTransformer(folder: string): Reading[] {
  return rowsOf(folder, 'distribution_transformer_monitor_india_2019_2020.csv.gz').map(row => {
    const number = (column: string) => (row[column] === '' ? undefined : Number(row[column]))
    const phases = [1, 2, 3].map(phase => (number(`VL${phase}`) ?? NaN) * (number(`IL${phase}`) ?? NaN))
    const va = phases.reduce((sum, one) => sum + one, 0)
    const members = {
      oil_c: number('OTI'),
      ambient_c: number('ATI'),
      v: number('VL1'),
      a: number('IL1'),
      kva: Number.isNaN(va) ? undefined : Math.round(va) / 1000
    }
    const values: Reading['values'] = {}
    for (const [name, value] of Object.entries(members)) if (value !== undefined) values[name] = value
    return reading({ kind: 'transformer', id: 'DT', ts: Date.parse(`${row.local}:00+05:30`), values })
  })
}

const QUARTER_S = 900

/** Means of a quarter of an hour, with a register that is read at the start of each. */
export function steelPlant(folder: string): Reading[] {
  let kwh = 0
  return rowsOf(folder, 'steel_plant_korea_15min_2018.csv.gz').map(row => {
    const ts = Date.parse(`${row.interval_end_local}:00+09:00`) - QUARTER_S * 1000
    const energyKwh = Number(row.kwh_15min)
    const one = reading({
      ts,
      intervalS: QUARTER_S,
      values: { kw: energyKwh * 4, kwh: Math.round(kwh * 100) / 100 }
    })
    kwh += energyKwh
    return one
  })
}
