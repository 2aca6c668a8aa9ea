import { describe, expect, it } from 'vitest'
import {
  loadGaps,
  type OwnColumns,
  samplesOf,
  type TransformerInputs
} from '../../../../server/forecast/transformer/live/inputs.ts'
import { stationAt } from '../../../../server/forecast/transformer/live/station.ts'
import { plateOf } from '../../../../server/forecast/transformer/plate.ts'

const MINUTE = 60_000
const T = Date.parse('2026-06-10T00:00:00Z')
const plate = plateOf({ ratingKva: 400, cooling: null, holdMin: 45 })

interface Row {
  min: number
  intervalMin?: number
  quality?: number
  [field: string]: number | undefined
}

function own(...rows: Row[]): OwnColumns {
  const column = (field: string) => rows.map(row => row[field] ?? null)
  const fields = ['kw', 'kva', 'kvar', 'oil_c', 'winding_c', 'ambient_c']
  return {
    t: rows.map(({ min }) => T + min * MINUTE),
    intervalS: rows.map(({ intervalMin = 0 }) => intervalMin * 60),
    quality: rows.map(({ quality = 0 }) => quality),
    columns: Object.fromEntries(fields.map(field => [field, column(field)]))
  }
}

const inputs = (change: Partial<TransformerInputs>): TransformerInputs => ({
  own: own(),
  halfHours: { t: [], kw: [] },
  station: { t: [], intervalS: [], temperatureC: [] },
  ...change
})

const told = (change: Partial<TransformerInputs>) =>
  samplesOf(plate, inputs(change)).map(
    ({ startMs, endMs, loadPu, ambientC, oilC, loadFrom, ambientFrom }) => ({
      from: (startMs - T) / MINUTE,
      to: (endMs - T) / MINUTE,
      ...{ loadPu, ambientC, oilC, loadFrom, ambientFrom }
    })
  )

describe('what acts on a transformer', () => {
  it('a mean acts over its interval and is stamped at its end', () => {
    const rows = own({ min: 0, intervalMin: 15, kva: 200, ambient_c: 30, oil_c: 60 })
    expect(told({ own: rows })).toEqual([
      { from: 0, to: 15, loadPu: 0.5, ambientC: 30, oilC: 60, loadFrom: 'kva', ambientFrom: 'own' }
    ])
  })

  it('an instantaneous value acts until the next, whose oil ends it; the newest is the present', () => {
    const rows = own(
      { min: 0, kva: 200, ambient_c: 30, oil_c: 60 },
      { min: 5, kva: 400, ambient_c: 31, oil_c: 61 }
    )
    expect(told({ own: rows }).map(({ from, to, loadPu, oilC }) => [from, to, loadPu, oilC])).toEqual([
      [0, 0, null, 60],
      [0, 5, 0.5, 61],
      [5, 5, 1, 61]
    ])
  })

  it('an instantaneous value that no longer holds does not reach the next one', () => {
    const rows = own({ min: 0, kva: 200 }, { min: 46, kva: 400 })
    expect(told({ own: rows }).map(({ from, to, loadPu }) => [from, to, loadPu])).toEqual([
      [0, 0, null],
      [0, 0, 0.5],
      [46, 46, null],
      [46, 46, 1]
    ])
  })

  it.each([
    ['kva as it is', { kva: 300, kw: 100 }, 0.75, 'kva'],
    ['kw with kvar', { kw: 240, kvar: 180 }, 0.75, 'kw-kvar'],
    ['export counts as load', { kw: -240, kvar: 180 }, 0.75, 'kw-kvar'],
    ['kw by the assumed power factor', { kw: 270 }, 0.75, 'kw']
  ])('%s', (_, power, loadPu, loadFrom) => {
    const [sample] = told({ own: own({ min: 0, intervalMin: 15, ...power }) })
    expect(sample).toMatchObject({ loadPu: expect.closeTo(loadPu, 9), loadFrom })
  })

  it('takes the half-hour of the roll-up where its own load is unknown, and the air of the station', () => {
    const rows = own(
      { min: 0, intervalMin: 15, kva: 200, ambient_c: 30 },
      { min: 240, intervalMin: 15, kva: 200 }
    )
    const halfHours = {
      t: [0, 30, 60, 90, 210, 240].map(min => T + min * MINUTE),
      kw: [99, 99, 180, null, 90, 99]
    }
    const station = { t: [T + 75 * MINUTE], intervalS: [0], temperatureC: [35] }
    expect(
      told({ own: rows, halfHours, station }).map(one => [
        one.from,
        one.to,
        one.loadPu,
        one.loadFrom,
        one.ambientC
      ])
    ).toEqual([
      [0, 15, 0.5, 'kva', 30],
      [60, 90, 0.5, 'roll-up', 35],
      [210, 240, 0.25, 'roll-up', null],
      [240, 255, 0.5, 'kva', null]
    ])
  })

  it('finds the time for which its own load is unknown', () => {
    const rows = own(
      { min: 0, intervalMin: 15, kva: 200 },
      { min: 15, intervalMin: 15 },
      { min: 120, intervalMin: 15, kva: 1 }
    )
    const gaps = loadGaps(plate, rows, T - 10 * MINUTE, T + 300 * MINUTE)
    expect(gaps.map(({ from, to }) => [(from - T) / MINUTE, (to - T) / MINUTE])).toEqual([
      [-10, 0],
      [60, 120],
      [180, 300]
    ])
  })
})

describe('the temperature of a station', () => {
  const station = {
    t: [0, 60, 300].map(min => T + min * MINUTE),
    intervalS: [0, 0, 0],
    temperatureC: [30, 36, 40]
  }
  it.each([
    ['straight between two', 20, 32],
    ['held before a gap', 140, 36],
    ['unknown beyond that', 151, null],
    ['unknown before the first', -1, null],
    ['held after the last', 389, 40]
  ])('%s', (_, min, expected) => expect(stationAt(station, T + min * MINUTE)).toBe(expected))

  it('a mean counts for the middle of its interval', () => {
    const means = { t: [T, T + 60 * MINUTE], intervalS: [3600, 3600], temperatureC: [30, 36] }
    expect(stationAt(means, T + 60 * MINUTE)).toBe(33)
  })
})
