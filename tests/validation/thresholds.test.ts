import { describe, expect, it } from 'vitest'
import { readThresholds } from '../../server/validation/readThresholds.ts'

const mistakesIn = (file: unknown) => {
  const read = readThresholds(typeof file === 'string' ? file : JSON.stringify(file))
  return 'mistakes' in read ? read.mistakes : []
}

describe('the settings file of validation', () => {
  it('may be empty', () => {
    expect(mistakesIn({})).toEqual([])
    expect(mistakesIn({ all: {}, classes: {}, idPrefixes: {} })).toEqual([])
  })

  it('is told every mistake at once', () => {
    const file = {
      all: { zeroRunS: -1, foo: 2, isImportOnly: 'yes' },
      classes: { big: {}, consumer: { nominalV: 0 } },
      idPrefixes: { 'a b': {}, PB: { frozenReadings: 1, sumCheckHours: 5 } },
      more: 1
    }
    expect(mistakesIn(file)).toEqual([
      'all.zeroRunS: must be >= 0',
      'all.foo: unknown name',
      'all.isImportOnly: must be boolean',
      'classes.big: unknown name; there are household, consumer, network, transformer, weather, unassigned',
      'classes.consumer.nominalV: must be > 0 or must be null',
      'idPrefixes.a b: no id begins so',
      'idPrefixes.PB.frozenReadings: must be >= 2',
      'idPrefixes.PB.sumCheckHours: must be equal to one of the allowed values',
      'more: unknown name; there are all, classes, idPrefixes'
    ])
  })

  it.each([
    ['no JSON', '{', /^not JSON/],
    ['no object', '[]', /must be an object/],
    ['no object inside', { all: 3 }, /all must be an object/],
    [
      'limits the wrong way round',
      { classes: { transformer: { lowestOilC: 200 } } },
      /transformer: lowestOilC must be below/
    ],
    [
      'wrong only for some ids',
      { idPrefixes: { PB: { lowUseShare: 5 } } },
      /idPrefixes.PB: lowUseShare must be below/
    ]
  ])('%s', (_, file, mistake) => {
    expect(mistakesIn(file).join()).toMatch(mistake)
  })
})
