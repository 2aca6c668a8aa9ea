import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, it } from 'vitest'

const workers = resolve(import.meta.dirname, '../../server/workers')

/** The packages that are in memory once a file is loaded: all that it imports at its head, types apart, and so on. */
function packagesOf(entry: string): string[] {
  const seen = new Set([entry])
  const packages = new Set<string>()
  for (const file of seen) {
    const found = readFileSync(file, 'utf8').matchAll(
      /^(?:im|ex)port (?!type\s)(?:[^'"]*?\sfrom )?'([^']+)'/gm
    )
    for (const [, to = ''] of found) {
      if (to.startsWith('.')) seen.add(resolve(dirname(file), to))
      else if (!to.startsWith('node:')) packages.add(to.split('/')[0] ?? '')
    }
  }
  return [...packages].sort()
}

// Each thread has its own copy of all code. The schemas of the HTTP surface alone are 680 modules and 12 MB.
it('keeps schemas and client libraries out of the memory of the readings thread', () => {
  expect(packagesOf(resolve(workers, 'readings.ts'))).toEqual([])
})

it('keeps schemas out of the memory of the ingest thread', () => {
  expect(packagesOf(resolve(workers, 'ingest.ts'))).not.toContain('typebox')
})

it('keeps schemas out of the memory of a replay until somebody asks for a plan', () => {
  expect(packagesOf(resolve(workers, 'replay.ts'))).toEqual([])
})

it('keeps schemas out of the memory of a forecast worker', () => {
  expect(packagesOf(resolve(workers, 'forecast.ts'))).toEqual([])
})

it('sees packages at all', () => {
  expect(packagesOf(resolve(workers, '../contract/units.ts'))).toEqual(['typebox'])
})
