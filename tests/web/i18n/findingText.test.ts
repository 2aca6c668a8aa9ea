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
const plain = (text: string) => text.replaceAll('\u00a0', ' ')
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

describe('a peak ahead', () => {
  const facts = {
    ...{
      day: 20260613,
      peakAt: Date.parse('2026-06-13T07:30:00Z'),
      peakKw: 10_250,
      p10Kw: 9600,
      p90Kw: 10_900
    },
    ...{ capacityKw: 10_000, probability: 0.62, maxTemperatureC: 38.9, maxHeatIndexC: 47.2, thresholdC: 35 },
    ...{ isHot: 1, isStale: 0, issuedAt: Date.parse('2026-06-12T06:00:00Z') },
    ...{ excessKw: 900, coverKw: 1200, needed: 2, withdrawn: 0 }
  }
  const flagged = ['A', 'B', 'C'].map(customerId => ({
    ...{ customerId, name: customerId, meteringPointId: customerId, presentKw: null, committedKw: 400 }
  }))
  const ahead = (more = {}, rest = {}) => ({
    ...finding('heat-peak-ahead', { ...facts, ...more }),
    flagged,
    ...rest
  })
  test('says when, how high, how likely, how hot and who covers it, in both languages', () => {
    expect(inVietnamese(ahead()).title).toBe('Sắp có đỉnh nắng nóng tại E01')
    expect(plain(inVietnamese(ahead()).why)).toBe(
      '13/06 14:30–15:00 khoảng 10,3 MW (từ 9.600 kW đến 10,9 MW); xác suất vượt công suất 10,0 MW là 62 %; ' +
        'cao nhất 38,9 °C, cảm giác như 47,2 °C; 2 trong 3 khách hàng đã đăng ký đủ bù phần vượt 900 kW'
    )
    expect(plain(inEnglish(ahead()).why)).toBe(
      '13/06 14:30–15:00 about 10.3 MW (9,600 kW to 10.9 MW); 62 % likely to pass the capacity of 10.0 MW; ' +
        'up to 38.9 °C, feels like 47.2 °C; 2 of 3 enrolled customers can cover 900 kW above capacity'
    )
  })
  test('not enough, nobody, an old forecast, no heat', () => {
    const why = (more: object, rest = {}) => plain(inEnglish(ahead(more, rest)).why)
    expect(why({ needed: null, excessKw: 2000 })).toContain(
      'all 3 enrolled customers can cover 1,200 kW of 2,000 kW above capacity'
    )
    expect(why({}, { flagged: [] })).toContain('no enrolled customer to cover 900 kW above capacity')
    expect(why({ isStale: 1 })).toMatch(/the forecast is old, issued 12\/06 13:00$/)
    expect(inEnglish(ahead({ isHot: 0 })).title).toBe('Overload ahead at E01')
  })
  test('withdrawn: what has changed', () => {
    const turned = {
      ...{ withdrawn: 1, thenTemperatureC: 38.9, maxTemperatureC: 34.2, thenPeakKw: 10_250, peakKw: 9100 },
      ...{ highestProbability: 0.62, probability: 0.08 }
    }
    const withdrawn = ahead(turned, { clearedAt: '2026-06-12T07:00:00Z' })
    expect(plain(inVietnamese(withdrawn).why)).toBe(
      'đã rút lại vì dự báo thay đổi; nhiệt độ cao nhất 38,9 °C → 34,2 °C; đỉnh tải 10,3 MW → 9.100 kW; ' +
        'xác suất 62 % → 8 %; dự báo phát hành 12/06 13:00'
    )
    expect(plain(inEnglish(withdrawn).why)).toBe(
      'withdrawn, the forecast has changed; maximum 38.9 °C → 34.2 °C; peak 10.3 MW → 9,100 kW; ' +
        'probability 62 % → 8 %; forecast issued 12/06 13:00'
    )
  })
  test('what is unknown is left out', () => {
    expect(inEnglish(finding('heat-peak-ahead', {})).why).toBe('')
  })
})

describe('a transformer', () => {
  const facts = {
    ...{ regime: 1, isForecast: 0, hotSpotC: 126.4, hotSpotLimitC: 120, topOilC: 98, topOilLimitC: 105 },
    ...{ loadPu: 1.32, loadLimitPu: 1.5, minutesLeft: 47.3, reliefKw: 212, reliefIsEnough: 1 },
    ...{ reliefFrom: Date.parse('2026-06-12T06:30:00Z'), reliefTo: Date.parse('2026-06-12T09:00:00Z') },
    ...{ peakHotSpotC: 131, peakAt: Date.parse('2026-06-12T08:00:00Z') }
  }
  test('beyond a limit: how hot, how loaded, how long, how much less', () => {
    expect(plain(inVietnamese(finding('transformer-limit', facts)).why)).toBe(
      'vượt giới hạn chu kỳ bình thường; điểm nóng 126,4 °C (giới hạn 120,0 °C); dầu lớp trên 98,0 °C (giới hạn ' +
        '105,0 °C); tải 132 % định mức (giới hạn 150 %); với tải hiện tại còn 47 phút là chạm giới hạn kế tiếp; ' +
        'cần giảm 212 kW trong 12/06 13:30 – 16:00'
    )
    expect(plain(inEnglish(finding('transformer-limit', { ...facts, isForecast: 1, regime: 2 })).why)).toBe(
      'beyond the long-time emergency limit within 24 h; hot spot 131.0 °C at 12/06 15:00 (limit 120.0 °C); ' +
        'load 132 % of rating (limit 150 %); 47 min left to the next limit at the present load; ' +
        'needs 212 kW less during 12/06 13:30 – 16:00'
    )
  })
  test('no curtailment is enough: said', () => {
    const why = inEnglish(finding('transformer-limit', { ...facts, reliefIsEnough: 0 })).why
    expect(why).toMatch(/no curtailment keeps it within its limits$/)
  })
  test('drift of its oil: how far, since when, and which service is advised', () => {
    const drift = {
      driftK: 8.26,
      sinceAt: Date.parse('2026-06-09T00:00:00Z'),
      measuredC: 78.5,
      computedC: 70
    }
    expect(plain(inVietnamese(finding('transformer-cooling', { ...drift, advice: 2 })).why)).toBe(
      'dầu nóng hơn tính toán 8,3 K; đo 78,5 °C, tính 70,0 °C; từ 09/06/2026; nên vệ sinh trạm biến áp'
    )
    expect(plain(inEnglish(finding('oil-sensor', { ...drift, driftK: -8.26, advice: 1 })).why)).toBe(
      'measured oil temperature −8.3 K off the computed one; measured 78.5 °C, computed 70.0 °C; ' +
        'since 09/06/2026; a transformer test is advised'
    )
    const frozen = finding('oil-sensor', { ...drift, driftK: 0.03, advice: 1 })
    expect(plain(inEnglish(frozen).why)).toMatch(/^measured 78.5 °C, computed 70.0 °C; since/)
  })
})
