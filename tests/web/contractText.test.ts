import { describe, expect, test } from 'vitest'
import {
  availabilityText,
  BadLine,
  blackoutsText,
  contactsText,
  neverCurtailText,
  parseAvailability,
  parseBlackouts,
  parseContacts,
  parseNeverCurtail,
  parseWeekdays,
  weekdaysText
} from '../../web/src/contractText.ts'

test.each<[string, number[]]>([
  ['1-5', [1, 2, 3, 4, 5]],
  ['1,3,5-7', [1, 3, 5, 6, 7]],
  ['7,1', [1, 7]],
  ['2', [2]]
])('weekdays %s', (text, days) => {
  expect(parseWeekdays(text)).toEqual(days)
  expect(parseWeekdays(weekdaysText(days))).toEqual(days)
})

test.each(['', '0', '8', '5-1', 'Mon', '1-', '1;2'])('no weekdays: “%s”', text => {
  expect(() => parseWeekdays(text)).toThrow(BadLine)
})

describe('what is written is read back', () => {
  test('hours', () => {
    const list = [{ weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '24:00' }]
    expect(availabilityText(list)).toBe('1-5; 08:00; 24:00')
    expect(parseAvailability(availabilityText(list))).toEqual(list)
  })
  test('days without calls, with a semicolon in the reason', () => {
    const list = [{ from: '2026-02-14', to: '2026-02-22', reason: 'Tết; đóng cửa' }]
    expect(parseBlackouts(blackoutsText(list))).toEqual(list)
  })
  test('loads that stay, with a comma for the decimals', () => {
    expect(parseNeverCurtail('Lò nấu; 120,5\n\n Bơm ; 30 ')).toEqual([
      { name: 'Lò nấu', kw: 120.5 },
      { name: 'Bơm', kw: 30 }
    ])
    expect(neverCurtailText([{ name: 'Bơm', kw: 30 }])).toBe('Bơm; 30')
  })
  test('contacts', () => {
    const list = [{ name: 'Lan', role: 'ca trưởng', channel: 'zalo' as const, address: '0900' }]
    expect(parseContacts(contactsText(list))).toEqual(list)
  })
})

describe('what cannot be read is named', () => {
  test.each([
    ['hours', () => parseAvailability('1-5; 8:00; 18:00')],
    ['the end before the beginning', () => parseBlackouts('2026-02-22; 2026-02-14; Tết')],
    ['no reason', () => parseBlackouts('2026-02-14; 2026-02-22')],
    ['less than nothing', () => parseNeverCurtail('Bơm; -3')],
    ['no number', () => parseNeverCurtail('Bơm; nhiều')],
    ['another channel', () => parseContacts('Lan; ca trưởng; fax; 0900')]
  ])('%s', (_, parse) => {
    expect(parse).toThrow(BadLine)
  })
})
