/**
 * The ingest log from outside: how it stands, whether it is whole, and its readings once more into the store. Status
 * and verify work beside a running server.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Environment, shownPath } from '../config.ts'
import { checkLog, summarizeLog } from '../log/inspectLog.ts'
import {
  type Command,
  CommandFailure,
  exitCodes,
  inMib,
  main,
  type Output,
  settingsOf,
  WrongCommand
} from './command.ts'
import { replay } from './replay.ts'

const usage = `Usage: npm run log -- status
       npm run log -- verify
       npm run log -- replay --from 2026-11-22T05:00:00Z --to 2026-11-22T06:00:00Z

  status  how large the log is, from when to when, and how far each follower has come
  verify  checks every frame and every line; exit code 1 when a place is damaged
  replay  writes the readings received in [from, to), to the second, to the store once more; nothing doubles. The
          server must be stopped; at its next start it rolls up again what was touched.

  The settings are those of the server: DATA_DIR, INFLUX_URL, …`

/** A time with its offset from UTC, as epoch milliseconds. */
function timeOf(text: string | undefined, name: string): number {
  if (text === undefined) throw new WrongCommand(`--${name} is missing`)
  const isRfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)
  const time = isRfc3339 ? Date.parse(text) : NaN
  if (Number.isNaN(time))
    throw new WrongCommand(`--${name} ${text} is not a time like 2026-11-22T05:00:00Z or …+07:00`)
  return time
}

const shownTime = (at: number | null): string => (at === null ? '?' : new Date(at).toISOString())

async function status(directory: string, { say }: Output): Promise<number> {
  const { segments, bytes, oldestAt, newestAt, tailBytes, cursors } = await summarizeLog(directory)
  say(`Ingest log in ${shownPath(directory)}`)
  say(`  ${segments} segments, ${inMib(bytes)}`)
  say(newestAt === null ? '  empty' : `  received from ${shownTime(oldestAt)} to ${shownTime(newestAt)}`)
  if (tailBytes > 0)
    say(
      `  ${tailBytes} bytes at the end are no whole frame: being written just now, or torn and never acknowledged`
    )
  for (const { name, position, behindBytes } of cursors) {
    const place = position === null ? 'cannot be read' : `at ${position.segment}:${position.offset}`
    const left = behindBytes === 0 ? 'has everything' : `${inMib(behindBytes ?? bytes)} behind`
    say(`  ${name.padEnd(10)} ${place.padEnd(16)} ${left}`)
  }
  return exitCodes.done
}

async function verify(directory: string, { say, complain }: Output): Promise<number> {
  const check = await checkLog(directory, ({ at, bytes, reason }) =>
    complain(`segment ${at.segment}, byte ${at.offset}, ${bytes} bytes: ${reason}`)
  )
  const { readings, answer, status: statuses, unknown } = check.frames
  say(
    `${inMib(check.bytes)}: ${check.lines} readings in ${readings} frames, ${answer} answers, ${statuses} statuses`
  )
  if (unknown > 0) say(`${unknown} frames are of a kind that this version does not know`)
  if (check.tailBytes > 0)
    say(
      `${check.tailBytes} bytes at the end are no whole frame: being written just now, or torn and never acknowledged`
    )
  say(check.troubles === 0 ? 'Every frame and every line is whole.' : `${check.troubles} places are damaged.`)
  return check.troubles === 0 ? exitCodes.done : exitCodes.failed
}

async function run(args: string[], environment: Environment, output: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { from: { type: 'string' }, to: { type: 'string' } }
  })
  const [command, ...more] = positionals
  const commands = ['status', 'verify', 'replay']
  if (command === undefined || !commands.includes(command) || more.length > 0)
    throw new WrongCommand(`say one of: ${commands.join(', ')}`)
  if (command !== 'replay' && (values.from ?? values.to) !== undefined)
    throw new WrongCommand(`${command} looks at the whole log: --from and --to belong to replay`)
  const config = settingsOf(environment)
  const directory = join(config.dataDirectory, 'log')
  const between =
    command === 'replay' ? { from: timeOf(values.from, 'from'), to: timeOf(values.to, 'to') } : null
  if (between !== null && between.from >= between.to) throw new WrongCommand('--from must be before --to')
  if (!existsSync(directory))
    throw new CommandFailure(`There is no ingest log in ${shownPath(config.dataDirectory)}`)
  if (between !== null) return replay(config, between, output)
  return command === 'status' ? status(directory, output) : verify(directory, output)
}

export const logCommand: Command = { usage, run }

if (import.meta.main) await main(logCommand)
