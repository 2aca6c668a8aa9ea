import { connectAsync } from 'mqtt'
import type { Forecast } from '../../server/contract/forecasts.ts'
import { localTime } from '../../server/contract/localTime.ts'
import { readingTopic } from '../../server/contract/topics.ts'

const HALF_HOUR = 1_800_000
const HOUR = 2 * HALF_HOUR
const DAY = 24 * HOUR
/** Three weeks, and what a forecast of yesterday rests on. */
const DAYS = 26
const ROWS_A_MESSAGE = 300

export const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,north,,North,,W1,9000,,,,
feeder,n1,north,Feeder N1,,,2400,,,,
transformer,t1,n1,Transformer T1,,,,400,1800,,
customer,steel,,The steel works,,,,,,,
customer,cement,,The cement works,,,,,,,
meteringPoint,mp-s,n1,The steel works,m-s,,,,1800,steel,400
meteringPoint,mp-c,n1,The cement works,m-c,,,,1800,cement,300
`

/** A zone in which it is the early afternoon now, so that no midnight falls into a test. */
export function afternoonZone(now: number): string {
  const ahead = 14 - new Date(now).getUTCHours()
  const hours = ahead < -11 ? ahead + 24 : ahead
  return `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`
}

/** 0 at night, 1 in the afternoon; `now` is an afternoon. */
const warmth = (at: number, now: number) => (1 + Math.cos((2 * Math.PI * (at - now)) / DAY)) / 2
const temperature = (at: number, now: number) => 27 + 9 * warmth(at, now) + Math.sin(at / DAY)

/** Half-hourly loads, temperatures of air and oil, and weather forecasts as they were issued, up to now and a week ahead. */
export async function publishHistory(broker: string, now: number): Promise<void> {
  const client = await connectAsync(broker)
  const send = async (topic: string, rows: readonly object[]) => {
    for (let i = 0; i < rows.length; i += ROWS_A_MESSAGE)
      await client.publishAsync(topic, JSON.stringify(rows.slice(i, i + ROWS_A_MESSAGE)), { qos: 1 })
  }
  const last = Math.floor(now / HALF_HOUR) * HALF_HOUR
  const past = Array.from({ length: DAYS * 48 }, (_, i) => last - (DAYS * 48 - i) * HALF_HOUR)
  const share = (ts: number) => 0.6 + 0.4 * warmth(ts, now) + 0.02 * Math.sin(ts / (3 * HOUR))
  for (const [meter, kw] of [
    ['m-s', 1300],
    ['m-c', 1100]
  ] as const) {
    await send(
      readingTopic.meter(meter),
      past.map(ts => ({ ts, kw: Math.round(kw * share(ts)), interval: 1800 }))
    )
  }
  await send(
    readingTopic.transformer('t1'),
    past.map(ts => ({
      ...{ ts, interval: 1800, kw: Math.round(300 * share(ts)), kvar: 90 },
      ...{ ambient_c: temperature(ts, now), oil_c: temperature(ts, now) + 22 * share(ts) ** 1.6 }
    }))
  )
  await send(
    readingTopic.weather('W1'),
    [...past, last].map(ts => ({ ts, temp_c: temperature(ts, now), humidity_pct: 60 }))
  )
  for (const issued of [last - 2 * DAY, last - DAY, last - HOUR]) {
    const hours = Array.from({ length: 7 * 24 }, (_, i) => Math.floor(issued / HOUR) * HOUR + i * HOUR)
    await send(
      readingTopic.forecast('W1'),
      hours.map(ts => ({ ts, issued, temp_c: temperature(ts, now) + 0.5, humidity_pct: 58 }))
    )
  }
  await client.endAsync()
}

/** A forecast of the feeder as it was issued at the midnight of yesterday: always the same load, too high at night. */
export function issueOfYesterday(now: number, timeZone: string): Forecast {
  const local = localTime(timeZone)
  const midnight = local.dayStart(local.date(now - DAY))
  const issuedAt = new Date(midnight).toISOString()
  const t = Array.from({ length: 48 }, (_, i) => midnight + i * HALF_HOUR)
  const always = (kw: number) => t.map(() => kw)
  return {
    ...{ nodeId: 'n1', issuedAt, kind: 'day-ahead', basis: 'like-days', stepS: 1800, t },
    ...{ p10Kw: always(2000), p50Kw: always(2400), p90Kw: always(2800), temperatureC: always(30) },
    ...{ weather: { station: 'W1', issuedAt }, peaks: [], capacityKw: 2400, highestEverKw: 2800 },
    ...{ flags: [], trainedDays: 20, trainedUntil: issuedAt }
  }
}
