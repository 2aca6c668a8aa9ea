import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LETTER_MARK } from './ledger/message.ts'

/**
 * The numbers of the ledger's readings that lie among the dead letters on disk. Payloads are kept as they came, so
 * their numbers are found whatever frames are around them.
 */
export function deadLetterMarks(dataDirectory: string): Set<number> {
  const found = new Set<number>()
  const folder = join(dataDirectory, 'dead-letters')
  if (!existsSync(folder)) return found
  for (const name of readdirSync(folder).filter(name => name.endsWith('.seg'))) {
    const text = readFileSync(join(folder, name)).toString('latin1')
    for (const [, n] of text.matchAll(LETTER_MARK)) found.add(Number(n))
  }
  return found
}
