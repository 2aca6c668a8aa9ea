/**
 * What the programme costs, part by part:
 *
 *   npm run bench:programme -- [--only baselines,plan,live]
 *
 * Exit code 1 when a limit is exceeded. A part that is not there is said to be missing.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machine } from '../ingest/usage.ts'
import type { Part, Row } from './part.ts'

/** In this order; each file of this name exports the part by it. */
const partNames = ['baselines', 'plan', 'live']

const { values } = parseArgs({ options: { only: { type: 'string', default: partNames.join() } } })
const chosen = values.only.split(',')
const strangers = chosen.filter(name => !partNames.includes(name))
if (strangers.length > 0) throw new Error(`there is no part ${strangers.join()}: ${partNames.join(', ')}`)

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const shown = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 })

function cellsOf({ name }: Part, { what, value, unit, limit, note = '' }: Row): string[] {
  const asked = limit === null ? '–' : `≤ ${shown(limit)} ${unit}`
  const reached = limit === null ? '' : value <= limit ? 'yes' : 'NO'
  return [name, what, `${shown(value)} ${unit}`, asked, reached, note]
}

console.log(`${machine()}\n`)
console.log(line(['part', 'what', 'measured', 'asked', 'reached', 'note']))
console.log(line(['---', '---', '---:', '---:', '---', '---']))
for (const name of partNames.filter(one => chosen.includes(one))) {
  const file = join(import.meta.dirname, `${name}.ts`)
  if (!existsSync(file)) {
    console.log(line([name, 'missing', '', '', '', '']))
    continue
  }
  const module = (await import(file)) as Readonly<Record<string, Part | undefined>>
  const part = module[name]
  if (part === undefined) throw new Error(`${name}.ts exports no part ${name}`)
  for (const row of await part.run()) {
    console.log(line(cellsOf(part, row)))
    if (row.limit !== null && row.value > row.limit) process.exitCode = 1
  }
}
