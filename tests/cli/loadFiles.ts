import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** A command as its own process: exit code and what it printed. */
export async function asProcess(
  command: 'baseline' | 'accuracy' | 'forecast',
  args: readonly string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const script = resolve(import.meta.dirname, '../../server/cli', `${command}.ts`)
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => out.push(part))
  child.stderr.on('data', (part: Buffer) => errors.push(part))
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail)
    child.on('close', done)
  })
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(errors).toString() }
}

/** The rows of a file of the measured loads, its comments and its header left out. */
export function sharedRows(folder: string, file: string): string[][] {
  const text = gunzipSync(readFileSync(join(folder, file))).toString()
  const [, ...rows] = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return rows.map(row => row.split(','))
}

/** The LBNL office as `time,kw`, its unknown rows left out. */
export function officeRows(folder: string): string[] {
  return sharedRows(folder, 'lbnl_small_office_15min_kw_2013.csv.gz')
    .filter(([, kw]) => kw !== 'nan')
    .map(([local = '', kw]) => `${local.replace(' ', 'T')}-07:00,${kw}`)
}

export async function writeRows(file: string, header: string, rows: readonly string[]): Promise<string> {
  await writeFile(file, `${header}\n${rows.join('\n')}\n`)
  return file
}

/**
 * A load that repeats every day: kW by local hour, on the half hours of `days` days from a UTC midnight on, at +07:00.
 * 100 kW at night, 400 kW from 8 to 20 h.
 */
export function repeatingRows(from: string, days: number, minutes = 30): string[] {
  const rows: string[] = []
  for (let minute = 0; minute < days * 1440; minute += minutes) {
    const local = new Date(Date.parse(from) + minute * 60_000).toISOString().slice(0, 16)
    const hour = Math.floor((minute % 1440) / 60)
    rows.push(`${local}:00+07:00,${hour >= 8 && hour < 20 ? 400 : 100}`)
  }
  return rows
}
