/** The load of the days ahead, from files: for analysts, without a server. */
import { parseArgs } from 'node:util'
import type { Environment } from '../config.ts'
import { addDays } from '../contract/localTime.ts'
import { type Command, CommandFailure, exitCodes, main, type Output, WrongCommand } from './command.ts'
import { compare } from './forecastComparison.ts'
import { datesFrom, testRows } from './forecastDays.ts'
import { documentOf, forecastLines } from './forecastDocument.ts'
import { refuseUnwritable, writeForecast } from './forecastFile.ts'
import { onGrid } from './forecastGrid.ts'
import { refitOf } from './forecastModel.ts'
import { progressOf } from './forecastProgress.ts'
import { clockOf, datesOf } from './loadClock.ts'
import { isDate, readHolidays } from './loadDays.ts'
import { fileOf } from './loadScene.ts'
import { readSeries } from './loadSeries.ts'

const usage = `Usage: npm run -s forecast -- LOAD.csv --train-until 2013-12-31 [--test-until 2014-12-31] [--temperature T.csv]
           [--holidays H.csv] [--time-zone Australia/Melbourne] [--refit daily|monthly] [--json] [--out F.csv]

  Forecasts each day after --train-until up to --test-until, day-ahead from its local midnight, with the loads that are
  known by then and the temperature of the day as it stands in T.csv, and prints how well that did next to yesterday, last
  week and the vanilla regression.

  --train-until     the last local date to learn from before the first forecast; from then on what is past is known
  --test-until      the last local date to forecast, also after the end of the file; default: that of its last row
  --temperature     a file time,temp_c (gzipped or not), in its own step; without one the forecast goes by the calendar
                    and the newest loads, and there are no hottest days and no vanilla regression
  --holidays        a file with one date a line (a header date is allowed), dates 2014-01-01,2014-12-25, or vietnam: the
                    public holidays by law; may be given several times
  --time-zone ZONE  whose clock makes days and hours: Asia/Ho_Chi_Minh, +07:00; default: the offset written in the file;
                    where all its times end in Z, the setting TIME_ZONE (Asia/Ho_Chi_Minh)
  --refit           daily (default) or monthly: how often the model is fitted anew
  --out F.csv       writes issued,time,p10_kw,p50_kw,p90_kw: a row for every interval of the test days; whole or not at all
  --json            one JSON document instead of a table

  LOAD.csv (gzipped or not) has the columns time,kw: the start of an interval with its offset from UTC, and the mean over
  the interval, at most an hour. Rows may stand in any order, equal ones count once; a row may be missing or have no value.
  A file with a line that cannot be read, or with two values for one time, is refused: exit code 1, and nothing but the
  reasons is printed. With less than two weeks of load before the first day nothing is forecast: exit code 1.`

async function run(args: string[], environment: Environment, output: Output): Promise<number> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...{ 'train-until': text, 'test-until': text, temperature: text, 'time-zone': text },
      ...{ holidays: { ...text, multiple: true }, refit: { ...text, default: 'daily' }, out: text },
      json: { type: 'boolean', default: false }
    }
  })
  const file = fileOf(positionals)
  const refit = refitOf(values.refit)
  const trainUntil = dateOf('train-until', values['train-until'])
  const asked = values['test-until'] === undefined ? null : dateOf('test-until', values['test-until'])
  const from = addDays(trainUntil, 1)
  if (asked !== null && asked < from) throw new WrongCommand('--test-until must be after --train-until')

  const { out, temperature: temperatureFile } = values
  const inputs = [file, temperatureFile, ...(values.holidays ?? [])].filter(input => input !== undefined)
  if (out !== undefined) await refuseUnwritable(out, inputs)

  const series = await readSeries(file, 'kw', { mayBeUnknown: true })
  const clock = clockOf(values['time-zone'], environment.TIME_ZONE, series)
  const dates = datesOf(series, clock.local)
  const until = asked ?? dates.to
  if (until < from)
    throw new CommandFailure(`${file} ends on ${dates.to}: say --test-until for days after it`)
  if (trainUntil < dates.from)
    throw new CommandFailure(`${file} begins on ${dates.from}, after --train-until ${trainUntil}`)
  const test = datesFrom(from, until)
  if (test.length > MOST_TEST_DAYS)
    throw new WrongCommand(`from ${from} to ${until} are ${test.length} days, more than ${MOST_TEST_DAYS}`)
  const load = onGrid(series)
  const temperature =
    temperatureFile === undefined
      ? null
      : onGrid(await readSeries(temperatureFile, 'temp_c', { mayBeUnknown: true }))
  const years = { from: Number(dates.from.slice(0, 4)), to: Number(until.slice(0, 4)) + 1 }
  const { daysOff, publicHolidays } = await readHolidays(values.holidays ?? [], years)
  const holidays = new Set([...daysOff, ...publicHolidays])

  const rows = testRows(load, clock.local, test)
  const scene = { load, temperature, calendar: { time: clock.local, holidays }, rows }
  const comparison = compare(scene, { refit, onDay: progressOf('forecast', output.complain) })
  if (out !== undefined) await writeForecast(out, rows, comparison.ahead, clock)
  const files = { load: file, temperature: temperatureFile ?? null, out: out ?? null }
  const document = documentOf({
    ...scene,
    ...comparison,
    files,
    clock,
    refit,
    trainFrom: dates.from,
    trainUntil
  })
  if (values.json) output.say(JSON.stringify(document, null, 2))
  else for (const line of forecastLines(document)) output.say(line)
  return exitCodes.done
}

/** Longer is a mistake in a date. */
const MOST_TEST_DAYS = 20 * 366

function dateOf(name: string, text: string | undefined): string {
  if (text === undefined) throw new WrongCommand(`say --${name}, a date like 2013-12-31`)
  if (isDate(text)) return text
  throw new WrongCommand(`--${name} ${text} is no date like 2013-12-31`)
}

export const forecastCommand: Command = { usage, run }

if (import.meta.main) await main(forecastCommand)
