/** The dead letters from outside, also beside a running server: what is there, one of them whole, and published again. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Environment, shownPath } from '../config.ts'
import { type MqttLogin, mqttLogin } from '../contract/mqttLogin.ts'
import { type DeadLetterReader, openDeadLetterReader } from '../log/deadLetterReader.ts'
import { type Command, CommandFailure, main, type Output, settingsOf, WrongCommand } from './command.ts'
import { openReplayClient } from './replayClient.ts'
import { type Choice, replay } from './replayDeadLetters.ts'
import { list, show, withReason } from './showDeadLetters.ts'

const usage = `Usage: npm run dead-letters -- list [--limit 20] [--reason TEXT]
       npm run dead-letters -- show NUMBER
       npm run dead-letters -- replay NUMBER | FROM-TO | --reason TEXT

  list    the newest first
  show    one letter with its payload
  replay  publishes the payloads once more, at QoS 1 on their topics, to the broker of the settings. What can still
          not be read comes back as a new dead letter; the old ones stay until there is no room for them.

  --reason  only letters whose reason holds this text

  The settings are those of the server: DATA_DIR, MQTT_URL, …; a built-in broker that lets nobody in without a
  credential: also GRIDLOAD_MQTT_USER and GRIDLOAD_MQTT_PASSWORD, of the kind service.`

function countOf(text: string, mistake: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new WrongCommand(mistake)
  return Number(text)
}

function numberOf(text: string | undefined): number {
  if (text === undefined) throw new WrongCommand('say the number of the letter')
  return countOf(text, `${text} is not the number of a letter`)
}

function choiceOf(which: string | undefined, reason: string | undefined): Choice {
  if (which === undefined && reason === undefined)
    throw new WrongCommand('say which: a number, two numbers FROM-TO, or --reason')
  const matches = withReason(reason)
  if (which === undefined) return { from: 1, to: Number.MAX_SAFE_INTEGER, matches }
  const [first = '', last = first, ...more] = which.split('-')
  const [from, to] = [first, last].map(text => countOf(text, `${which} is neither a number nor FROM-TO`))
  if (from === undefined || to === undefined || more.length > 0)
    throw new WrongCommand(`${which} is neither a number nor FROM-TO`)
  if (from > to) throw new WrongCommand(`${which}: the first number is above the last`)
  return { from, to, matches }
}

async function run(args: string[], environment: Environment, output: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { limit: { type: 'string' }, reason: { type: 'string' } }
  })
  const [command, ...more] = positionals
  const [which, ...tooMuch] = command === 'list' ? [undefined, ...more] : more
  if (tooMuch.length > 0) throw new WrongCommand(`${command} takes no ${tooMuch.join(' ')}`)
  if (command !== 'list' && values.limit !== undefined) throw new WrongCommand('--limit belongs to list')
  if (command === 'show' && values.reason !== undefined)
    throw new WrongCommand('--reason belongs to list and replay')
  const work = workOf(command, which, values)
  const config = settingsOf(environment)
  const directory = join(config.dataDirectory, 'dead-letters')
  if (!existsSync(directory))
    throw new CommandFailure(`There are no dead letters in ${shownPath(config.dataDirectory)}`)
  return work(openDeadLetterReader(directory), environment, output)
}

function loginOf(environment: Environment): MqttLogin | null {
  try {
    return mqttLogin(environment)
  } catch (error) {
    throw new WrongCommand((error as Error).message)
  }
}

type Work = (letters: DeadLetterReader, environment: Environment, output: Output) => Promise<number>

/** What is to be done. Throws a WrongCommand for arguments that say nothing. */
function workOf(
  command: string | undefined,
  which: string | undefined,
  { limit = '20', reason }: { limit?: string | undefined; reason?: string | undefined }
): Work {
  switch (command) {
    case 'list': {
      const most = countOf(limit, `--limit ${limit} is not a number of 1 or more`)
      return (letters, _environment, output) => list(letters, most, reason, output)
    }
    case 'show': {
      const number = numberOf(which)
      return (letters, _environment, output) => show(letters, number, output)
    }
    case 'replay': {
      const choice = choiceOf(which, reason)
      return (letters, environment, output) => {
        const login = loginOf(environment)
        const connect = () => openReplayClient(settingsOf(environment), login)
        return replay(letters, choice, connect, output)
      }
    }
    default:
      throw new WrongCommand('say one of: list, show, replay')
  }
}

export const deadLettersCommand: Command = { usage, run }

if (import.meta.main) await main(deadLettersCommand)
