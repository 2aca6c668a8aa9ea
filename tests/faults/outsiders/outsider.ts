import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** A script of this folder as a process of its own; `result` is the JSON it prints at its end. */
export interface Outsider<Result> {
  result: Promise<Result>
  kill(): Promise<void>
}

export function startOutsider<Result>(script: string, settings: unknown): Outsider<Result> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true
  })
  const ended = once(child, 'exit')
  const result = Promise.all([text(child.stdout), ended]).then(([printed, [code]]) => {
    if (code !== 0) throw new Error(`${script} ended with code ${code}: ${printed}`)
    return JSON.parse(printed) as Result
  })
  result.catch(() => {})
  return {
    result,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await ended
    }
  }
}
