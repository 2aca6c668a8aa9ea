/** What a load would have been without an event, from a file: for analysts, without a server. */
import { parseArgs } from 'node:util'
import type { Environment } from '../config.ts'
import { type BaselineResult, baselineOf } from '../curtailment/baseline/engine.ts'
import { type EventWindow, eventWindow } from '../curtailment/slots/eventWindow.ts'
import type { SlotGrid } from '../curtailment/slots/slotGrid.ts'
import { baselineLines } from './baselineTable.ts'
import { type Command, CommandFailure, exitCodes, main, type Output, WrongCommand } from './command.ts'
import { type Clock, localText } from './loadClock.ts'
import {
  adjustmentRuleOf,
  adjustmentText,
  eventOf,
  loadOptions,
  loadUsage,
  methodOf,
  windowOf
} from './loadOptions.ts'
import { fileOf, type LoadScene, readScene } from './loadScene.ts'
import { readMoment } from './loadSeries.ts'

const usage = `Usage: npm run -s baseline -- LOAD.csv --event 2013-09-23T14:00:00-07:00/PT2H [--method high4of5]
           [--adjust multiplicative:0.2] [--window=-4h/-1h] [--time-zone America/Los_Angeles] [--json] …

  --event           start and length (PT2H, PT90M), or start/end
  --method          10of10 (default), high4of5, high5of10, mid6of10, mid8of10, high15of20, same-day, match-day, weather,
                    meter-before-after
  --adjust          none, multiplicative:CAP, additive, additive:CAP; CAP is a share; default multiplicative:0.2
  --fallback        methods to take, in this order, where that one gives nothing: mid6of10,same-day; default: none
  --notified TIME   when the site was called: on the same day the adjustment window ends by then
${loadUsage}`

/** What the command prints with --json. Unknown is null; sums go over the known intervals. */
export interface BaselineDocument {
  method: string
  adjust: string
  event: { start: string; end: string }
  timeZone: string
  intervalMinutes: number
  factor: number | null
  factorUncapped: number | null
  factorCapped: boolean
  offsetKw: number | null
  adjustmentWindow: { start: string; end: string } | null
  note: string | null
  insteadOf: { method: string; reason: string }[]
  intervals: {
    start: string
    baselineKw: number | null
    actualKw: number | null
    deliveredKw: number | null
  }[]
  daysUsed: string[]
  daysRejected: { day: string; cause: string; reason: string }[]
  totals: {
    baselineKwh: number | null
    actualKwh: number | null
    deliveredKwh: number | null
    averageKw: number | null
    knownIntervals: number
  }
  hash: string | null
}

async function run(args: string[], environment: Environment, output: Output): Promise<number> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...loadOptions,
      ...{ event: text, method: { ...text, default: '10of10' } },
      ...{ adjust: { ...text, default: 'multiplicative:0.2' }, fallback: text, notified: text }
    }
  })
  const file = fileOf(positionals)
  if (values.event === undefined) throw new WrongCommand('say which event: --event START/PT2H')
  const event = eventOf(values.event)
  if (typeof event === 'string') throw new WrongCommand(`--event ${event}`)
  const notified = values.notified === undefined ? null : readMoment(values.notified)
  if (typeof notified === 'string') throw new WrongCommand(`--notified ${notified}`)
  const rule = {
    method: methodOf(values.method),
    adjustment: adjustmentRuleOf(values.adjust, {
      ...{ ...windowOf(values.window), anchor: notified ? 'notice' : 'start', basis: 'picked' }
    }),
    fallback: values.fallback?.split(',').map(methodOf) ?? []
  }
  const scene = await readScene(file, values, environment)
  refuseOffGrid(event, scene.grid)
  const times = { ...event, notifiedAt: notified?.t ?? null }
  const window = eventWindow(scene.grid, times, rule.adjustment, { beforeMs: 0, afterMs: 0 })
  // Listed among the others, perhaps as a whole day, it would disturb its own adjustment window.
  const calls = scene.calls.filter(({ start, end }) => start >= event.end || end <= event.start)
  const result = baselineOf({ ...scene, calls, rule, window })
  if (!result.isMeasurable) throw noBaseline(result)
  const document = documentOf(scene, window, result, adjustmentText(rule.adjustment))
  if (values.json) output.say(JSON.stringify(document, null, 2))
  else for (const line of baselineLines(document)) output.say(line)
  return exitCodes.done
}

function refuseOffGrid({ start, end }: { start: number; end: number }, grid: SlotGrid): void {
  const off = [start, end].find(t => grid.ceil(t) !== t)
  if (off === undefined) return
  const time = new Date(off + grid.local.offsetMs(off)).toISOString().slice(11, 16)
  throw new WrongCommand(
    `the event's ${off === start ? 'start' : 'end'}, ${time}, lies inside a settlement interval of ${grid.minutes} min: say a shorter --interval`
  )
}

function noBaseline({ explanation }: BaselineResult): CommandFailure {
  const { method, note, insteadOf, daysRejected } = explanation
  const tried = [...insteadOf, { method, reason: note ?? '' }].map(one => `  ${one.method}: ${one.reason}`)
  const days = daysRejected
    .filter(({ cause }) => cause !== 'other-day-type')
    .map(({ day, reason }) => `  ${day}: ${reason}`)
  const rejected = days.length > 0 ? ['Days that cannot serve:', ...days] : []
  return new CommandFailure(['There is no baseline.', ...tried, ...rejected].join('\n'))
}

function documentOf(
  { clock, grid, drawnKw }: LoadScene,
  window: EventWindow,
  { baselineKw, explanation }: BaselineResult,
  adjust: string
): BaselineDocument {
  const { from, to } = window.event
  const own = window.slots.slice(from, to)
  const actual = drawnKw(own)
  const slots = own.map(({ start, end }, i) => {
    const actualKw = actual[i] ?? null
    const slotKw = baselineKw[from + i] ?? null
    const deliveredKw = actualKw === null || slotKw === null ? null : slotKw - actualKw
    return { start, hours: (end - start) / 3_600_000, baselineKw: slotKw, actualKw, deliveredKw }
  })
  const known = slots.filter(({ deliveredKw }) => deliveredKw !== null)
  const hours = known.reduce((sum, slot) => sum + slot.hours, 0)
  const sum = (name: 'baselineKw' | 'actualKw' | 'deliveredKw') =>
    known.length === 0 ? null : known.reduce((kwh, slot) => kwh + (slot[name] ?? 0) * slot.hours, 0)
  const deliveredKwh = sum('deliveredKw')
  const { method, insteadOf, daysUsed, daysRejected, note, dataHash } = explanation
  const { factor, factorUncapped, factorCapped, offsetKw } = explanation
  return {
    ...{ method, adjust, event: spanText(window.times, clock) },
    ...{ timeZone: clock.zone, intervalMinutes: grid.minutes },
    ...{ factor, factorUncapped, factorCapped, offsetKw },
    adjustmentWindow: adjustmentSpan(explanation, clock),
    ...{ note, insteadOf },
    intervals: slots.map(({ start, baselineKw, actualKw, deliveredKw }) => ({
      ...{ start: localText(start, clock), baselineKw, actualKw, deliveredKw }
    })),
    ...{ daysUsed, daysRejected },
    totals: {
      ...{ baselineKwh: sum('baselineKw'), actualKwh: sum('actualKw'), deliveredKwh },
      averageKw: deliveredKwh === null ? null : deliveredKwh / hours,
      knownIntervals: known.length
    },
    hash: dataHash
  }
}

const spanText = ({ start, end }: { start: number; end: number }, clock: Clock) => ({
  start: localText(start, clock),
  end: localText(end, clock)
})

function adjustmentSpan({ adjustmentFrom, adjustmentTo }: BaselineResult['explanation'], clock: Clock) {
  if (adjustmentFrom === null || adjustmentTo === null) return null
  return spanText({ start: Date.parse(adjustmentFrom), end: Date.parse(adjustmentTo) }, clock)
}

export const baselineCommand: Command = { usage, run }

if (import.meta.main) await main(baselineCommand)
