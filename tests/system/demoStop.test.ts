import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

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
