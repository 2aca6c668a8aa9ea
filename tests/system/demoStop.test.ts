import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

const root = resolve(import.meta.dirname, '../..')
let directory: Awaited<ReturnType<typeof tempDir>>
let gridload: Gridload
beforeAll(async () => {
  directory = await tempDir()
})
afterAll(() => directory.remove())

/** The processes whose command line names this run's data directory: the simulators are given it. */
async function stillRunning(): Promise<string[]> {
  const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const commands = await Promise.all(
    processes.map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''))
  )
  return commands.filter(command => command.includes(directory.path))
}

it('the demo ends with all it started, even when it is told so while the simulators start', async () => {
  gridload = await startGridload({ DATA_DIR: directory.path }, 'server/cli/demo.ts')
  expect(await gridload.stop()).toBe(0)
  expect(await stillRunning()).toEqual([])
})

it('killed, the demo takes its simulators with it', async () => {
  gridload = await startGridload({ DATA_DIR: directory.path }, 'server/cli/demo.ts')
  await until(async () => (await stillRunning()).length > 0, { what: 'the simulators running' })
  await gridload.kill()
  await until(async () => (await stillRunning()).length === 0, {
    what: 'the simulators gone',
    timeoutMs: 20_000
  })
})

it('ends with npm, which tells nobody when it is ended', async () => {
  const environment = { ...process.env, PORT: '0', MQTT_PORT: '0', DATA_DIR: directory.path }
  const npm = spawn('npm', ['start'], { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'ignore'] })
  // Not before the server, which writes to the same pipe.
  const ended = once(npm, 'close')
  let output = ''
  npm.stdout.on('data', chunk => {
    output += chunk
  })
  await until(() => /open at http/.test(output), { what: 'the server open', timeoutMs: 60_000 })
  const address = /open at (http\S+)/.exec(output)?.[1] ?? ''
  npm.kill('SIGTERM')
  const answers = () =>
    fetch(`${address}/api/health/live`).then(
      () => true,
      () => false
    )
  await until(async () => !(await answers()), { what: 'the server gone', timeoutMs: 20_000 })
  await ended
})
