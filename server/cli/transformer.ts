/** Temperatures and ageing of a transformer by its load, from a file: for analysts, without a server. */
import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Environment } from '../config.ts'
import { type Cooling, coolings } from '../contract/registry.ts'
import {
  constantFaults,
  type Paper,
  papers,
  type ThermalConstants,
  thermalConstants
} from '../forecast/transformer/constants.ts'
import { type ThermalRow, thermalSeries } from '../forecast/transformer/series.ts'
import {
  type Command,
  CommandFailure,
  counted,
  exitCodes,
  main,
  type Output,
  WrongCommand
} from './command.ts'
import { readNumber } from './loadSeries.ts'
import { type LoadRow, readTransformerLoad } from './transformerLoad.ts'

const starts = ['steady', 'ambient'] as const
type Start = (typeof starts)[number]

const usage = `Usage: npm run -s transformer -- LOAD.csv --cooling distribution|ONAN|ONAF|OF|OD [--start steady|ambient]
           [--rated-a 1500] [--paper normal|upgraded] [--constants '{"topOilRiseK":60}'] [--out T.csv]

  --cooling         whose constants of IEC 60076-7 hold
  --start           steady (default): in balance with the first row; ambient: cold, everything at its temperature
  --rated-a AMPERES the load stands in a column load_a, and this is 1 per unit
  --paper           of the winding: normal (default) or thermally upgraded
  --constants JSON  instead of those of the cooling: x, y, R, k11, k21, k22, tauOilMin, tauWindingMin, topOilRiseK,
                    hotSpotRiseK (hot-spot factor times gradient)
  --out FILE        the result; default: it is printed

  LOAD.csv (gzipped or not) has the columns time,load_pu,ambient_c (or load_a). The load and the temperature of a row act
  over the interval that ends at it; those of the first row make the start. Rows may stand in any order and at any step;
  the result is in the order of time and has time,top_oil_c,hot_spot_c,ageing_rate for every row. A file with a line that
  cannot be read, or with two values for one time, is refused: exit code 1, and no result is written.`

async function run(args: string[], _environment: Environment, output: Output): Promise<number> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...{ cooling: text, start: { ...text, default: 'steady' }, 'rated-a': text },
      ...{ paper: { ...text, default: 'normal' }, constants: text, out: text }
    }
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new WrongCommand('say one file with the load')
  if (values.out !== undefined && resolve(values.out) === resolve(file)) {
    throw new WrongCommand(`--out ${values.out} is the file with the load: name another`)
  }
  const constants = constantsOf(coolingNamed(values.cooling), values.constants)
  const start = oneOf<Start>('start', starts, values.start)
  const paper = oneOf<Paper>('paper', papers, values.paper)
  const ratedA = values['rated-a'] === undefined ? null : ratedOf(values['rated-a'])
  const rows = await readTransformerLoad(file, ratedA === null ? 'load_pu' : 'load_a')
  const series = thermalSeries(constants, loadsOf(rows, ratedA), { start, paper })
  const lines = rows.map(({ time }, i) => lineOf(time, series.rows[i]))
  const table = `time,top_oil_c,hot_spot_c,ageing_rate\n${lines.join('\n')}\n`
  if (values.out === undefined) output.say(table.trimEnd())
  else {
    await writeWhole(values.out, table)
    for (const line of summary(rows, series, values.out)) output.say(line)
  }
  const past = series.rows.filter(isPastEveryNumber).length
  if (past > 0) output.complain(`${counted(past, 'row')} beyond the largest number are written as ±1.8e308`)
  return exitCodes.done
}

function coolingNamed(name: string | undefined): Cooling {
  const cooling = coolings.find(one => one.toLowerCase() === name?.toLowerCase())
  if (cooling !== undefined) return cooling
  throw new WrongCommand(`say --cooling ${coolings.join('|')}${name === undefined ? '' : `, not ${name}`}`)
}

function oneOf<T extends string>(option: string, among: readonly T[], name: string): T {
  const found = among.find(one => one === name)
  if (found !== undefined) return found
  throw new WrongCommand(`say --${option} ${among.join('|')}, not ${name}`)
}

function ratedOf(text: string): number {
  const amperes = readNumber(text)
  if (typeof amperes === 'number' && amperes > 0) return amperes
  throw new WrongCommand(`--rated-a ${text} is no number above zero`)
}

function constantsOf(cooling: Cooling, json: string | undefined): ThermalConstants {
  if (json === undefined) return thermalConstants[cooling]
  let given: unknown
  try {
    given = JSON.parse(json)
  } catch (error) {
    throw new WrongCommand(`--constants is no JSON: ${(error as Error).message}`)
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new WrongCommand('--constants is no JSON object like {"x":0.8}')
  }
  const faults = constantFaults(given as Record<string, unknown>)
  if (faults.length > 0) throw new WrongCommand(`--constants: ${faults.join('; ')}`)
  return { ...thermalConstants[cooling], ...given }
}

/** Minutes since the first row; per unit. A load too large for its rating is the largest number there is. */
function loadsOf(rows: readonly LoadRow[], ratedA: number | null) {
  const first = rows[0]?.t ?? 0
  const perUnit = (load: number) => {
    const pu = ratedA === null ? load : load / ratedA
    return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, pu))
  }
  return rows.map(({ t, load, ambientC }) => ({
    ...{ minute: (t - first) / 60_000, loadPu: perUnit(load), ambientC }
  }))
}

const lineOf = (time: string, row: ThermalRow | undefined) =>
  `${time},${row?.topOilC},${row?.hotSpotC},${row?.ageingRate}`

const isPastEveryNumber = ({ topOilC, hotSpotC, ageingRate }: ThermalRow) =>
  [topOilC, hotSpotC, ageingRate].some(value => Math.abs(value) === Number.MAX_VALUE)

/** Whole or not at all. */
async function writeWhole(file: string, text: string): Promise<void> {
  const part = `${resolve(file)}.${randomUUID()}.part`
  try {
    await writeFile(part, text, { flag: 'wx' })
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw new CommandFailure(`${file} cannot be written: ${(error as Error).message}`)
  }
}

function summary(
  rows: readonly LoadRow[],
  { rows: thermal, lostHours, hours }: ReturnType<typeof thermalSeries>,
  out: string
): string[] {
  const hottest = thermal.reduce(
    (most, row, i) => (row.hotSpotC > (thermal[most]?.hotSpotC ?? 0) ? i : most),
    0
  )
  const { hotSpotC, topOilC } = thermal[hottest] ?? { hotSpotC: 0, topOilC: 0 }
  const life = [lostHours, hours].map(one => (one / 24).toPrecision(4))
  return [
    `${counted(rows.length, 'row')} in ${out}`,
    `Hottest ${rows[hottest]?.time}: hot spot ${hotSpotC.toFixed(1)} °C, top oil ${topOilC.toFixed(1)} °C`,
    `Loss of life ${life[0]} days over ${life[1]} days`
  ]
}

export const transformerCommand: Command = { usage, run }

if (import.meta.main) await main(transformerCommand)
