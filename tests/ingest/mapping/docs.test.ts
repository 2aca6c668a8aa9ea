import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readMapping } from '../../../server/ingest/mapping/readMapping.ts'

const text = readFileSync(resolve(import.meta.dirname, '../../../docs/payloads.md'), 'utf8')
const examples = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json ?? '')
const [mappings = '', message = '', sparkplug = ''] = examples

describe('docs/payloads.md', () => {
  it('its mapping files are without a mistake', () => {
    expect(readMapping(mappings)).not.toHaveProperty('mistakes')
    expect(readMapping(sparkplug)).not.toHaveProperty('mistakes')
    expect(examples).toHaveLength(3)
  })

  it('its message is read as it says', () => {
    const read = readMapping(mappings)
    const decoder = 'mistakes' in read ? undefined : read.decoders[0]
    const now = Date.parse('2026-11-22T05:00:00Z')
    const decoded = decoder?.decode('evn/PC05/DCU3/all/prof', Buffer.from(message), now)
    expect(decoded?.rejects).toEqual([])
    expect(decoded?.readings.map(({ id, ts, values }) => [id, new Date(ts).toISOString(), values])).toEqual([
      ['PC05A1', '2026-11-22T00:00:00.000Z', { kw: 1.001, v: 230 }],
      ['PC05A1', '2026-11-22T00:30:00.000Z', { kw: 1.5 }],
      ['PC05A2', '2026-11-22T00:00:00.000Z', { kw: 0 }]
    ])
  })
})
