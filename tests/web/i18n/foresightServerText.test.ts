import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { localTime } from '../../../server/contract/localTime.ts'
import { outcomeOf } from '../../../server/forecast/weather/fetchOne.ts'
import { readAnswer } from '../../../server/forecast/weather/openMeteo.ts'
import { dayFault } from '../../../server/replay/span.ts'
import { withTried } from '../../../server/replay/triedLimits.ts'
import { whyNoReadings } from '../../../server/replayDays.ts'
import {
  foresightHeads,
  foresightSentence,
  foresightSentences
} from '../../../web/src/i18n/foresightServerText.ts'
import { serverText } from '../../../web/src/i18n/serverText.ts'

const server = resolve(import.meta.dirname, '../../../server')
const sources = globSync('**/*.ts', { cwd: server }).map(file => readFileSync(resolve(server, file), 'utf8'))
const LITERAL = /'((?:[^'\\\n]|\\.)+)'|`((?:[^`\\]|\\.)+)`/g
const VALUE = /\$\{(?:[^{}]|\{[^{}]*\})*\}/

/** What a value in a sentence may be; one of them fits the pattern that reads it. */
const values = [
  '3',
  '2026-05-20',
  'x',
  'Park',
  'heat',
  'overload',
  'readings begin on',
  'there is a gap, though readings begin on'
]

/** The sentences a literal of the server can come to, with each kind of value in its gaps. */
function sentencesOf(literal: string): string[] {
  const pieces = literal.split(VALUE)
  if (pieces.length === 1) return pieces
  const least = pieces.length === 4 ? values : ['']
  return values.flatMap(value =>
    least.map(middle =>
      pieces.reduce((said, piece, i) => said + (i === 2 && middle !== '' ? middle : value) + piece)
    )
  )
}
const told = new Set(
  sources.flatMap(source =>
    [...source.matchAll(LITERAL)]
      .map(found => found[1] ?? found[2] ?? '')
      .filter(literal => literal.includes(' '))
      .flatMap(sentencesOf)
  )
)

describe('every sentence of the dictionary is one of the server', () => {
  it.each([...foresightSentences, ...foresightHeads].map(([pattern]) => pattern))('%s', pattern => {
    expect([...told].some(sentence => pattern.test(sentence))).toBe(true)
  })
})

test.each([
  ['less than two weeks of load are known', 'mới có chưa đến hai tuần số liệu phụ tải'],
  [
    '2 nodes could not be computed, the first of them E71: x; 7 nodes are beyond the 20000 that are forecast',
    '2 nút không tính được, nút đầu tiên là E71: x; 7 nút vượt quá 20000 nút được dự báo'
  ],
  ['it refuses the key (401): invalid', 'nguồn thời tiết không nhận khoá (401). invalid'],
  ['it answers 503', 'nguồn thời tiết trả lời lỗi 503.'],
  [
    'replay RP-1 has failed: the readings store: the store is stopped',
    'lần diễn lại RP-1 bị lỗi: kho số đo: kho đang dừng'
  ],
  ['something new', 'something new']
])('%s', (sentence, vietnamese) => {
  expect(foresightSentence(sentence)).toBe(vietnamese)
  expect(serverText(sentence, 'en')).toBe(sentence)
})

const answer = (body: unknown, status = 200) => ({ status, headers: {}, body: JSON.stringify(body) })
const now = Date.parse('2026-05-20T06:00:00Z')
const hourly = (part: object) => ({ hourly: { time: [1], temperature_2m: [30], ...part } })
const said = (outcome: object): string => ('reason' in outcome ? String(outcome.reason) : '')
const limits = {
  heatGrades: [],
  heatHoldS: 0,
  overloadHoldS: 0,
  heatRaiseShare: 1,
  heatClearShare: 0.9,
  overloadRaiseShare: 1,
  overloadClearShare: 0.9
}
const fault = (tried: Parameters<typeof withTried>[1]) => {
  const outcome = withTried(limits, tried)
  return 'fault' in outcome ? outcome.fault : ''
}
const local = localTime('Asia/Ho_Chi_Minh')

test.each([
  ['an answer that is no JSON', said(readAnswer('<html>'))],
  ['an answer without hours', said(readAnswer('{}'))],
  [
    'an answer in other units',
    said(readAnswer(JSON.stringify({ ...hourly({}), hourly_units: { temperature_2m: '°F' } })))
  ],
  ['columns that do not fit', said(readAnswer(JSON.stringify(hourly({ temperature_2m: [1, 2] }))))],
  ['hours that are past', said(outcomeOf(answer({ ...hourly({}) }), null, now))],
  ['a refused key', said(outcomeOf(answer({}, 401), null, now))],
  ['a source that is elsewhere', said(outcomeOf(answer({}, 302), null, now))],
  ['a day that is no day', dayFault('2026-02-31', '2026-05-20') ?? ''],
  ['a day ahead', dayFault('2026-05-21', '2026-05-20') ?? ''],
  ['today', dayFault('2026-05-20', '2026-05-20') ?? ''],
  ['grades that fall', fault({ heatThresholdsC: [40, 38, 36] })],
  ['a heat peak that clears above', fault({ heatClearShare: 2 })],
  ['an overload that clears above', fault({ overloadClearShare: 2 })]
])('%s is told in Vietnamese, with its numbers', (_what, sentence) => {
  inVietnamese(sentence)
})

test('a day of which nothing is stored is told in Vietnamese', async () => {
  const store = {
    queryLoad: async () => ({ t: [], kw: [], known: [], reported: [], expected: [] }),
    queryMany: async () => new Map()
  } as unknown as Parameters<typeof whyNoReadings>[0]
  const day = { day: '2026-05-19', from: now - 86_400_000, to: now, now, local }
  inVietnamese((await whyNoReadings(store, [], day)) ?? '')
  const node = { id: 'n1', parent: null, kind: 'feeder' } as Parameters<typeof whyNoReadings>[1][number]
  inVietnamese((await whyNoReadings(store, [node], day)) ?? '')
})

function inVietnamese(sentence: string): void {
  expect(sentence).not.toBe('')
  const text = foresightSentence(sentence)
  expect(text).not.toBe(sentence)
  expect(text).not.toMatch(/\b(the|its|is|are|of|must|day|which)\b/)
  for (const number of sentence.match(/(?<![\w.])\d+/g) ?? []) expect(text).toContain(number)
}

test('all that is said of a measured oil temperature is known', () => {
  const source = readFileSync(resolve(server, 'forecast/transformer/live/oilWatch.ts'), 'utf8')
  const reasons = [...source.slice(source.indexOf('const reasonWords')).matchAll(/: '([^']+)'/g)].map(
    found => found[1] ?? ''
  )
  expect(reasons).toHaveLength(9)
  for (const reason of reasons) inVietnamese(reason)
})
