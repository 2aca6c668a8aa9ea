import { expect, test } from 'vitest'
import { AUDIT_GENESIS, type AuditHead } from '../../server/contract/audit.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { link } from './accessSamples.ts'
import { noon } from './samples.ts'

export function auditSuite(open: () => Promise<Records>): void {
  const personal = { name: 'Nguyễn Thị Lan', address: '2001:db8::1' }
  const kept = { personal, personalHash: 'p', salt: 's' }
  const headAt = (height: number): AuditHead => ({ height, hash: `hash of ${height}` })

  test('an entry comes back as it was written, and the head is the newest', async () => {
    const { audit } = await open()
    expect(await audit.head()).toEqual(AUDIT_GENESIS)
    const first = link(AUDIT_GENESIS, kept, ['usr-lan'])
    const second = link(headAt(1), {
      object: null,
      status: null,
      attempt: 1,
      before: null,
      after: [1e21, -0.5]
    })
    expect(await audit.append(AUDIT_GENESIS, [first, second])).toBe(true)
    expect(await audit.head()).toEqual(headAt(2))
    expect(await audit.range(1, 10)).toEqual([first.entry, second.entry])
    expect(await audit.range(2, 10)).toEqual([second.entry])
    expect(await audit.range(1, 1)).toEqual([first.entry])
    expect(await audit.append(headAt(2), [])).toBe(true)
  })

  test('of two that append behind the same head, one wins, and the other has written nothing', async () => {
    const { audit } = await open()
    const mine = link(AUDIT_GENESIS, { action: 'mine' }, ['usr-1'])
    const yours = link(AUDIT_GENESIS, { action: 'yours', hash: 'another' }, ['usr-1'])
    const won = await Promise.all([audit.append(AUDIT_GENESIS, [mine]), audit.append(AUDIT_GENESIS, [yours])])
    expect(won.toSorted()).toEqual([false, true])
    expect(await audit.range(1, 10)).toEqual([(won[0] ? mine : yours).entry])
    expect(await audit.append({ height: 1, hash: 'not the head' }, [link(headAt(1))])).toBe(false)
  })

  test('entries that cannot be written whole are not written at all', async () => {
    const { audit } = await open()
    const broken = link(headAt(1), { action: null as unknown as string })
    await expect(audit.append(AUDIT_GENESIS, [link(AUDIT_GENESIS), broken])).rejects.toThrow()
    expect(await audit.head()).toEqual(AUDIT_GENESIS)
    expect(await audit.range(1, 10)).toEqual([])
  })

  test('a list is newest first, filtered, and without the salt', async () => {
    const { audit } = await open()
    const entries = [
      link(AUDIT_GENESIS, kept, ['usr-lan']),
      link(headAt(1), { actorId: 'tok-1' }),
      link(headAt(2), { action: 'login', object: 'user/usr-1' })
    ]
    await audit.append(AUDIT_GENESIS, entries)
    const heights = async (filter: Partial<Parameters<typeof audit.list>[0]>) =>
      (await audit.list({ limit: 10, ...filter })).map(({ height }) => height)
    expect(await heights({})).toEqual([3, 2, 1])
    expect(await heights({ limit: 2 })).toEqual([3, 2])
    expect(await heights({ below: 3 })).toEqual([2, 1])
    expect(await heights({ actorId: 'tok-1' })).toEqual([2])
    expect(await heights({ object: 'user/usr-1' })).toEqual([3])
    expect(await heights({ action: 'login' })).toEqual([3])
    expect(await heights({ from: noon + 2, to: noon + 3 })).toEqual([2])
    expect((await audit.list({ limit: 9 })).some(entry => 'salt' in entry)).toBe(false)
  })

  test('erasing empties what is personal in every entry about that user, and nothing else', async () => {
    const { audit } = await open()
    const entries = [
      link(AUDIT_GENESIS, kept, ['usr-lan']),
      link(headAt(1), kept, ['usr-minh', 'usr-lan', 'usr-lan']),
      link(headAt(2), kept, ['usr-minh']),
      link(headAt(3))
    ]
    await audit.append(AUDIT_GENESIS, entries)
    expect(await audit.erasePersonal('usr-lan')).toBe(2)
    expect(await audit.erasePersonal('usr-lan')).toBe(0)
    const erased = { personal: null, salt: null, personalHash: 'p' }
    expect(await audit.range(1, 10)).toEqual([
      { ...entries[0]?.entry, ...erased },
      { ...entries[1]?.entry, ...erased },
      entries[2]?.entry,
      entries[3]?.entry
    ])
  })
}
