import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { History } from '../../../server/forecast/history/history.ts'
import {
  decodeHistory,
  encodeHistory,
  readHistory,
  replaceCache,
  writeHistory
} from '../../../server/forecast/history/historyFile.ts'
import { tempDir } from '../../helpers/tempDir.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

const history: History = {
  ...{ startMs: 1_781_913_600_000, readUntil: 1_781_920_800_000, composition: 'a1b2c3d4e5f60718' },
  columns: [Float32Array.of(1.5, NaN, -3), Float32Array.of(60, 61, NaN)]
}

it('comes back as it was written', async () => {
  expect(decodeHistory(encodeHistory(history))).toEqual(history)
  await writeHistory(`${folder.path}/W1.weather`, history)
  expect(await readHistory(`${folder.path}/W1.weather`, 2)).toEqual(history)
  expect(await readdir(folder.path)).toEqual(['W1.weather'])
})

it('is not there for another number of columns, another version, or when it is missing', async () => {
  await writeHistory(`${folder.path}/W1.weather`, history)
  expect(await readHistory(`${folder.path}/W1.weather`, 1)).toBeNull()
  expect(await readHistory(`${folder.path}/W2.weather`, 2)).toBeNull()
  const other = encodeHistory(history)
  other.writeUInt32LE(99, 4)
  expect(decodeHistory(other)).toBeNull()
})

it('cut short or changed anywhere it is made again, never misread', () => {
  const whole = encodeHistory(history)
  for (let length = 0; length < whole.length; length += 7)
    expect(decodeHistory(whole.subarray(0, length))).toBeNull()
  for (let at = 16; at < whole.length; at++) {
    const changed = Buffer.from(whole)
    changed[at] = (changed[at] ?? 0) ^ 4
    expect(decodeHistory(changed)).toBeNull()
  }
})

it('a write that fails leaves the old content and nothing beside it', async () => {
  await writeHistory(`${folder.path}/F1.load`, history)
  await mkdir(`${folder.path}/F2.load`)
  await writeFile(`${folder.path}/F2.load/in the way`, '')
  await expect(replaceCache(`${folder.path}/F2.load`, encodeHistory(history))).rejects.toThrow()
  expect(await readdir(folder.path)).toEqual(['F1.load', 'F2.load'])
})

it('two threads of a run may keep the same thing at the same time', async () => {
  const path = `${folder.path}/W1.weather`
  const source = new URL('../../../server/forecast/history/historyFile.ts', import.meta.url).href
  const code = `import(${JSON.stringify(source)}).then(async ({ replaceCache }) => {
    for (let i = 0; i < 100; i++) await replaceCache(${JSON.stringify(path)}, Buffer.alloc(5000, i))
  })`
  const faults: unknown[] = []
  await Promise.all(
    [1, 2].map(async () => {
      const writer = new Worker(code, { eval: true })
      writer.on('error', error => faults.push(error))
      await once(writer, 'exit')
    })
  )
  expect(faults).toEqual([])
  expect(await readFile(path)).toEqual(Buffer.alloc(5000, 99))
  expect(await readdir(folder.path)).toEqual(['W1.weather'])
})
