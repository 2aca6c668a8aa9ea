import { type OilError, oilAccuracy } from '../forecast/transformer/oilAccuracy.ts'
import { formOf } from './accuracyForecastCases.ts'
import { readLoads } from './accuracyLoads.ts'
import { onGrid } from './forecastGrid.ts'

export const OIL_FILE = 'ETTh1.csv.gz'
const TRAIN_DAYS = 360
/** The days to be told by, and the first half of them, which others publish. */
const TEST_DAYS = [
  [481, 720],
  [481, 600]
] as const

/** How well the oil temperature of a transformer is forecast for the next 24 hours. */
export interface OilForecastAccuracy {
  file: string
  trainDays: number
  errors: OilError[]
  seconds: number
}

export async function oilForecastAccuracy(folder: string): Promise<OilForecastAccuracy> {
  const started = performance.now()
  const form = {
    ...formOf(OIL_FILE),
    loads: { OT: (cells: Readonly<Record<string, string>>) => Number(cells.OT) }
  }
  const [oil] = await readLoads(folder, form)
  const readings = oil?.readings ?? { t: [], kw: [] }
  const series = { file: OIL_FILE, t: readings.t, values: readings.kw.map(value => value ?? NaN) }
  const { values } = onGrid({ ...series, offsetMinutes: [] })
  const errors = oilAccuracy(values, TEST_DAYS, TRAIN_DAYS)
  return { file: OIL_FILE, trainDays: TRAIN_DAYS, errors, seconds: (performance.now() - started) / 1000 }
}

const methods: Readonly<Record<OilError['method'], string>> = {
  oil: 'forecast',
  last: 'as it is now',
  yesterday: 'yesterday'
}

export function oilLines({ trainDays, errors, seconds }: OilForecastAccuracy): string[] {
  const line = (cells: readonly string[]) =>
    (cells[0] ?? '').padEnd(20) +
    cells
      .slice(1)
      .map(cell => cell.padStart(14))
      .join('')
  return [
    '',
    `Oil temperature of a transformer (ETTh1), 24 hours ahead, trained on ${trainDays} days; root mean square error, K`,
    line(['test days', 'forecast by', 'mean of 24 h', 'together', 'first hour', 'last hour', 'forecasts']),
    ...errors.map(({ method, firstDay, lastDay, forecasts, byHourK, meanK, togetherK }) =>
      line([
        ...[`${firstDay} to ${lastDay}`, methods[method], meanK.toFixed(3), togetherK.toFixed(3)],
        ...[byHourK[0]?.toFixed(3) ?? '', byHourK.at(-1)?.toFixed(3) ?? '', String(forecasts)]
      ])
    ),
    `${seconds.toFixed(1)} s`
  ]
}
