/** How well the forecasts do on the measured loads beside a checkout. */
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Environment } from '../config.ts'
import { type ForecastCase, forecastCases } from './accuracyForecastCases.ts'
import { foretoldOf, noise } from './accuracyForecastNoise.ts'
import { OIL_FILE, type OilForecastAccuracy, oilForecastAccuracy, oilLines } from './accuracyForecastOil.ts'
import { readLoads, sharedData } from './accuracyLoads.ts'
import { type Command, CommandFailure, exitCodes, main, type Output, WrongCommand } from './command.ts'
import { compare, type ForecastScene } from './forecastComparison.ts'
import { datesFrom, testRows } from './forecastDays.ts'
import { onGrid } from './forecastGrid.ts'
import { type Refit, refitOf } from './forecastModel.ts'
import { progressOf } from './forecastProgress.ts'
import { type ScoredModel, scoreLines } from './forecastTable.ts'

const OIL = 'etth1'
const names = [...forecastCases.map(({ name }) => name), OIL]

const usage = `Usage: npm run -s accuracy:forecast -- [--only victoria,south-australia,irish,etth1] [--refit daily|monthly]
           [--data ../shared/data] [--json]

  Forecasts measured loads day-ahead from each local midnight with the measured temperature, next to yesterday, last week
  and the vanilla regression (fitted anew each month), and the oil temperature of a transformer 24 hours ahead.
  A noisy temperature is wrong by a normal error of standard deviation ${noise.sdK} K, correlated over ${noise.correlationHours} h, seed ${noise.seed}.

  --only    one or several of: ${names.join(', ')}; default: all
  --refit   daily (default) or monthly
  --data    the folder of the measured loads
  --json    one JSON document instead of tables`

/** One measured load. */
export interface LoadForecastAccuracy {
  name: string
  title: string
  file: string
  test: { from: string; until: string; days: number; intervals: number }
  models: ScoredModel[]
  seconds: number
}

async function run(args: string[], _environment: Environment, { say, complain }: Output): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...{ only: { type: 'string' }, data: { type: 'string' }, refit: { type: 'string', default: 'daily' } },
      json: { type: 'boolean', default: false }
    }
  })
  const refit = refitOf(values.refit)
  const only = values.only?.split(',') ?? names
  const strange = only.find(name => !names.includes(name))
  if (strange !== undefined) throw new WrongCommand(`--only ${strange} is none of: ${names.join(', ')}`)
  const folder = values.data ?? sharedData()
  if (!existsSync(folder)) throw new CommandFailure(`there is no folder ${folder}`)
  const machine = machineText()
  if (!values.json) say(machine)
  const loads: LoadForecastAccuracy[] = []
  for (const one of forecastCases.filter(({ name }) => only.includes(name))) {
    refuseMissing(folder, one.form.file)
    const load = await accuracyOf(folder, one, refit, progressOf(one.name, complain))
    loads.push(load)
    if (!values.json) for (const line of loadLines(load)) say(line)
  }
  let oil: OilForecastAccuracy | null = null
  if (only.includes(OIL)) {
    refuseMissing(folder, OIL_FILE)
    oil = await oilForecastAccuracy(folder)
    if (!values.json) for (const line of oilLines(oil)) say(line)
  }
  if (values.json) say(JSON.stringify({ machine, noise, refit, loads, oil }, null, 2))
  return exitCodes.done
}

function refuseMissing(folder: string, file: string): void {
  if (!existsSync(join(folder, file))) throw new CommandFailure(`${file} is not in ${folder}`)
}

async function accuracyOf(
  folder: string,
  one: ForecastCase,
  refit: Refit,
  onDay: (done: number) => void
): Promise<LoadForecastAccuracy> {
  const started = performance.now()
  const scene = await sceneOf(folder, one)
  const { temperature } = scene
  const foretold = one.hasNoise && temperature ? { series: foretoldOf(temperature), errorK: noise.sdK } : null
  const { models } = compare(scene, { refit, foretold, onDay })
  const { days, t } = scene.rows
  return {
    ...{ name: one.name, title: one.title, file: one.form.file },
    test: { from: one.from, until: one.until, days: days.length, intervals: t.length },
    ...{ models, seconds: (performance.now() - started) / 1000 }
  }
}

export async function sceneOf(folder: string, one: ForecastCase): Promise<ForecastScene> {
  const found = (await readLoads(folder, one.form)).find(({ name }) => name === one.load)
  if (found === undefined) throw new CommandFailure(`${one.form.file} has no ${one.load}`)
  const series = ({ t, kw }: typeof found.readings, perUnit: number) =>
    onGrid({ file: one.form.file, t, values: kw.map(value => (value ?? NaN) * perUnit), offsetMinutes: [] })
  const load = series(found.readings, one.kwPerUnit)
  const { local } = found
  // Only what stands in the file: summers alone, say.
  const present = new Set(found.readings.t.map(t => local.date(t)))
  const dates = datesFrom(one.from, one.until).filter(date => present.has(date))
  return {
    ...{ load, temperature: found.temperature && series(found.temperature, 1) },
    calendar: { time: local, holidays: found.holidays },
    rows: testRows(load, local, dates)
  }
}

function loadLines({ title, test, models, seconds }: LoadForecastAccuracy): string[] {
  const span = `${test.from} to ${test.until}, ${test.days} days, ${test.intervals} intervals`
  return ['', `${title}; tested on ${span}`, ...scoreLines(models), `${seconds.toFixed(1)} s`]
}

const machineText = () => `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`

export const accuracyForecastCommand: Command = { usage, run }

if (import.meta.main) await main(accuracyForecastCommand)
