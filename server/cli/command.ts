/** What the commands have in common: settings, words to a person, exit codes. */
import { type Config, type Environment, readConfig } from '../config.ts'

/** done: 0 · failed: the command was right, the work was not · wrong: the command or the settings must be changed. */
export const exitCodes = { done: 0, failed: 1, wrong: 2 } as const

/** What a command says: its answer, and what is not as it should be. */
export interface Output {
  say(line: string): void
  complain(line: string): void
}

/** The command or a setting is wrong; the message says what to change. */
export class WrongCommand extends Error {}

/** The work could not be done, for a reason that a person can understand. */
export class CommandFailure extends Error {}

export interface Command {
  usage: string
  /** Returns the exit code. */
  run(args: string[], environment: Environment, output: Output): Promise<number>
}

/** Runs it; what it throws is said in one line, without the place in the code where that is no use to anybody. */
export async function runCommand(
  { usage, run }: Command,
  args: string[],
  environment: Environment,
  output: Output
): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    output.say(usage)
    return exitCodes.done
  }
  try {
    return await run(args, environment, output)
  } catch (error) {
    if (error instanceof CommandFailure) {
      output.complain(error.message)
      return exitCodes.failed
    }
    if (!(error instanceof WrongCommand) && !isArgumentError(error)) throw error
    // Of node:util's explanations the first sentence is enough.
    const [said = ''] = (error as Error).message.split('. ')
    output.complain(`${error instanceof WrongCommand ? error.message : said}\n\n${usage}`)
    return exitCodes.wrong
  }
}

/** Of node:util parseArgs. */
function isArgumentError(error: unknown): boolean {
  return String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
}

/** As a process: its arguments, its environment, its output, its exit code. */
export async function main(command: Command): Promise<void> {
  const output = { say: console.log, complain: console.error }
  process.exitCode = await runCommand(command, process.argv.slice(2), process.env, output)
}

/** The settings; throws a WrongCommand with all their mistakes. */
export function settingsOf(environment: Environment): Config {
  const read = readConfig(environment)
  if ('mistakes' in read) throw new WrongCommand(read.mistakes.join('\n'))
  return read.config
}

/** `1 byte`, `70 bytes`, `1.5 KiB`, `128.0 MiB`, `4.0 GiB` */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte')
  const step = bytes < 2 ** 20 ? 1 : bytes < 2 ** 30 ? 2 : 3
  return `${(bytes / 1024 ** step).toFixed(1)} ${'KMG'[step - 1]}iB`
}

/** `1 reading`, `2 readings`; a plural that is not made with an s is given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}
