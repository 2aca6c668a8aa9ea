import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

const extraDirectories = [
  '/usr/sbin',
  '/usr/lib/postgresql/15/bin',
  '/usr/lib/postgresql/16/bin',
  '/usr/lib/postgresql/17/bin'
]
const sharedData = resolve(import.meta.dirname, '../../../shared/data')

export type Need = 'influxd' | 'mosquitto' | 'mosquitto_pub' | 'chromium' | 'postgres' | 'shared-data'

/** What this run had to go without; the reporter prints it in the last lines. */
export const MISSING_MARK = 'GRIDLOAD_TEST_MISSING'

function find(need: Need): string | null {
  if (need === 'shared-data') return existsSync(sharedData) ? sharedData : null
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...extraDirectories]
  return directories.map(directory => join(directory, need)).find(file => existsSync(file)) ?? null
}

/**
 * The path of a server binary or of the data folder that a suite needs; null when it is not here, so that the suite
 * can be skipped. With CI=true a missing one is an error: there nothing may be skipped.
 */
export function needs(need: Need): string | null {
  const path = find(need)
  if (path !== null) return path
  if (process.env.CI === 'true')
    throw new Error(`${need} is missing, and with CI=true nothing may be skipped`)
  console.log(`${MISSING_MARK} ${need}`)
  return null
}
