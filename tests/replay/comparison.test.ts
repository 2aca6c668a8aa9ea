import { describe, expect, it } from 'vitest'
import type { Finding } from '../../server/contract/findings.ts'
import { asOf, compared } from '../../server/replay/comparison.ts'

const time = (clock: string) => `2026-05-20T${clock}:00.000Z`

function finding(nodeId: string, from: string, to: string | null, change: Partial<Finding> = {}): Finding {
  return {
    ...{
      id: `${nodeId}-${from}`,
      kind: 'overload',
      nodeId,
      nodeName: nodeId,
      priority: 2,
      acknowledged: null
    },
    ...{ raisedAt: time(from), clearedAt: to && time(to), summary: '', facts: {}, flagged: [] },
    ...change
  }
}

describe('two replays of one day', () => {
  it('with the same findings differ in nothing', () => {
    const both = [finding('F1', '13:00', '15:00'), finding('F2', '13:00', null)]
    expect(compared(both, structuredClone(both))).toEqual({
      onlyHere: [],
      onlyThere: [],
      changed: [],
      same: 2
    })
  })

  it('differ in what stands in one alone', () => {
    const [here, there] = [[finding('F1', '13:00', '15:00')], [finding('F2', '13:00', '15:00')]]
    expect(compared(here, there)).toMatchObject({ onlyHere: here, onlyThere: there, changed: [], same: 0 })
  })

  it.each([
    ['raised earlier', finding('F1', '12:50', '15:00')],
    ['cleared later', finding('F1', '13:00', '15:10')],
    ['graver', finding('F1', '13:00', '15:00', { priority: 1 })]
  ])('tell of one that was %s', (_, there) => {
    const found = compared([finding('F1', '13:00', '15:00')], [there])
    expect(found).toMatchObject({ onlyHere: [], onlyThere: [], same: 0 })
    expect(found.changed).toMatchObject([{ nodeId: 'F1', there: { raisedAt: there.raisedAt } }])
  })

  it('pair what stood at the same time: one long finding, or two short ones', () => {
    const here = [finding('F1', '13:00', '15:00')]
    const there = [
      finding('F1', '10:00', '11:00'),
      finding('F1', '13:10', '13:30'),
      finding('F1', '14:00', '14:30')
    ]
    const found = compared(here, there)
    expect(found.changed.map(one => one.there.raisedAt)).toEqual([time('13:10')])
    expect(found.onlyThere.map(one => one.raisedAt)).toEqual([time('10:00'), time('14:00')])
  })

  it('keep kinds apart', () => {
    const found = compared(
      [finding('F1', '13:00', null)],
      [finding('F1', '13:00', null, { kind: 'heat-peak' })]
    )
    expect([found.onlyHere.length, found.onlyThere.length]).toEqual([1, 1])
  })
})

it('findings of an earlier moment do not know how they ended', () => {
  const all = [finding('F1', '13:00', '15:00'), finding('F2', '14:30', null)]
  expect(asOf(all, Date.parse(time('14:00')))).toEqual([finding('F1', '13:00', null)])
})
