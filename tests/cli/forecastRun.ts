import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { forecastCommand } from '../../server/cli/forecast.ts'
import type { ForecastDocument } from '../../server/cli/forecastDocument.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { forecastRows, linesOf, type MadeRow, MELBOURNE } from './forecastFiles.ts'
import { writeRows } from './loadFiles.ts'
import { saying } from './saying.ts'

/** A folder of its own for each test, and the command run in it. */
export function forecastFolder() {
  let folder: Awaited<ReturnType<typeof tempDir>>
  beforeEach(async () => {
    folder = await tempDir()
  })
  afterEach(() => folder.remove())

  const file = (name = 'load.csv') => join(folder.path, name)
  const out = () => file('F.csv')
  const run = (args: readonly string[]) =>
    saying(forecastCommand, [file(), ...args, ...(args.includes('--out') ? [] : ['--out', out()])], {})
  return {
    ...{ file, out, run, folder: () => folder.path },
    writeLoad: (rows: readonly MadeRow[], zone = MELBOURNE) =>
      writeRows(file(), 'time,kw', linesOf(rows, zone)),
    writeTemperature: (rows: readonly MadeRow[], zone = MELBOURNE) =>
      writeRows(file('t.csv'), 'time,temp_c', linesOf(rows, zone)),
    withTemperature: (args: readonly string[]) => [...args, '--temperature', file('t.csv')],
    /** What was written, after a run that must go well. */
    async written(args: readonly string[]): Promise<string> {
      const { code, complained } = await run(args)
      expect([code, complained]).toEqual([0, ''])
      return readFile(out(), 'utf8')
    },
    async documentOf(args: readonly string[]): Promise<ForecastDocument> {
      const { code, said, complained } = await run([...args, '--json'])
      expect([code, complained]).toEqual([0, ''])
      return JSON.parse(said)
    }
  }
}

/** So many rows, each with three numbers in order. */
export function expectNumbers(text: string, count: number) {
  const { header, rows } = forecastRows(text)
  expect(header).toBe('issued,time,p10_kw,p50_kw,p90_kw')
  expect(rows).toHaveLength(count)
  const bad = rows.filter(({ p10, p50, p90 }) => !(p10 <= p50 && p50 <= p90 && Number.isFinite(p90 - p10)))
  expect(bad).toEqual([])
  return rows
}
