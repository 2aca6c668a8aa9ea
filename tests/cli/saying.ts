import { type Command, runCommand } from '../../server/cli/command.ts'
import type { Environment } from '../../server/config.ts'

/** Runs a command as its process would, and gives its exit code and what it said. */
export async function saying(
  command: Command,
  args: string[],
  environment: Environment
): Promise<{ code: number; said: string; complained: string }> {
  const said: string[] = []
  const complained: string[] = []
  const code = await runCommand(command, args, environment, {
    say: line => void said.push(line),
    complain: line => void complained.push(line)
  })
  return { code, said: said.join('\n'), complained: complained.join('\n') }
}
