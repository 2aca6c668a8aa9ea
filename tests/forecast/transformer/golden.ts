import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The rows of a file of golden results, its comments and its header left out. */
export function goldenRows(folder: string, file: string): string[][] {
  const text = readFileSync(join(folder, file), 'utf8')
  const [, ...rows] = text.split(/\r?\n/).filter(line => line !== '' && !line.startsWith('#'))
  return rows.map(row => row.split(','))
}
