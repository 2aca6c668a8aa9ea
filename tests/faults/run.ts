/**
 * Does to Gridload what the world does to it, and counts readings before and after: acked ⊆ stored ⊆ sent.
 *
 *   npm run test:faults                       every fault at full length (about half an hour), a table for BENCHMARKS.md
 *   npm run test:faults -- --short            each fault once, at most six minutes
 *   npm run test:faults -- --only kill        those whose name begins with `kill`
 *   npm run test:faults -- --list             their names
 *
 * A ledger, a process of its own, publishes numbered readings and keeps a durable book of what was sent and what was
 * acknowledged; afterwards store, dead letters and book are compared reading by reading. Needs influxd 1.x, mosquitto,
 * fiu-utils and faketime, and root for a small tmpfs; what is missing is skipped loudly, with CI=true it fails.
 * GRIDLOAD_UNDER_TEST=<another checkout> puts that one to the test. Exit code 1 when a fault failed.
 */
import { faults } from './catalogue.ts'
import { type Fault, Missing, type Row } from './fault.ts'
import { within } from './product.ts'
import { lineOf, machineLine, tableOf } from './table.ts'

interface Outcome {
  row: Row | null
  skipped: string | null
}

const args = process.argv.slice(2)
const isShort = args.includes('--short')
const only = args.includes('--only') ? (args[args.indexOf('--only') + 1] ?? '') : ''
let cleanup = new AsyncDisposableStack()
let isEnding = false

async function run(fault: Fault): Promise<Outcome> {
  cleanup = new AsyncDisposableStack()
  const deadlineMs = 1000 * (isShort ? fault.deadlineS.short : fault.deadlineS.full)
  const context = { isShort, cleanup, say: (line: string) => console.log(`  ${line}`) }
  try {
    const row = await within(fault.run(context), deadlineMs, `${fault.name} is over`)
    return { row: { fault: fault.title, ...row }, skipped: null }
  } catch (error) {
    if (error instanceof Missing && process.env.CI !== 'true') return { row: null, skipped: error.message }
    return { row: failed(fault, error as Error), skipped: null }
  } finally {
    await within(cleanup.disposeAsync(), 60_000, `${fault.name} is cleaned up`).catch(error =>
      console.error(`  cleaning up: ${error.message}`)
    )
  }
}

function failed({ title }: Fault, error: Error): Row {
  const none = { acked: 0, stored: 0, lost: 0, extra: 0, duplicates: 0, deadLetters: 0, maxRssMiB: 0 }
  return { fault: title, ...none, recoveryS: null, notes: [], failures: [error.message] }
}

function endOn(signal: NodeJS.Signals): void {
  process.once(signal, () => {
    isEnding = true
    console.error(`\n${signal}: cleaning up`)
    within(cleanup.disposeAsync(), 30_000, 'cleaned up').then(
      () => process.exit(130),
      () => process.exit(130)
    )
  })
}

async function main(): Promise<void> {
  const chosen = faults.filter(({ name }) => name.startsWith(only))
  if (args.includes('--list')) {
    for (const { name, title } of faults) console.log(`${name.padEnd(18)} ${title}`)
    return
  }
  endOn('SIGINT')
  endOn('SIGTERM')
  const startedAt = performance.now()
  const rows: Row[] = []
  const skipped: string[] = []
  for (const fault of chosen) {
    const from = performance.now()
    console.log(`${fault.name}: ${fault.title}`)
    const outcome = await run(fault)
    // The signal's own end follows.
    if (isEnding) return new Promise(() => {})
    const took = `${((performance.now() - from) / 1000).toFixed(0)} s`
    if (outcome.row !== null) rows.push(outcome.row)
    if (outcome.row !== null) console.log(`  ${lineOf(outcome.row)} (${took})`)
    for (const failure of outcome.row?.failures ?? []) console.log(`  FAILED: ${failure}`)
    if (outcome.skipped !== null) skipped.push(`${fault.name}: ${outcome.skipped}`)
  }
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
  console.log(
    `\n${tableOf(rows)}\n\n${isShort ? 'Short run' : 'Full run'} of ${minutes} min on ${machineLine()}`
  )
  for (const line of skipped) console.log(`!!! SKIPPED ${line}`)
  const bad = rows.filter(({ failures }) => failures.length > 0).length
  const suffix = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
  console.log(`${rows.length - bad} passed, ${bad} failed${suffix}`)
  process.exitCode = bad > 0 || chosen.length === 0 ? 1 : 0
}

await main()
// Whatever a failed fault still waits for must not hold the run.
process.exit()
