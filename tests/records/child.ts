import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface ChildEnd {
  signal: NodeJS.Signals | null
  code: number | null
  lines: string[]
  errors: string
}

/** Runs a script of this folder (or of another, by its path) to its end. `onLine` hears each line it prints. */
export async function runChild(
  script: string,
  args: readonly string[],
  onLine: (line: string, kill: () => void) => void = () => {}
): Promise<ChildEnd> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const lines: string[] = []
  let errors = ''
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  createInterface({ input: child.stdout }).on('line', line => {
    lines.push(line)
    onLine(line, () => child.kill('SIGKILL'))
  })
  const [code, signal] = await once(child, 'close')
  return { code, signal, lines, errors }
}
