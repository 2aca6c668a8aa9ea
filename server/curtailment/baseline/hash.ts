import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import type { Evidence } from './estimate.ts'

const isLittleEndian = endianness() === 'LE'

/**
 * SHA-256 (hex) over parameters and values: the parameters as JSON, then for each piece of evidence its label and its
 * values as little-endian doubles. Every unknown value is the same NaN, and there is no negative zero.
 */
export function dataHash(parameters: unknown, evidence: readonly Evidence[]): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify(parameters))
  for (const { label, values } of evidence) {
    hash.update(`\n${label} ${values.length}\n`)
    const canonical = Float64Array.from(values, value => (Number.isNaN(value) ? NaN : value + 0))
    const bytes = Buffer.from(canonical.buffer)
    hash.update(isLittleEndian ? bytes : bytes.swap64())
  }
  return hash.digest('hex')
}
