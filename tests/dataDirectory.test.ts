import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type App, startApp } from '../server/app.ts'
import { readConfig } from '../server/config.ts'
import { tempDir } from './helpers/tempDir.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
let dataDirectory: string
beforeEach(async () => {
  folder = await tempDir()
  dataDirectory = join(folder.path, 'data')
})
afterEach(() => folder.remove())

async function start(more: Record<string, string> = {}): Promise<App> {
  const settings = { DATA_DIR: dataDirectory, PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'silent', ...more }
  const read = readConfig(settings)
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  return startApp(read.config, {
    ...{ now: Date.now, random: Math.random, pagesDirectory: folder.path },
    onLost(error) {
      throw error
    }
  })
}

it.skipIf(process.platform === 'win32')('what is kept is for its owner alone, readings as well', async () => {
  const app = await start()
  await app.stop()
  expect(statSync(dataDirectory).mode & 0o777).toBe(0o700)
  expect(app.wasDemo).toBe(false)
})

it('what was a demo is known as such afterwards, and has nobody’s login in it', async () => {
  const demo = await start({ DEMO: 'true' })
  await demo.stop()
  expect([demo.wasDemo, demo.setupUrl]).toEqual([false, null])
  const app = await start()
  await app.stop()
  expect([app.wasDemo, app.setupUrl]).toEqual([true, expect.stringContaining('/#/setup/')])
})
