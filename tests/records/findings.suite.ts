import { expect, test } from 'vitest'
import type { Records } from '../../server/records/openRecords.ts'
import { at, finding, noon } from './samples.ts'

export function findingsSuite(open: () => Promise<Records>): void {
  const note = { by: 'Lan', at: at(noon + 9), note: 'đang gọi' }

  const lan = { ...note, byId: 'usr-lan' }

  test('a finding comes back as saved, and the same id replaces it', async () => {
    const { findings } = await open()
    const raised = finding('A', noon)
    await findings.save(raised)
    expect(await findings.get('A')).toEqual(raised)
    const worse = { ...raised, summary: 'worse', facts: { loadKw: 12_000.25 }, flagged: [] }
    await findings.save(worse)
    expect(await findings.get('A')).toEqual(worse)
    expect(await findings.get('B')).toBeNull()
  })

  test('the first acknowledgement stays, also against a saver who has not heard of it', async () => {
    const { findings } = await open()
    await findings.save(finding('A', noon))
    expect(await findings.acknowledge('A', lan)).toMatchObject({ acknowledged: note })
    await findings.acknowledge('A', { by: 'Minh', byId: 'usr-minh', at: at(noon + 99), note: '' })
    await findings.save(finding('A', noon, { clearedAt: at(noon + 50) }))
    expect(await findings.get('A')).toMatchObject({ acknowledged: note, clearedAt: at(noon + 50) })
    expect(await findings.acknowledge('B', lan)).toBeNull()
  })

  test('what has turned since it was acknowledged has to be acknowledged anew; older and newer copies of it agree', async () => {
    const { findings } = await open()
    const turned = (turnedAt: number, rest = {}) =>
      finding('A', noon, { kind: 'heat-peak-ahead', facts: { turnedAt }, ...rest })
    await findings.save(turned(noon))
    await findings.acknowledge('A', lan)
    await findings.save(turned(noon))
    expect(await findings.get('A')).toMatchObject({ acknowledged: note })
    await findings.save(turned(noon + 50, { clearedAt: at(noon + 50) }))
    expect(await findings.get('A')).toMatchObject({ acknowledged: null, clearedAt: at(noon + 50) })
    const minh = { by: 'Minh', at: at(noon + 60), note: '' }
    await findings.acknowledge('A', { ...minh, byId: 'usr-minh' })
    await findings.save(turned(noon + 50))
    expect(await findings.get('A')).toMatchObject({ acknowledged: minh })
  })

  test('open are those not cleared and those not acknowledged; newest first, the cleared ones last', async () => {
    const { findings } = await open()
    await findings.save(finding('cleared', noon + 3, { clearedAt: at(noon + 4) }))
    await findings.save(finding('old', noon + 1, { acknowledged: note }))
    await findings.save(finding('new', noon + 2))
    await findings.save(finding('done', noon + 5, { clearedAt: at(noon + 6), acknowledged: note }))
    const ids = (list: { id: string }[]) => list.map(({ id }) => id)
    expect(ids(await findings.open())).toEqual(['new', 'old', 'cleared'])
    expect(ids(await findings.list({ limit: 10 }))).toEqual(['new', 'old', 'done', 'cleared'])
    expect(ids(await findings.list({ limit: 1 }))).toEqual(['new'])
  })
}
