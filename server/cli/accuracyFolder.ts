import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type BaselineMethodName, baselineMethodNames } from '../contract/baselines.ts'
import { defaultBaseline } from '../contract/programmeDefaults.ts'
import type { MethodParameters } from '../curtailment/baseline/input.ts'
import { type PlaceboInput, type PlaceboRule, placeboAccuracy } from '../curtailment/baseline/placebo.ts'
import { type LoadForm, loadForms } from './accuracyForms.ts'
import { laidInSlots, type NamedLoad, readLoads } from './accuracyLoads.ts'
import { type AccuracyRow, rowOf } from './accuracyTable.ts'
import { adjustmentRuleOf } from './loadOptions.ts'
import { partialDays } from './loadScene.ts'

/** The pretended events: the two times of day at which the national load peaks. */
export const windows = {
  '13-17': { fromMinute: 13 * 60, toMinute: 17 * 60 },
  '18-22': { fromMinute: 18 * 60, toMinute: 22 * 60 }
} as const
export type WindowName = keyof typeof windows

/** One load: each method with the parameters of the README, and what a programme settles by if nobody changes it. */
export interface LoadAccuracy {
  load: string
  file: string
  from: string
  to: string
  windows: Record<WindowName, { methods: AccuracyRow[]; default: AccuracyRow }>
}

const HOUR = 60
const morning = { fromHours: 4, toHours: 1, anchor: 'start', basis: 'picked' } as const
const rules = (methods: readonly BaselineMethodName[], adjustments: readonly string[]): PlaceboRule[] =>
  methods.flatMap(method =>
    adjustments.map(text => ({ method, adjustment: adjustmentRuleOf(text, morning) }))
  )

/** Those that look for so many earlier days, with all days that there are and without a low-usage screen. */
const dayMatching = baselineMethodNames.filter(name => /^(high|mid)/.test(name))
const unlimited = (days: number): MethodParameters => ({ lookbackDays: days, lowUsageShare: 0 })

/** Yields each load of the folder as it is done; files that are not there are passed over. */
export async function* accuracyOfLoads(
  folder: string,
  forms: readonly LoadForm[] = loadForms
): AsyncGenerator<LoadAccuracy, void, void> {
  for (const form of forms) {
    if (!existsSync(join(folder, form.file))) continue
    for (const load of await readLoads(folder, form)) yield accuracyOfLoad(form.file, load)
  }
}

function accuracyOfLoad(file: string, load: NamedLoad): LoadAccuracy {
  const hourly = laidInSlots(load, HOUR, false)
  const excludedDays = partialDays(hourly.load, hourly.grid, load.dates)
  for (const day of load.leftOut) excludedDays.set(day, 'left out')
  const asInReadme = { ...hourly, excludedDays }
  const leftOut = new Map(load.leftOut.map(day => [day, 'left out']))
  const byDefault = { ...laidInSlots(load, Math.max(30, load.minutes), true), excludedDays: leftOut }
  const inWindow = (window: WindowName) => ({
    methods: methodsOf(asInReadme, hourly.span.days, window),
    default: one({ ...byDefault, rules: [defaultBaseline], hours: windows[window] })
  })
  return {
    ...{ load: load.name, file, from: load.dates.from, to: load.dates.to },
    windows: { '13-17': inWindow('13-17'), '18-22': inWindow('18-22') }
  }
}

function methodsOf(
  input: Omit<PlaceboInput, 'rules' | 'hours'>,
  days: number,
  window: WindowName
): AccuracyRow[] {
  const of = (some: PlaceboRule[], parameters: MethodParameters) =>
    placeboAccuracy({ ...input, rules: some, hours: windows[window], parameters }).map(({ accuracy }) =>
      rowOf(accuracy)
    )
  const ownDay: BaselineMethodName[] = [
    'same-day',
    'match-day',
    ...(input.temperature ? ['weather' as const] : [])
  ]
  return [
    ...of(rules(['10of10'], ['none', 'multiplicative:0.2', 'additive']), { ...unlimited(days), minDays: 10 }),
    ...of(rules(dayMatching, ['none']), unlimited(days)),
    ...of(rules(ownDay, ['none']), {})
  ]
}

function one(input: PlaceboInput): AccuracyRow {
  const [run] = placeboAccuracy(input)
  if (run === undefined) throw new Error('a rule was given')
  return rowOf(run.accuracy)
}
