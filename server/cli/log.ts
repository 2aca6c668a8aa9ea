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
  counted,
  exitCodes,
  main,
  type Output,
  settingsOf,
  sizeOf,
  WrongCommand
} from './command.ts'
import { replay } from './replay.ts'

const usage = `Usage: npm run log -- status
       npm run log -- verify
       npm run log -- replay --from 2026-11-22T05:00:00Z --to 2026-11-22T06:00:00Z

  status  how large the log is, from when to when, and how far each follower has come: the store of readings, the
          roll-ups of the load, the participants' answers. What all have is deleted in time; while no answer comes,
          theirs is noted every 8 MB.
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
  say(`  ${counted(segments, 'segment')}, ${sizeOf(bytes)}`)
  say(newestAt === null ? '  empty' : `  received from ${shownTime(oldestAt)} to ${shownTime(newestAt)}`)
  if (tailBytes > 0) say(`  ${tailWords(tailBytes)}`)
  for (const { name, position, behindBytes } of cursors) {
    const place =
      position === null ? 'cannot be read' : `at segment ${position.segment}, byte ${position.offset}`
    const left = behindBytes === 0 ? 'has everything' : `${sizeOf(behindBytes ?? bytes)} behind`
    say(`  ${name.padEnd(10)} ${place.padEnd(28)} ${left}`)
  }
  return exitCodes.done
}

function tailWords(bytes: number): string {
  const place = `After the last whole frame ${counted(bytes, 'byte')}`
  return `${place}: being written just now, or torn and never acknowledged`
}

async function verify(directory: string, { say, complain }: Output): Promise<number> {
  const check = await checkLog(directory, ({ at, bytes, reason }) =>
    complain(`segment ${at.segment}, byte ${at.offset}, ${counted(bytes, 'byte')}: ${reason}`)
  )
  const { readings, answer, status: statuses, unknown } = check.frames
  const held = [
    `${counted(check.lines, 'reading')} in ${counted(readings, 'frame')}`,
    counted(answer, 'answer'),
    counted(statuses, 'status', 'statuses')
  ]
  say(`${sizeOf(check.bytes)}: ${held.join(', ')}`)
  if (unknown > 0) say(`Of a kind that this version does not know: ${counted(unknown, 'frame')}`)
  if (check.tailBytes > 0) say(tailWords(check.tailBytes))
  say(check.troubles === 0 ? 'Every frame and every line is whole.' : `Damaged places: ${check.troubles}`)
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
