import { basename } from 'node:path'
import { mqttLogin } from '../server/contract/mqttLogin.ts'
import { openConnection, withoutPassword } from './publish/connection.ts'
import { help } from './replay/help.ts'
import { requiredMembers } from './replay/mapping.ts'
import { parseReplayOptions, type ReplayOptions } from './replay/options.ts'
import { type ReplaySummary, replay } from './replay/replay.ts'

const CONNECT_TIMEOUT_MS = 10_000
const PUBACK_TIMEOUT_MS = 60_000

if (import.meta.main) await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
    console.log(help)
    if (args.length === 0) process.exitCode = 1
    return
  }
  try {
    const options = parseReplayOptions(args)
    const summary = await run(options)
    for (const line of summaryLines(options, summary)) console.log(line)
    if (summary.targets.every(({ readings }) => readings === 0)) process.exitCode = 1
  } catch (error) {
    console.error(`replay: ${error instanceof Error ? error.message : String(error)}`)
    console.error('npm run replay -- --help says how it is used')
    process.exitCode = 1
  }
}

async function run(options: ReplayOptions): Promise<ReplaySummary> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort())
  const connection = openConnection(options.mqttUrl, {
    clientId: `gridload-replay-${process.pid}`,
    login: mqttLogin(process.env),
    log: line => console.error(line)
  })
  try {
    await within(
      CONNECT_TIMEOUT_MS,
      `--mqtt ${withoutPassword(options.mqttUrl)}: nobody answers`,
      new Promise<void>(resolve => connection.onConnect(resolve))
    )
    return await replay(
      options,
      (topic, payload) =>
        within(PUBACK_TIMEOUT_MS, 'the broker does not acknowledge', connection.publish(topic, payload)),
      { now: Date.now, signal: stopping.signal }
    )
  } finally {
    await connection.stop()
  }
}

async function within<T>(ms: number, reason: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${reason} (waited ${ms / 1000} s)`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** One line about the file, one for each target, and the cells that were no numbers. */
export function summaryLines({ file, intervalS }: ReplayOptions, summary: ReplaySummary): string[] {
  const { rows, outside, badTimes, badCells, shiftMs, targets, listed } = summary
  const time = (ts: number | null) => (ts === null ? '-' : new Date(ts).toISOString())
  const lines = [
    `${basename(file)}: ${rows} rows, ${outside} outside --from/--to, ${badTimes} without a readable time, ${badCells} bad cells` +
      (shiftMs === 0 ? '' : `, times shifted by ${shiftMs / 1000} s`)
  ]
  for (const { kind, id, readings, messages, firstTs, lastTs, sums } of targets) {
    const totals = Object.entries(sums).map(([member, sum]) => `${member} ${Number(sum.toFixed(3))}`)
    const energyKwh = sums.kw !== undefined && intervalS !== null ? (sums.kw * intervalS) / 3600 : null
    const skipped = rows - outside - badTimes - readings
    lines.push(
      `${kind}:${id}: ${readings} readings in ${messages} messages, all acknowledged; ${skipped} rows without ${requiredMembers[kind].join(' or ')}; ` +
        `${time(firstTs)} to ${time(lastTs)}; sum of ${totals.join(', ') || 'nothing'}` +
        (energyKwh === null ? '' : `; ${Number(energyKwh.toFixed(3))} kWh`)
    )
  }
  for (const { line, column, reason } of listed) lines.push(`  line ${line}, ${column}: ${reason}`)
  const unlisted = badCells + badTimes - listed.length
  if (unlisted > 0) lines.push(`  … and ${unlisted} more`)
  return lines
}
