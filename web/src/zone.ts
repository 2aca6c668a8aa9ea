/** Calendar arithmetic in the server's time zone. Moments are epoch ms; clocks are never shifted. */

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const offsetFormats = new Map<string, Intl.DateTimeFormat>()

/** How far a zone is ahead of UTC at a moment, in ms. The zone is an IANA name or a fixed offset like `+09:00`. */
export function zoneOffsetMs(at: number, timeZone: string): number {
  let format = offsetFormats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    offsetFormats.set(timeZone, format)
  }
  const name = format.formatToParts(at).find(part => part.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? []
  if (!sign) return 0 // plain GMT
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE
}

/** The offset as people write it: `+07:00`. */
export function zoneLabel(at: number, timeZone: string): string {
  const minutes = Math.round(zoneOffsetMs(at, timeZone) / MINUTE)
  const two = (n: number) => String(Math.trunc(n)).padStart(2, '0')
  return `${minutes < 0 ? '−' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`
}

/** The moment whose clock in the zone reads `wall` (epoch ms as if the zone were UTC). */
function atWallTime(wall: number, timeZone: string): number {
  const guess = wall - zoneOffsetMs(wall, timeZone)
  return wall - zoneOffsetMs(guess, timeZone)
}

/** Midnight, in the zone, of the day that a moment falls in. */
export function startOfDay(at: number, timeZone: string): number {
  const wall = at + zoneOffsetMs(at, timeZone)
  return atWallTime(Math.floor(wall / DAY) * DAY, timeZone)
}

/** The date in the zone that a moment falls in: `2026-04-30`. */
export const localDay = (at: number, timeZone: string): string => toLocalInput(at, timeZone).slice(0, 10)

/** For `<input type="datetime-local">`: the clock of the zone, to the minute. */
export function toLocalInput(at: number, timeZone: string): string {
  return new Date(at + zoneOffsetMs(at, timeZone)).toISOString().slice(0, 16)
}

/** The moment a `datetime-local` input names in the zone; null while it is incomplete. */
export function fromLocalInput(text: string, timeZone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null
  const wall = Date.parse(`${text}Z`)
  return Number.isNaN(wall) ? null : atWallTime(wall, timeZone)
}
