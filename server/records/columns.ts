/** A time of the contract as it stands in a column: epoch milliseconds. Throws on what is no time. */
export function toMs(time: string): number {
  const ms = Date.parse(time)
  if (Number.isNaN(ms)) throw new TypeError(`not a time: ${time}`)
  return ms
}

/** A time column as the contract writes it: RFC 3339, UTC. */
export function toTime(ms: number): string {
  return new Date(ms).toISOString()
}

export const toMsOrNull = (time: string | null) => (time === null ? null : toMs(time))
export const toTimeOrNull = (ms: number | null) => (ms === null ? null : toTime(ms))

/** Lists in pieces, because both databases limit the parameters of one statement (SQLite to 32,766). */
export function inPieces<T>(list: readonly T[], size = 500): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
}

/** The same order on every database, whatever its collation. */
export function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}
