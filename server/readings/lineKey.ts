const COMMA = 0x2c
const SPACE = 0x20
/** Without its last 8 digits an epoch time in milliseconds counts periods of 27.8 hours. */
const DIGITS_OF_A_DAY = 8

/**
 * A number of the line at bytes[start … end): the same for lines of one source and day, seldom also for others. FNV-1a
 * over the measurement, the id and the day; not over when a forecast was issued.
 *
 *   meter,id=M1 kw=40,interval_s=0,quality=0 1795334400000⏎
 *   └─────────┘                              └───┘
 */
export function lineKey(bytes: Buffer, start: number, end: number): number {
  let key = 0x811c9dc5
  let commas = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte === SPACE || (byte === COMMA && ++commas === 2)) break
    key = Math.imul(key ^ byte, 0x01000193)
  }
  for (let at = end - 2 - DIGITS_OF_A_DAY; at > start && bytes[at] !== SPACE; at--)
    key = Math.imul(key ^ (bytes[at] ?? 0), 0x01000193)
  return key >>> 0
}
