import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startApp } from '../server/app.ts'
import { readConfig } from '../server/config.ts'
import { tempDir } from './helpers/tempDir.ts'

it.skipIf(process.platform === 'win32')('what is kept is for its owner alone, readings as well', async () => {
  const folder = await tempDir()
  const dataDirectory = join(folder.path, 'data')
  const read = readConfig({ DATA_DIR: dataDirectory, PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'silent' })
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  const app = await startApp(read.config, {
    ...{ now: Date.now, random: Math.random, pagesDirectory: folder.path },
    onLost(error) {
      throw error
    }
  })
  await app.stop()
  expect(statSync(dataDirectory).mode & 0o777).toBe(0o700)
  await folder.remove()
})
