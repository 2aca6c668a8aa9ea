import type { ReadingKind } from '../../contract/telemetry.ts'
import { compileId, type ReadId } from '../mapping/idTemplate.ts'
import { compileScale } from '../mapping/numbers.ts'
import type { SourceSettings } from './settings.ts'

/** Where a metric's values go. */
export interface Target {
  kind: ReadingKind
  id: string
  member: string
  intervalS: number
  scale(value: number): number
}

/** Of which node or device a metric is; `device` is null for the node itself. */
export interface Origin {
  group: string
  node: string
  device: string | null
}

/** null: nobody asked for this metric. In words: why it has no id. */
export type FindTarget = (origin: Origin, metric: string) => Target | string | null

interface Rule {
  ofDevice: boolean
  levels: readonly ({ literal: string } | { variable: string })[]
  readId: ReadId
  target: Omit<Target, 'id'>
}

const VARIABLE = /^\{([A-Za-z][A-Za-z0-9_]*)\}$/

/** How a birth's metric names become targets: the first source that names the metric. Or all mistakes in words. */
export function compileSources(
  sources: readonly SourceSettings[]
): { find: FindTarget } | { mistakes: string[] } {
  const rules: Rule[] = []
  const mistakes: string[] = []
  for (const [index, source] of sources.entries())
    for (const name of Object.keys(source.metrics)) {
      const rule = compileRule(source, name)
      if (typeof rule === 'string') mistakes.push(`sources[${index}].metrics.${name}: ${rule}`)
      else rules.push(rule)
    }
  for (const [index, { metrics }] of sources.entries())
    if (Object.keys(metrics).length === 0) mistakes.push(`sources[${index}].metrics: is empty`)
  if (mistakes.length > 0) return { mistakes }
  return { find: (origin, metric) => findTarget(rules, origin, metric) }
}

function compileRule(source: SourceSettings, name: string): Rule | string {
  const { of: whose, kind, id, idReplacement = null, intervalS = 0 } = source
  const { member = '', scale = 1, add = 0 } = source.metrics[name] ?? {}
  const levels = name.split('/').map(level => {
    const variable = VARIABLE.exec(level)?.[1]
    return variable === undefined ? { literal: level } : { variable }
  })
  const odd = levels.find(level => 'literal' in level && /[{}]/.test(level.literal))
  if (odd !== undefined) return 'a level is neither text nor one {variable}'
  const variables = levels.flatMap(level => ('variable' in level ? [level.variable] : []))
  const names = [...originNames(whose === 'device'), ...variables]
  if (new Set(names).size < names.length) return 'a variable has the name of another'
  if (/\{[/^]/.test(id)) return 'the id has a pointer: a metric is no JSON'
  const readId = compileId(id, names, 0, idReplacement)
  if (typeof readId === 'string') return `the id ${readId.replace('of the topic', 'of topic or metric name')}`
  return {
    ofDevice: whose === 'device',
    levels,
    readId,
    target: { kind, member, intervalS, scale: compileScale(scale, add) }
  }
}

function originNames(ofDevice: boolean): string[] {
  return ofDevice ? ['group', 'node', 'device'] : ['group', 'node']
}

function findTarget(rules: readonly Rule[], origin: Origin, metric: string): Target | string | null {
  const { group, node, device } = origin
  const levels = metric.split('/')
  for (const rule of rules) {
    if (rule.ofDevice !== (device !== null)) continue
    const variables = matchLevels(rule.levels, levels)
    if (variables === null) continue
    const known = device === null ? [group, node] : [group, node, device]
    const result = rule.readId([...known, ...variables], [])
    return typeof result === 'string' ? result : { ...rule.target, id: result.id }
  }
  return null
}

function matchLevels(wanted: Rule['levels'], levels: readonly string[]): string[] | null {
  if (wanted.length !== levels.length) return null
  const values: string[] = []
  for (const [place, level] of wanted.entries()) {
    const text = levels[place] ?? ''
    if ('variable' in level) values.push(text)
    else if (level.literal !== text) return null
  }
  return values
}
