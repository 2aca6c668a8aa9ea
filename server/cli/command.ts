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
    output.complain(`${(error as Error).message}\n\n${usage}`)
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

/** `1.5 MiB` */
export function inMib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
