import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { batchOf } from '../../server/log/readingBatch.ts'
import type { Position } from '../../server/log/segments.ts'
import { createValidator } from '../../server/validation/validator.ts'
import { savedValidation } from '../../server/workers/savedValidation.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { HOUR, MONDAY, reading } from '../validation/readings.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
let file: string
beforeEach(async () => {
  folder = await tempDir()
  file = join(folder.path, 'validation.state')
})
afterEach(() => folder.remove())

const place = (offset: number): Position => ({ segment: 1, offset })
const hours = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) =>
    reading({ ts: MONDAY + (from + i) * HOUR, values: { kw: from + i } })
  )

/** The file of a validator that has seen exactly these readings. */
function expected(readings: number, at: number): Buffer {
  const validator = createValidator()
  validator.validate(batchOf(hours(0, readings)), MONDAY)
  return validator.save(place(at))
}

const arrived = (rows: number) => new Float64Array(rows).fill(MONDAY)

function start() {
  const cursor = { position: place(0) }
  const warnings: string[] = []
  const saved = savedValidation({
    ...{ file, cursor, validator: createValidator() },
    warn: text => warnings.push(text)
  })
  saved.standsAt(place(0))
  return { cursor, saved, warnings }
}

const fileNow = () => readFile(file).catch(() => null)

it('nothing is taken while lines from before are still to come', async () => {
  const { cursor, saved } = start()
  saved.validate(batchOf(hours(0, 3)), arrived(3), null)
  saved.due()
  saved.validate(batchOf(hours(3, 6)), arrived(3), null)
  saved.validate(batchOf(hours(6, 8)), arrived(2), place(800))
  saved.validate(batchOf(hours(8, 12)), arrived(4), place(1200))
  cursor.position = place(799)
  saved.cursorMoved()
  cursor.position = place(800)
  saved.cursorMoved()
  await saved.stop()
  expect(await fileNow()).toEqual(expected(8, 800))
})

it('at a stop the newest is written, where the cursor has come that far', async () => {
  const { cursor, saved } = start()
  saved.validate(batchOf(hours(0, 5)), arrived(5), place(500))
  cursor.position = place(500)
  await saved.stop()
  expect(await fileNow()).toEqual(expected(5, 500))
})

it('at a stop with the cursor behind everything the file stays', async () => {
  await writeFile(file, 'older')
  const { cursor, saved } = start()
  saved.validate(batchOf(hours(0, 5)), arrived(5), place(500))
  saved.due()
  saved.validate(batchOf(hours(5, 9)), arrived(4), place(900))
  cursor.position = place(499)
  await saved.stop()
  expect(String(await fileNow())).toBe('older')
})

it('a snapshot that waits for the cursor is kept, however often one is due', async () => {
  const { cursor, saved } = start()
  saved.validate(batchOf(hours(0, 5)), arrived(5), place(500))
  saved.due()
  saved.validate(batchOf(hours(5, 9)), arrived(4), place(900))
  saved.due()
  saved.due()
  cursor.position = place(600)
  await saved.stop()
  expect(await fileNow()).toEqual(expected(5, 500))
})

it('comes back; what is damaged is as none; a disk that is full is told, and tried again', async () => {
  const { cursor, saved } = start()
  saved.validate(batchOf(hours(0, 5)), arrived(5), place(500))
  cursor.position = place(500)
  await saved.stop()
  expect(await start().saved.load()).toEqual(place(500))
  await writeFile(file, 'damaged')
  expect(await start().saved.load()).toBeNull()

  const gone = savedValidation({
    ...{ file: join(folder.path, 'missing', 'file'), cursor, validator: createValidator() },
    warn: text => told.push(text)
  })
  const told: string[] = []
  gone.standsAt(place(500))
  gone.due()
  await gone.stop()
  expect(told).toHaveLength(2)
  expect(told[0]).toMatch(/^what validation remembers is not saved: ENOENT/)
})
