import { readFile } from 'node:fs/promises'
import { openFailure, StartFailure } from './startFailure.ts'
import { defaultThresholds, type Thresholds } from './validation/thresholds.ts'

/** The limits of validation: those of the file of the settings, or the usual ones. Rejects with a StartFailure. */
export async function readThresholdsFile(file: string | null): Promise<Thresholds> {
  if (file === null) return defaultThresholds
  const text = await readFile(file, 'utf8').catch(openFailure('VALIDATION_FILE', file))
  // What checks the file is large: only who has one loads it.
  const { readThresholds } = await import('./validation/readThresholds.ts')
  const read = readThresholds(text)
  if ('mistakes' in read)
    throw new StartFailure(read.mistakes.map(line => `VALIDATION_FILE ${line}`).join('\n'))
  return read.thresholds
}
