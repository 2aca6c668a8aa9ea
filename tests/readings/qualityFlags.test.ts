import { expect, it } from 'vitest'
import { qualityBits } from '../../server/contract/quality.ts'
import { qualityFlags } from '../../server/readings/qualityFlags.ts'

const { gap, spike, frozen } = qualityBits
const series = { t: [1000, 2000, 3000, 4000], quality: [0, gap, gap | spike, frozen] }

it('says nothing of readings that nothing is held against', () => {
  expect(qualityFlags({ t: [1000], quality: [0] }, { t: [1000], windowMs: null })).toEqual([])
})

it('names what is held against each reading', () => {
  expect(qualityFlags(series, { t: series.t, windowMs: null })).toEqual([
    { t: 2000, names: ['gap'] },
    { t: 3000, names: ['gap', 'spike'] },
    { t: 4000, names: ['frozen'] }
  ])
})

it('names of a window what is held against any reading in it', () => {
  expect(qualityFlags(series, { t: [0, 2000, 4000], windowMs: 2000 })).toEqual([
    { t: 2000, names: ['gap', 'spike'] },
    { t: 4000, names: ['frozen'] }
  ])
})
