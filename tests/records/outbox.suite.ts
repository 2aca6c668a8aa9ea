import { expect, test } from 'vitest'
import type { Records } from '../../server/records/openRecords.ts'
import type { OutboxMessage } from '../../server/records/outbox.ts'
import { noon } from './samples.ts'

const notice = (key: string, topic: string, dueAt = noon): OutboxMessage => ({
  key,
  topic,
  payload: `{"k":"${key}"}`,
  retain: true,
  dueAt
})
const clearing = (key: string, topic: string, dueAt: number): OutboxMessage => ({
  ...notice(key, topic, dueAt),
  payload: ''
})
const keys = (messages: { key: string }[]) => messages.map(({ key }) => key)

export function outboxSuite(open: () => Promise<Records>): void {
  test('a message is due from its time on until it is marked sent, in the order written', async () => {
    const { outbox } = await open()
    await outbox.insert([notice('a1', 'A'), notice('b1', 'B', noon + 10), notice('a2', 'A')])
    expect(keys(await outbox.due(noon - 1, 10))).toEqual([])
    expect(await outbox.due(noon, 10)).toMatchObject([notice('a1', 'A'), notice('a2', 'A')])
    expect(keys(await outbox.due(noon + 10, 10))).toEqual(['a1', 'b1', 'a2'])
    await outbox.markSent('a1', noon + 11)
    expect(keys(await outbox.due(noon + 10, 10))).toEqual(['b1', 'a2'])
  })

  test('a key is put in once; the first stays', async () => {
    const { outbox } = await open()
    await outbox.insert([notice('a1', 'A')])
    await outbox.insert([{ ...notice('a1', 'A'), payload: 'other' }, notice('a2', 'A')])
    expect((await outbox.due(noon, 10)).map(one => one.payload)).toEqual(['{"k":"a1"}', '{"k":"a2"}'])
    await outbox.markSent('a1', noon)
    await outbox.insert([notice('a1', 'A')])
    expect(keys(await outbox.due(noon, 10))).toEqual(['a2'])
  })

  test('pages follow one another', async () => {
    const { outbox } = await open()
    await outbox.insert(Array.from({ length: 1200 }, (_, i) => notice(`n${i}`, `t${i % 7}`)))
    const found: string[] = []
    for (let after = 0; ; ) {
      const page = await outbox.due(noon, 500, after)
      found.push(...keys(page))
      if (page.length < 500) break
      after = page.at(-1)?.seq ?? 0
    }
    expect(found).toEqual(Array.from({ length: 1200 }, (_, i) => `n${i}`))
  })

  test('a clearing takes the place of an unsent one of its topic, whether the end moved back or forth', async () => {
    const { outbox } = await open()
    await outbox.insert([
      notice('v2', 'A'),
      clearing('c2', 'A', noon + 100),
      clearing('other', 'B', noon + 100)
    ])
    await outbox.insert([notice('v3', 'A'), clearing('c3', 'A', noon + 50)])
    expect(keys(await outbox.due(noon + 60, 10))).toEqual(['v2', 'v3', 'c3'])
    await outbox.insert([notice('v4', 'A'), clearing('c4', 'A', noon + 200)])
    expect(keys(await outbox.due(noon + 100, 10))).toEqual(
      ['v2', 'other', 'v3', 'v4'].toSorted(inOrderWritten)
    )
    expect(keys(await outbox.due(noon + 200, 10)).at(-1)).toBe('c4')
  })
  const written = ['v2', 'other', 'v3', 'v4']
  const inOrderWritten = (a: string, b: string) => written.indexOf(a) - written.indexOf(b)

  test('after the clock was set back nothing of a topic overtakes, and a clearing still waits', async () => {
    const { outbox } = await open()
    await outbox.insert([
      notice('v2', 'A', noon + 3600),
      clearing('c2', 'A', noon + 9000),
      notice('v3', 'A', noon)
    ])
    expect(keys(await outbox.due(noon, 10))).toEqual(['v2', 'v3'])
  })

  test('open are the newest sent message of each topic, unless it is a clearing', async () => {
    const { outbox } = await open()
    await outbox.insert([
      notice('a1', 'A'),
      notice('a2', 'A'),
      notice('a3', 'A'),
      notice('b1', 'B'),
      notice('c1', 'C')
    ])
    await outbox.insert([clearing('bx', 'B', noon)])
    for (const key of ['a1', 'a2', 'b1', 'bx']) await outbox.markSent(key, noon)
    expect(await outbox.sentOpen()).toMatchObject([notice('a2', 'A')])
    await outbox.insert([notice('b2', 'B')])
    await outbox.markSent('b2', noon)
    expect(keys(await outbox.sentOpen())).toEqual(['a2', 'b2'])
  })

  test('what was sent up to a sent clearing is forgotten, and nothing else', async () => {
    const { outbox } = await open()
    await outbox.insert([notice('a1', 'A'), notice('b1', 'B'), notice('c1', 'C')])
    await outbox.insert([
      clearing('a2', 'A', noon + 5),
      clearing('b2', 'B', noon + 5),
      clearing('c2', 'C', noon + 5)
    ])
    for (const key of ['a1', 'b1', 'c1']) await outbox.markSent(key, noon)
    for (const key of ['a2', 'b2']) await outbox.markSent(key, noon + 10)
    // After its clearing, B is told something again.
    await outbox.insert([notice('b3', 'B', noon + 20)])
    await outbox.markSent('b3', noon + 20)
    expect(await outbox.shrink(noon + 10, 10)).toBe(0)
    expect(await outbox.shrink(noon + 11, 1)).toBe(1)
    expect(await outbox.shrink(noon + 11, 10)).toBe(1)
    expect(await outbox.shrink(noon + 11, 10)).toBe(0)
    expect(keys(await outbox.sentOpen()).sort()).toEqual(['b3', 'c1'])
    expect(keys(await outbox.due(noon + 100, 10))).toEqual(['c2'])
    // Forgotten, not only hidden: its key is free.
    await outbox.insert([notice('a1', 'A')])
    expect(keys(await outbox.due(noon + 100, 10))).toEqual(['c2', 'a1'])
  })
}
