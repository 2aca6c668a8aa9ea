/** The dead letters from outside, also beside a running server: what is there, one of them whole, and published again. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Environment } from '../config.ts'
import type { KeptDeadLetter } from '../log/deadLetter.ts'
import { type DeadLetterReader, openDeadLetterReader } from '../log/deadLetterReader.ts'
import {
  type Command,
  CommandFailure,
  exitCodes,
  main,
  type Output,
  settingsOf,
  WrongCommand
} from './command.ts'
import { messageOf } from './deadLetterMessage.ts'
import { openReplayClient } from './replayClient.ts'

const usage = `Usage: npm run dead-letters -- list [--limit 20] [--reason TEXT]
       npm run dead-letters -- show NUMBER
       npm run dead-letters -- replay NUMBER | FROM-TO | --reason TEXT

  list    the newest first
  show    one letter with its payload
  replay  publishes the payloads once more, at QoS 1 on their topics, to the broker of the settings. What can still
          not be read comes back as a new dead letter; the old ones stay until there is no room for them.

  --reason  only letters whose reason holds this text

  The settings are those of the server: DATA_DIR, MQTT_URL, …`

interface Choice {
  from: number
  to: number
  matches: (letter: KeptDeadLetter) => boolean
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new WrongCommand(`${text} is not the number of a letter`)
  return Number(text)
}

function choiceOf(which: string | undefined, reason: string | undefined): Choice {
  if (which === undefined && reason === undefined)
    throw new WrongCommand('say which: a number, two numbers FROM-TO, or --reason')
  const [first, last = first, ...more] = which?.split('-') ?? [
    '1',
    String(Number.MAX_SAFE_INTEGER).slice(0, 15)
  ]
  if (first === undefined || last === undefined || more.length > 0)
    throw new WrongCommand(`${which} is neither a number nor FROM-TO`)
  const [from, to] = [numberOf(first), numberOf(last)]
  if (from > to) throw new WrongCommand(`${which}: the first number is above the last`)
  return { from, to, matches: withReason(reason) }
}

function withReason(text: string | undefined): (letter: KeptDeadLetter) => boolean {
  const wanted = text?.toLowerCase()
  return ({ reason }) => wanted === undefined || reason.toLowerCase().includes(wanted)
}

async function list(letters: DeadLetterReader, limit: number, reason: string | undefined, { say }: Output) {
  const newest = await letters.newest(limit, reason === undefined ? undefined : withReason(reason))
  for (const { number, at, topic, reason: why, payload, bytes } of newest) {
    say(`${number}  ${at}  ${topic === '' ? '(no topic)' : topic}`)
    say(`    ${why}`)
    say(`    ${bytes} bytes: ${oneLine(payload)}`)
  }
  if (newest.length === 0) say('No dead letters.')
  return exitCodes.done
}

const SHOWN_LENGTH = 100

function oneLine(payload: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: whatever came, it must not move the cursor.
  const line = payload.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ')
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)} …` : line
}

async function show(letters: DeadLetterReader, number: number, { say }: Output): Promise<number> {
  const letter = await letters.get(number)
  if (letter === null) throw new CommandFailure(`There is no dead letter ${number}.`)
  const { at, topic, reason, payload, bytes } = letter
  say(`number   ${number}`)
  say(`arrived  ${new Date(at).toISOString()}`)
  say(`topic    ${topic}`)
  say(`reason   ${reason}`)
  say(`payload  ${bytes} bytes${payload.length < bytes ? `, of which ${payload.length} were kept` : ''}`)
  say('')
  say(textOf(payload) ?? `base64: ${payload.toString('base64')}`)
  return exitCodes.done
}

/** null for bytes that are not text. */
function textOf(payload: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these make it no text.
    return /[\x00-\x08\x0e-\x1f]/.test(text) ? null : text
  } catch {
    return null
  }
}

async function replay(
  letters: DeadLetterReader,
  { from, to, matches }: Choice,
  environment: Environment,
  { say, complain }: Output
): Promise<number> {
  const client = await openReplayClient(settingsOf(environment))
  let skipped = 0
  try {
    for await (const letter of letters.range(from, to)) {
      if (!matches(letter)) continue
      const again = messageOf(letter)
      if ('topic' in again) await client.publish(letter.number, again.topic, again.payload)
      else {
        skipped++
        complain(`${letter.number} is not published: ${again.skipped}`)
      }
    }
    await client.flush()
  } finally {
    await client.stop()
  }
  if (client.published + skipped === 0) throw new CommandFailure('There is no such dead letter.')
  say(`${client.published} published again, ${skipped} skipped.`)
  return skipped === 0 ? exitCodes.done : exitCodes.failed
}

async function run(args: string[], environment: Environment, output: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { limit: { type: 'string' }, reason: { type: 'string' } }
  })
  const [command, which, ...more] = positionals
  if (more.length > 0) throw new WrongCommand(`what is ${more.join(' ')}?`)
  if (command !== 'list' && values.limit !== undefined) throw new WrongCommand('--limit belongs to list')
  const letters = openDeadLetterReader(join(settingsOf(environment).dataDirectory, 'dead-letters'))
  switch (command) {
    case 'list':
      if (which !== undefined) throw new WrongCommand(`what is ${which}?`)
      return list(letters, numberOf(values.limit ?? '20'), values.reason, output)
    case 'show':
      return show(letters, numberOf(which ?? ''), output)
    case 'replay':
      return replay(letters, choiceOf(which, values.reason), environment, output)
    default:
      throw new WrongCommand('say one of: list, show, replay')
  }
}

export const deadLettersCommand: Command = { usage, run }

if (import.meta.main) await main(deadLettersCommand)
