/** How well each baseline method would have done on days on which nothing happened: from a file, without a server. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Environment } from '../config.ts'
import type { AdjustmentRule, BaselineMethodName } from '../contract/baselines.ts'
import { ownDayMethods } from '../curtailment/baseline/methods.ts'
import { type PlaceboRule, placeboAccuracy } from '../curtailment/baseline/placebo.ts'
import type { DayType } from '../curtailment/calendar/dayTypes.ts'
import { accuracyOfLoads, type LoadAccuracy } from './accuracyFolder.ts'
import { sharedData } from './accuracyLoads.ts'
import { accuracyLines, folderHeading, loadLines, rowOf } from './accuracyTable.ts'
import { type Command, CommandFailure, exitCodes, main, type Output, WrongCommand } from './command.ts'
import { adjustmentRuleOf, loadMethods, loadOptions, loadUsage, methodOf, windowOf } from './loadOptions.ts'
import { fileOf, readScene } from './loadScene.ts'

const usage = `Usage: npm run -s accuracy -- LOAD.csv --hours 13:00/17:00 [--methods all] [--adjust none …] [--json] …
       npm run -s accuracy -- [--all ../shared/data] [--json]

  On every working day without an event one is pretended, and the baseline compared with what the load really was:
  RRMSE = √mean(e²) ÷ mean(load), bias = Σe ÷ Σload, e = baseline − load. With --json both are shares (0.128 is 12.8 %).

  --hours           of the pretended event, by the clock; 18:00/22:00, 22:00/02:00; default 13:00/17:00
  --methods         all (default), or a list: 10of10,high4of5,high5of10,mid6of10,mid8of10,high15of20,same-day,match-day,
                    weather (with --temperature), meter-before-after
  --adjust          as often as wanted: none, multiplicative:CAP, additive, additive:CAP; default: none, multiplicative:0.2
                    and additive
  --days            working (default), non-working, all
  --all FOLDER      every load of the folder of measured loads, each in its own form, by the parameters of its README and
                    by the default of a programme; without a file this is done with ../shared/data
${loadUsage}`

const defaultAdjustments = ['none', 'multiplicative:0.2', 'additive']
const dayTypes: Record<string, readonly DayType[]> = {
  working: ['working'],
  'non-working': ['non-working'],
  all: ['working', 'non-working']
}

async function run(args: string[], environment: Environment, output: Output): Promise<number> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...loadOptions,
      ...{ hours: { ...text, default: '13:00/17:00' }, methods: { ...text, default: 'all' } },
      ...{ adjust: { ...text, multiple: true }, days: { ...text, default: 'working' }, all: text }
    }
  })
  if (positionals.length === 0) return ofFolder(args, values.all, values.json, output)
  if (values.all !== undefined) throw new WrongCommand('--all takes a folder, no file beside it')
  const file = fileOf(positionals)
  const hours = hoursOf(values.hours)
  const types = dayTypes[values.days]
  if (types === undefined)
    throw new WrongCommand(`--days ${values.days} is none of: working, non-working, all`)
  const rules = rulesOf(values)
  const scene = await readScene(file, values, environment)
  refuseOffGrid(hours, scene.grid.minutes)
  const runs = placeboAccuracy({ ...scene, rules, hours, dates: scene.dates, dayTypes: types })
  const rows = runs.map(({ accuracy }) => rowOf(accuracy))
  if (values.json) output.say(JSON.stringify(rows, null, 2))
  else for (const line of accuracyLines(rows)) output.say(line)
  return exitCodes.done
}

/** Every load of a folder; no other option goes with it. */
async function ofFolder(
  args: readonly string[],
  given: string | undefined,
  isJson: boolean,
  { say }: Output
): Promise<number> {
  const other = args.filter(arg => arg.startsWith('--') && !/^--(all(=|$)|json$)/.test(arg))
  if (other.length > 0) throw new WrongCommand(`say which file: LOAD.csv; ${other.join(' ')} belongs to one`)
  const folder = given ?? sharedData()
  if (!existsSync(folder)) throw new WrongCommand(`there is no folder ${folder}; say which file: LOAD.csv`)
  const loads: LoadAccuracy[] = []
  for await (const load of accuracyOfLoads(folder)) {
    const heading = loads.length === 0 ? folderHeading : []
    loads.push(load)
    if (!isJson) for (const line of [...heading, ...loadLines(load)]) say(line)
  }
  if (loads.length === 0) throw new CommandFailure(`none of the measured loads is in ${folder}`)
  if (isJson) say(JSON.stringify(loads, null, 2))
  return exitCodes.done
}

function rulesOf(values: {
  methods: string
  adjust?: string[] | undefined
  window: string
  temperature?: string | undefined
}): PlaceboRule[] {
  const other = { ...windowOf(values.window), anchor: 'start' as const, basis: 'picked' as const }
  const adjustments = (values.adjust ?? defaultAdjustments)
    .flatMap(one => one.split(','))
    .map(one => adjustmentRuleOf(one, other))
  const methods =
    values.methods === 'all'
      ? loadMethods.filter(method => method !== 'weather' || values.temperature !== undefined)
      : values.methods.split(',').map(name => methodOf(name.trim()))
  return methods.flatMap(method => rulesOfMethod(method, adjustments))
}

/** A method that cannot be adjusted is tried once, as it is. */
function rulesOfMethod(
  method: BaselineMethodName,
  adjustments: readonly (AdjustmentRule | null)[]
): PlaceboRule[] {
  if (ownDayMethods.includes(method)) return [{ method, adjustment: null }]
  return adjustments.map(adjustment => ({ method, adjustment }))
}

/** `13:00/17:00`: minutes after midnight. */
export function hoursOf(text: string): { fromMinute: number; toMinute: number } {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)\/([01]?\d|2[0-4]):([0-5]\d)$/.exec(text)
  const minute = (hour: string | undefined, more: string | undefined) => Number(hour) * 60 + Number(more)
  const hours = { fromMinute: minute(match?.[1], match?.[2]), toMinute: minute(match?.[3], match?.[4]) }
  if (match !== null && hours.toMinute <= 1440 && hours.fromMinute !== hours.toMinute) return hours
  throw new WrongCommand(`--hours ${text} is not like 13:00/17:00`)
}

function refuseOffGrid({ fromMinute, toMinute }: ReturnType<typeof hoursOf>, minutes: number): void {
  // A length that does not divide the day ends it in a shorter slot.
  const isOff = (minute: number) => (minute % 1440) % minutes !== 0
  if (!isOff(fromMinute) && !isOff(toMinute)) return
  throw new WrongCommand(
    `the --hours begin or end inside a settlement interval of ${minutes} min: say a shorter --interval`
  )
}

export const accuracyCommand: Command = { usage, run }

if (import.meta.main) await main(accuracyCommand)
