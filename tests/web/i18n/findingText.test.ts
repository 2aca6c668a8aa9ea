import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../server/contract/findings.ts'
import { createFormat } from '../../../web/src/format.ts'
import { en } from '../../../web/src/i18n/en.ts'
import { findingText } from '../../../web/src/i18n/findingText.ts'
import { vi } from '../../../web/src/i18n/vi.ts'

const finding = (kind: Finding['kind'], facts: Finding['facts']): Finding => ({
  id: 'F',
  kind,
  nodeId: 'E01',
  nodeName: 'E01',
  priority: 2,
  raisedAt: '2026-06-12T06:25:00Z',
  clearedAt: null,
  acknowledged: null,
  summary: '',
  facts,
  flagged: []
})
const plain = (text: string) => text.replaceAll(' ', ' ')
const zone = 'Asia/Ho_Chi_Minh'
const inVietnamese = (f: Finding) => findingText(f, vi, createFormat('vi', zone))
const inEnglish = (f: Finding) => findingText(f, en, createFormat('en', zone))

describe('a heat peak', () => {
  const facts = {
    loadKw: 64_100,
    capacityKw: 70_000,
    share: 0.916,
    maxTemperatureC: 38.4,
    grade: 37,
    temperatureIsForecast: 0,
    reported: 10,
    expected: 10
  }
  test('says temperature, grade, share and load in both languages', () => {
    expect(inVietnamese(finding('heat-peak', facts)).title).toBe('Đỉnh nắng nóng tại E01')
    expect(plain(inVietnamese(finding('heat-peak', facts)).why)).toBe(
      'hôm nay 38,4 °C (nắng nóng gay gắt); tải 92 % công suất (64,1 MW / 70,0 MW)'
    )
    expect(plain(inEnglish(finding('heat-peak', facts)).why)).toBe(
      'today 38.4 °C (very hot); load 92 % of capacity (64.1 MW of 70.0 MW)'
    )
  })
  test('a forecast is called one, and a partial sum is said', () => {
    const partial = { ...facts, temperatureIsForecast: 1, reported: 8 }
    expect(plain(inEnglish(finding('heat-peak', partial)).why)).toBe(
      'forecast for today 38.4 °C (very hot); load 92 % of capacity (64.1 MW of 70.0 MW); only 8/10 metering points so far'
    )
  })
  test('what is unknown is left out', () => {
    expect(inEnglish(finding('heat-peak', {})).why).toBe('')
  })
})

test.each([
  [
    'kW',
    { loadKw: 26_010, limitKw: 25_000, loading: 1.04, thresholdShare: 1 },
    '26.0 MW of 25.0 MW, loading 104 %; threshold 100 %'
  ],
  [
    'kVA',
    { loadKw: 640, ratingKva: 630, loading: 1.07, thresholdShare: 1 },
    '640 kW of 630 kVA, loading 107 %; threshold 100 %'
  ]
])('an overload of a limit in %s', (_, facts, text) => {
  expect(plain(inEnglish(finding('overload', facts)).why)).toBe(text)
})

describe('what still stands but is no longer so', () => {
  const limit = { loadKw: 250, limitKw: 25_000, thresholdShare: 1 }
  const why = (facts: Finding['facts'], more: Partial<Finding> = {}) =>
    plain(inEnglish({ ...finding('overload', facts), ...more }).why)
  test('under its limit again: said, with when it clears', () => {
    expect(why({ ...limit, loading: 0.01 })).toBe(
      '250 kW of 25.0 MW, loading 1 %; under 100 % again, clears when it stays so'
    )
  })
  test('a heat peak below its share likewise', () => {
    const facts = { loadKw: 56_000, capacityKw: 70_000, share: 0.8, thresholdShare: 0.9 }
    expect(plain(inEnglish(finding('heat-peak', facts)).why)).toBe(
      'load 80 % of capacity (56.0 MW of 70.0 MW); under 90 % again, clears when it stays so'
    )
  })
  test('an unknown load is not judged', () => {
    expect(why({ ...limit, loadKw: null, loading: null })).toBe(
      'the load cannot be judged: nothing has reported'
    )
  })
  test('once cleared it needs no such word', () => {
    expect(why({ ...limit, loading: 0.01 }, { clearedAt: '2026-06-12T07:00:00Z' })).not.toContain('again')
  })
})

describe('silence', () => {
  test('of one meter: since when, how long, and how often it should speak', () => {
    const facts = { lastAt: Date.parse('2026-06-12T05:50:00Z'), silentS: 900, reportIntervalS: 15 }
    expect(plain(inVietnamese(finding('silent-meter', facts)).why)).toBe(
      'không có số liệu từ 12:50 (15 phút); lẽ ra gửi mỗi 15 s'
    )
  })
  test('of one that never spoke', () => {
    expect(inEnglish(finding('silent-meter', { lastAt: null, silentS: null })).why).toBe('has never reported')
  })
  test('of many', () => {
    expect(inEnglish(finding('silent-meter', { silentCount: 9, expected: 59 })).why).toBe(
      '9 of 59 metering points are silent'
    )
  })
})
