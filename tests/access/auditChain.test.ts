import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultAgainst, hashOf, linkAfter, verifyEntries } from '../../server/access/auditChain.ts'
import { AUDIT_GENESIS, type KeptAuditEntry } from '../../server/contract/audit.ts'
import { chainOf, noon, record } from './chain.ts'

const faultIn = (entries: KeptAuditEntry[]) => verifyEntries(entries).fault

describe('a link', () => {
  it('is hashed as the contract says: can be recomputed by hand', () => {
    const entry = linkAfter(AUDIT_GENESIS, record(1, { personal: { name: 'Lan' } }), 'beef')
    const personalHash = createHash('sha256').update('beef{"name":"Lan"}').digest('hex')
    const bound =
      '{"action":"POST /api/curtailment-events/:id/send","actorId":"usr-lan","after":{"state":"notified"},' +
      '"at":"2026-05-20T05:00:00.001Z","attempt":null,"before":{"state":"draft"},"height":1,"object":"event/CE-1",' +
      `"outcome":"done","personalHash":"${personalHash}","previousHash":"${'0'.repeat(64)}","status":200}`
    expect(entry.hash).toBe(
      createHash('sha256')
        .update('0'.repeat(64) + bound)
        .digest('hex')
    )
  })

  it('holds no salt where nothing is personal', () => {
    expect(linkAfter(AUDIT_GENESIS, record(1), 'beef')).toMatchObject({ salt: null, personalHash: null })
  })
})

describe('a whole chain', () => {
  it('holds from the first entry, and from a trusted one on', () => {
    const entries = chainOf(20)
    const last = entries.at(-1)
    expect(verifyEntries(entries)).toEqual({ head: { height: 20, hash: last?.hash }, fault: null })
    expect(verifyEntries(entries.slice(9), entries[8]).fault).toBeNull()
    expect(verifyEntries([])).toEqual({ head: AUDIT_GENESIS, fault: null })
  })

  it('holds when what was personal has been erased', () => {
    const erased = chainOf(20).map(entry => ({ ...entry, personal: null, salt: null }))
    expect(faultIn(erased)).toBeNull()
  })
})

describe('an altered chain', () => {
  const bound = [
    'at',
    'actorId',
    'action',
    'object',
    'outcome',
    'status',
    'attempt',
    'before',
    'after'
  ] as const

  it.each([...bound, 'personalHash', 'previousHash', 'hash'] as const)(
    'names the entry whose %s was changed',
    member => {
      const entries = chainOf(20)
      entries[11] = { ...(entries[11] as KeptAuditEntry), [member]: 'x' }
      expect(faultIn(entries)).toEqual({ height: 12, what: 'altered', text: 'entry 12 was altered' })
    }
  )

  it('names the entry that was changed and given the hash it would have', () => {
    const entries = chainOf(20)
    const forged = { ...(entries[11] as KeptAuditEntry), actorId: 'usr-minh' }
    entries[11] = { ...forged, hash: hashOf(forged) }
    expect(faultIn(entries)).toMatchObject({ height: 12, what: 'altered' })
    expect(faultIn(entries)?.text).toContain('entry 12 was altered together with its hash: entry 13')
  })

  it('does not doubt what is trusted: the entry after it is named', () => {
    const entries = chainOf(20)
    const forged = { ...(entries[11] as KeptAuditEntry), previousHash: 'f'.repeat(64) }
    const verdict = verifyEntries([{ ...forged, hash: hashOf(forged) }], entries[10])
    expect(verdict.fault).toMatchObject({ height: 12, what: 'altered' })
    expect(verdict.head.height).toBe(11)
  })

  it.each([
    ['was changed', { personal: { name: 'Minh', address: '10.0.0.7' } }],
    ['has lost its salt', { salt: null }],
    ['has another salt', { salt: 'beef' }]
  ])('names the entry whose personal data %s', (_how, change) => {
    const entries = chainOf(20)
    entries[11] = { ...(entries[11] as KeptAuditEntry), ...change }
    expect(faultIn(entries)).toEqual({
      height: 12,
      what: 'altered',
      text: 'the personal data of entry 12 were altered'
    })
  })

  it('names the entry to which personal data were put', () => {
    const entries = chainOf(20)
    entries[9] = { ...(entries[9] as KeptAuditEntry), personal: { name: 'x' }, salt: 'ab' }
    expect(faultIn(entries)).toMatchObject({ height: 10, what: 'altered' })
  })

  it('names what is missing: one, several, the first', () => {
    const without = (from: number, to: number) =>
      chainOf(20).filter(({ height }) => height < from || height > to)
    expect(faultIn(without(7, 7))).toEqual({ height: 7, what: 'missing', text: 'entry 7 is missing' })
    expect(faultIn(without(7, 9))).toEqual({ height: 7, what: 'missing', text: 'entries 7 to 9 are missing' })
    expect(faultIn(without(1, 1))).toEqual({ height: 1, what: 'missing', text: 'entry 1 is missing' })
  })

  it('names the first of those that were exchanged', () => {
    const entries = chainOf(20)
    const [seventh, twelfth] = [entries[6] as KeptAuditEntry, entries[11] as KeptAuditEntry]
    entries[6] = { ...twelfth, height: 7 }
    entries[11] = { ...seventh, height: 12 }
    expect(faultIn(entries)).toEqual({
      height: 7,
      what: 'reordered',
      text: 'entry 7 is out of order: what stands there is entry 12'
    })
  })

  it('names the place from which one was taken out and the rest moved up', () => {
    const moved = chainOf(20).flatMap(entry =>
      entry.height === 7 ? [] : [{ ...entry, height: entry.height - (entry.height > 7 ? 1 : 0) }]
    )
    expect(faultIn(moved)).toMatchObject({ height: 7, what: 'reordered' })
  })

  it('whatever single member of whatever entry is changed, that entry is named', () => {
    const entries = chainOf(12)
    fc.assert(
      fc.property(
        fc.nat(11),
        fc.constantFrom(...bound),
        fc.jsonValue({ maxDepth: 2 }),
        (at, member, value) => {
          const entry = entries[at] as KeptAuditEntry
          const changed = { ...entry, [member]: value } as KeptAuditEntry
          fc.pre(hashOf(changed) !== hashOf(entry))
          expect(faultIn(entries.with(at, changed))?.height).toBe(at + 1)
        }
      ),
      { seed: 4, numRuns: 60 }
    )
  }, 30_000)
})

describe('a checkpoint', () => {
  const entries = chainOf(20)
  const at = (height: number) => ({ height, hash: entries[height - 1]?.hash ?? '' })

  it('holds for the chain it was taken of, also when it has grown', () => {
    expect(faultAgainst(at(12), entries[11] ?? null)).toBeNull()
    expect(faultAgainst(AUDIT_GENESIS, null)).toBeNull()
  })

  it('shows that the end was cut off, which the chain itself does not', () => {
    const cut = entries.slice(0, 11)
    expect(faultIn(cut)).toBeNull()
    expect(faultAgainst(at(12), null)).toMatchObject({ height: 12, what: 'missing' })
  })

  it('shows that the chain was rewritten, which the chain itself does not', () => {
    const rewritten: KeptAuditEntry[] = []
    for (const { height } of entries) {
      const actorId = height === 5 ? 'usr-minh' : 'usr-lan'
      rewritten.push(
        linkAfter(rewritten.at(-1) ?? AUDIT_GENESIS, record(height, { actorId, at: noon }), 'ab')
      )
    }
    expect(faultIn(rewritten)).toBeNull()
    expect(faultAgainst(at(12), rewritten[11] ?? null)).toMatchObject({ height: 12, what: 'altered' })
  })
})
