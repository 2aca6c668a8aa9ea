import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type RollupNote, rollupNoteFile } from '../../server/grid/rollupNote.ts'
import { tempDir } from '../helpers/tempDir.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

const note: RollupNote<{ segment: number }> = {
  position: { segment: 3 },
  dirty: [
    [10, 12],
    [20, 20]
  ],
  recentFrom: 1,
  registry: 'abc',
  lookBackMs: 5
}

it('gives back what was saved, tells the position afterwards, and leaves no other file', async () => {
  const heard: unknown[] = []
  const file = join(folder.path, 'rollups.json')
  const notes = rollupNoteFile<{ segment: number }>(file, async position => void heard.push(position))
  expect(await notes.load()).toBeNull()
  await notes.save({ ...note, position: null })
  await notes.save(note)
  expect(await rollupNoteFile(file).load()).toEqual(note)
  expect(heard).toEqual([null, { segment: 3 }])
  expect(await readdir(folder.path)).toEqual(['rollups.json'])
})

it.each([
  '',
  '{',
  'null',
  '{}',
  '{"dirty":[["a"]],"recentFrom":1,"lookBackMs":1}',
  '{"dirty":[],"recentFrom":1}'
])('takes a broken file for none: %s', async text => {
  const file = join(folder.path, 'rollups.json')
  await writeFile(file, text)
  expect(await rollupNoteFile(file).load()).toBeNull()
})

it('does not take a file that cannot be read for none', async () => {
  await expect(rollupNoteFile(folder.path).load()).rejects.toThrow('EISDIR')
})

it('has what was written before there were half-hours computed again with them', async () => {
  const file = join(folder.path, 'rollups.json')
  const { recentFrom, ...rest } = note
  await writeFile(file, JSON.stringify({ ...rest, hotFrom: recentFrom }))
  expect(await rollupNoteFile(file).load()).toEqual({ ...note, registry: null })
})
