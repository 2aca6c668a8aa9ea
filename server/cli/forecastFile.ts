import { access, constants, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CommandFailure, WrongCommand } from './command.ts'
import type { TestRows } from './forecastDays.ts'
import type { ModelAhead } from './forecastModel.ts'
import { type Clock, localText } from './loadClock.ts'

/** Digits that no meter has. */
const DIGITS = 9
const ROWS_AT_ONCE = 10_000

/** Refuses a file that could not be written, or that is one of those read, before the work rather than after it. */
export async function refuseUnwritable(file: string, inputs: readonly string[]): Promise<void> {
  if (inputs.some(input => resolve(input) === resolve(file)))
    throw new WrongCommand(`--out ${file} is one of the files that are read`)
  try {
    await access(dirname(resolve(file)), constants.W_OK)
  } catch (error) {
    throw new CommandFailure(`${file} cannot be written: ${(error as Error).message}`)
  }
}

/** Writes `issued,time,p10_kw,p50_kw,p90_kw`, a row for each interval. Whole or not at all: an earlier file stays as it was. */
export async function writeForecast(
  file: string,
  rows: TestRows,
  ahead: ModelAhead,
  clock: Clock
): Promise<void> {
  const unfinished = `${file}.${process.pid}.new`
  try {
    const opened = await open(unfinished, 'w')
    try {
      for (const part of parts(rows, ahead, clock)) await opened.write(part)
      await opened.sync()
    } finally {
      await opened.close()
    }
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw new CommandFailure(`${file} cannot be written: ${(error as Error).message}`)
  }
}

function* parts(
  { t, days }: TestRows,
  { p50Kw, range }: ModelAhead,
  clock: Clock
): Generator<string, void, void> {
  let lines = ['issued,time,p10_kw,p50_kw,p90_kw']
  for (const { midnight, from, to } of days) {
    const issued = localText(midnight, clock)
    for (let i = from; i < to; i++) {
      const kw = [range.p10Kw, p50Kw, range.p90Kw].map(column =>
        Number((column[i] ?? NaN).toPrecision(DIGITS))
      )
      if (!kw.every(Number.isFinite))
        throw new Error(`there is no forecast for ${localText(t[i] ?? 0, clock)}`)
      lines.push(`${issued},${localText(t[i] ?? 0, clock)},${kw.join()}`)
    }
    if (lines.length < ROWS_AT_ONCE) continue
    yield `${lines.join('\n')}\n`
    lines = []
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`
}
