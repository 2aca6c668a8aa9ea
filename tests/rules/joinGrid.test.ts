import { expect, it } from 'vitest'
import { createLiveGrid } from '../../server/grid/live.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { evaluate } from '../../server/rules/evaluate.ts'
import { defaultLimits } from '../../server/rules/limits.ts'
import { memoryFrom } from '../../server/rules/memory.ts'
import type { RuleSnapshot } from '../../server/rules/snapshot.ts'
import { at, node, reading } from '../grid/nodes.ts'

const localDate = (t: number) => new Date(t + 7 * 3_600_000).toISOString().slice(0, 10)

it('the grid’s snapshot is what the rules read: from MQTT readings to a heat peak with its consumers', () => {
  const grid = createLiveGrid({ localDate })
  grid.setRegistry([
    node('F', 'feeder', null, { capacityKw: 1000, weather: 'W' }),
    node('P', 'meteringPoint', 'F', { customerId: 'steel' }),
    node('H', 'meteringPoint', 'F')
  ])
  const enrolled = [{ customerId: 'steel', name: 'Steel', meteringPointId: 'P', committedKw: 200 }]
  let memory = memoryFrom([], at('06:00:00'))
  const findings = []
  for (let now = at('06:00:00'); now <= at('06:06:00'); now += 60_000) {
    const readings = [
      reading('weather', 'W', now, { temp_c: 37.5 }),
      reading('meter', 'P', now, { kw: 900 }),
      reading('meter', 'H', now, { kw: 50 })
    ]
    grid.apply(batchOf(readings), now)
    const snapshot: RuleSnapshot = {
      ...grid.snapshot(now),
      enrolled,
      forecasts: [],
      transformers: [],
      today: localDate(now)
    }
    const outcome = evaluate(snapshot, memory, defaultLimits, now)
    memory = outcome.memory
    findings.push(...outcome.changed)
  }
  expect(findings).toMatchObject([
    {
      kind: 'heat-peak',
      nodeId: 'F',
      priority: 2,
      raisedAt: new Date(at('06:05:00')).toISOString(),
      facts: { loadKw: 950, maxTemperatureC: 37.5, temperatureIsForecast: 0, reported: 2, expected: 2 },
      flagged: [{ customerId: 'steel', presentKw: 900, committedKw: 200 }]
    }
  ])
})
