import { describe, expect, it } from 'vitest'
import { messageOf } from '../../server/cli/deadLetterMessage.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import type { KeptDeadLetter } from '../../server/log/deadLetter.ts'
import { encodeReadings } from '../../server/log/lines.ts'

function letter(topic: string, payload: string | Buffer, bytes?: number): KeptDeadLetter {
  const kept = Buffer.from(payload)
  return { number: 1, at: 0, topic, reason: 'kw is missing', payload: kept, bytes: bytes ?? kept.length }
}

const text = (of: KeptDeadLetter): string => {
  const again = messageOf(of)
  return 'topic' in again ? `${again.topic} ${again.payload}` : again.skipped
}

const concentrator = 'gridload/v1/concentrator/C1/readings'
const meter = 'gridload/v1/meter/M1/reading'
const reading: Reading = {
  ...{ kind: 'meter', id: 'M1', ts: 1_700_000_000_000, issued: null, intervalS: 900, quality: 2 },
  values: { kw: 12.5, q: 1 }
}
const item = '{"ts":1700000000000,"interval":900,"kw":12.5,"q":1}'

describe('a dead letter published again', () => {
  it.each([
    ['as it came', letter(meter, '{"ts":1}'), `${meter} {"ts":1}`],
    ['as it came, not even JSON', letter(meter, 'kw=1'), `${meter} kw=1`],
    [
      'an item of an array in an array',
      letter(concentrator, ' {"meter":"M1"}'),
      `${concentrator} [ {"meter":"M1"}]`
    ],
    ['a whole array as it is', letter(concentrator, '[{"meter":"M1"}]'), `${concentrator} [{"meter":"M1"}]`],
    ['not wrapped where it is no item', letter(concentrator, '5'), `${concentrator} 5`],
    ['on a foreign topic', letter('spBv1.0/g/NDATA/n', 'x'), 'spBv1.0/g/NDATA/n x'],
    [
      'a reading that the store refused, as a message',
      letter(meter, JSON.stringify(reading)),
      `${meter} ${item}`
    ],
    [
      'a line that the store refused, as a message',
      letter(meter, encodeReadings([reading])),
      `${meter} ${item}`
    ]
  ])('%s', (_, of, expected) => {
    expect(text(of)).toBe(expected)
  })

  it('with the issue of a forecast', () => {
    const forecast: Reading = {
      ...reading,
      kind: 'forecast',
      issued: 1_600_000_000_000,
      intervalS: 0,
      values: { temp_c: 31 }
    }
    expect(text(letter('gridload/v1/weather/W1/forecast', JSON.stringify(forecast)))).toBe(
      'gridload/v1/weather/W1/forecast {"ts":1700000000000,"issued":1600000000000,"temp_c":31}'
    )
  })

  it.each([
    ['payload was cut', letter(meter, 'abc', 2_000_000), 'only 3 of its 2000000 bytes were kept'],
    ['topic was empty', letter('', 'abc'), 'it has no topic'],
    ['place was no topic', letter('ingest log', 'abc'), 'it has no topic'],
    ['topic nobody may publish on', letter('a/+/b', 'abc'), 'it has no topic'],
    ['topic was cut', letter(`a/${'b'.repeat(1022)}`, 'abc'), 'its topic was cut']
  ])('not where its %s', (_, of, reason) => {
    expect(text(of)).toBe(reason)
  })
})
