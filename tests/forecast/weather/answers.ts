/** Answers as Open-Meteo gives them with timeformat=unixtime; the numbers are made up. */
export const HOUR = 3_600_000
/** 20 May 2026, 10:00 in Hà Nội. */
export const NOON = Date.parse('2026-05-20T03:00:00Z')

/** Hourly values from the UTC midnight before `from` on: 30 + hour / 10 °C, 60 % and one more each hour up to 90. */
export function answer(
  change: Record<string, unknown> = {},
  from = NOON,
  hours = 192
): Record<string, unknown> {
  const midnight = Math.floor(from / (24 * HOUR)) * 24 * HOUR
  const time = Array.from({ length: hours }, (_, i) => (midnight + i * HOUR) / 1000)
  return {
    latitude: 21,
    longitude: 105.875,
    generationtime_ms: 0.0421,
    utc_offset_seconds: 0,
    timezone: 'GMT',
    timezone_abbreviation: 'GMT',
    elevation: 16,
    hourly_units: { time: 'unixtime', temperature_2m: '°C', relative_humidity_2m: '%' },
    hourly: {
      time,
      temperature_2m: time.map((_, i) => 30 + i / 10),
      relative_humidity_2m: time.map((_, i) => 60 + (i % 31))
    },
    ...change
  }
}

export const hourlyOf = (one: Record<string, unknown>) =>
  one.hourly as { time: unknown[]; temperature_2m: unknown[]; relative_humidity_2m: unknown[] }
