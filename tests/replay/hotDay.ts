import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { node, reading } from '../grid/nodes.ts'

/** A made hot day in Hà Nội: the feeder passes 90 % of its capacity in the afternoon, and a meter falls silent. */
export const hotDay = '2026-05-20'
export const timeZone = 'Asia/Ho_Chi_Minh'
export const midnight = Date.parse('2026-05-20T00:00:00+07:00')

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const REPORT_S = 300

export const hotNodes: GridNode[] = [
  node('CO', 'company', null, { weather: 'W', capacityKw: 3000 }),
  node('F1', 'feeder', 'CO', { capacityKw: 1000 }),
  node('F2', 'feeder', 'CO', { capacityKw: 1000 }),
  node('TX', 'transformer', 'F2', { ratingKva: 400, reportIntervalS: REPORT_S }),
  node('MP1', 'meteringPoint', 'F1', { meter: 'M1', customerId: 'C1', reportIntervalS: REPORT_S }),
  node('MP2', 'meteringPoint', 'F1', { meter: 'M2', customerId: 'C2', reportIntervalS: REPORT_S }),
  node('H1', 'meteringPoint', 'F1', { reportIntervalS: REPORT_S }),
  node('H2', 'meteringPoint', 'F2', { reportIntervalS: REPORT_S })
]

/** Like noise, the same each time: −1 … 1. */
const noise = (id: string, t: number): number => {
  let hash = 0x811c9dc5
  for (const part of `${id}${t}`) hash = Math.imul(hash ^ part.charCodeAt(0), 0x01000193) >>> 0
  return (hash / 2 ** 32) * 2 - 1
}

/** 0 at night, 1 about 14:00; the heat comes three hours later. */
const sun = (hour: number) => Math.max(0, Math.sin(((hour - 6) / 16) * Math.PI))

function kwOf(id: string, t: number): number {
  const hour = (((t - midnight) / HOUR) % 24) + (t < midnight ? 24 : 0)
  const base = { M1: 360, M2: 300, H1: 100, H2: 60, TX: 220 }[id] ?? 0
  const hot = { M1: 90, M2: 60, H1: 40, H2: 10, TX: 180 }[id] ?? 0
  // A short peak at ten that no rule may take for one.
  const short = id === 'M2' && hour >= 10 && hour < 10.08 ? 300 : 0
  return base + hot * sun(hour) + short + 4 * noise(id, t)
}

const isSilent = (id: string, t: number) =>
  id === 'M2' && t >= midnight + 17 * HOUR && t < midnight + 18 * HOUR

/** Means over five minutes each, from `hoursBefore` midnight to the day's end; weather every ten minutes, its forecast once. */
export function hotReadings(hoursBefore = 30): Reading[] {
  const all: Reading[] = []
  const from = midnight - hoursBefore * HOUR
  for (let t = from; t < midnight + 24 * HOUR; t += REPORT_S * 1000) {
    for (const id of ['M1', 'M2', 'H1', 'H2']) {
      if (!isSilent(id, t)) all.push(reading('meter', id, t, { kw: kwOf(id, t) }, { intervalS: REPORT_S }))
    }
    const kw = kwOf('TX', t)
    all.push(reading('transformer', 'TX', t, { kva: kw * 1.05, kvar: kw * 0.32 }, { intervalS: REPORT_S }))
  }
  for (let t = from; t < midnight + 24 * HOUR; t += 10 * MINUTE) {
    const hour = (((t - midnight) / HOUR) % 24) + (t < midnight ? 24 : 0)
    all.push(reading('weather', 'W', t, { temp_c: 27 + (t < midnight ? 5 : 11.4) * sun(hour - 3) }))
  }
  // Six in the morning: no hotter than 34 °C; eleven: 38.6 °C.
  for (const [issuedHour, hottest] of [
    [6, 34],
    [11, 38.6]
  ] as const) {
    for (let hour = 0; hour < 24; hour++) {
      const temp_c = 27 + (hottest - 27) * sun(hour - 3)
      const issued = midnight + issuedHour * HOUR
      all.push(reading('forecast', 'W', midnight + hour * HOUR, { temp_c }, { issued, intervalS: 3600 }))
    }
  }
  return all
}
