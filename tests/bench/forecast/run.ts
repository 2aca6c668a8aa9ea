/**
 * What the load forecasts cost:
 *
 *   npm run bench:forecast -- [--nodes 1000] [--only alone,beside] [--rate 1000]
 *
 * alone: the daily refit on the machine's two cores with nothing else beside. beside: the same in a running Gridload that
 * takes in readings over MQTT; PUBACK latency and the delay of the live state, with the refit and without it. The limit holds
 * for the refit alone: beside, others need the cores too. Exit code 1 when it is exceeded.
 */
import { parseArgs } from 'node:util'
import { machine } from '../ingest/usage.ts'
import type { Row } from '../programme/part.ts'
import { refitAlone } from './alone.ts'
import { refitBeside } from './beside.ts'

/** For 1,000 nodes. */
const LIMIT_S = 60

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1000' },
    only: { type: 'string', default: 'alone,beside' },
    rate: { type: 'string', default: '1000' }
  }
})
const nodes = Number(values.nodes)
const chosen = values.only.split(',')
const limitS = nodes === 1000 ? LIMIT_S : null

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const shown = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 })

console.log(`${machine()}\n`)
console.log(line(['part', 'what', 'measured', 'asked', 'reached', 'note']))
console.log(line(['---', '---', '---:', '---:', '---', '---']))
for (const [name, run] of [
  ['alone', () => refitAlone(nodes, limitS)],
  ['beside', () => refitBeside(nodes, Number(values.rate), null)]
] as const) {
  if (!chosen.includes(name)) continue
  for (const { what, value, unit, limit, note = '' } of (await run()) as Row[]) {
    const asked = limit === null ? '–' : `≤ ${shown(limit)} ${unit}`
    const reached = limit === null ? '' : value <= limit ? 'yes' : 'NO'
    console.log(line([name, what, `${shown(value)} ${unit}`, asked, reached, note]))
    if (limit !== null && value > limit) process.exitCode = 1
  }
}
