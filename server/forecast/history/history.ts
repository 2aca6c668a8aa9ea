export const HALF_HOUR_MS = 1_800_000
const DAY_MS = 86_400_000
/** What is read when nothing is kept yet, and left when it is cut. */
export const KEPT_MS = 3 * 366 * DAY_MS
/** Cut only beyond this, so that it does not begin anew every day. */
const CUT_MS = 4 * 366 * DAY_MS

/**
 * Half-hours in columns of equal length: value i is the mean over [startMs + i half-hours, + half an hour), NaN unknown.
 * Of a load one column, kW; of a weather station two, °C and % humidity.
 */
export interface History {
  startMs: number
  columns: Float32Array[]
  /** The store was read up to here, epoch ms. */
  readUntil: number
  /** Of what measuring points it is made; empty where that does not matter. */
  composition: string
}

/** Nothing is known yet. */
export function emptyHistory(columns: number, composition = ''): History {
  const none = Array.from({ length: columns }, () => new Float32Array(0))
  return { startMs: 0, columns: none, readUntil: 0, composition }
}

export const lengthOf = ({ columns }: History): number => columns[0]?.length ?? 0

export const endOf = (history: History): number => history.startMs + lengthOf(history) * HALF_HOUR_MS

/**
 * Puts half-hours (starts, epoch ms) in their places; null is unknown. What is not named stays as it was. Returns the start
 * of the first half-hour that changed, Infinity when none did.
 */
export function putInto(
  history: History,
  t: readonly number[],
  values: readonly (readonly (number | null)[])[]
): number {
  let [first, last, changedFrom] = [Infinity, -Infinity, Infinity]
  t.forEach((at, row) => {
    if (values.every(column => (column[row] ?? null) === null)) return
    first = Math.min(first, at)
    last = Math.max(last, at)
  })
  if (first <= last) reachOver(history, first, last + HALF_HOUR_MS)
  const length = lengthOf(history)
  t.forEach((at, row) => {
    const place = (at - history.startMs) / HALF_HOUR_MS
    if (!Number.isInteger(place) || place < 0 || place >= length) return
    history.columns.forEach((column, c) => {
      const value = Math.fround(values[c]?.[row] ?? Number.NaN)
      if (Object.is(column[place], value)) return
      column[place] = value
      changedFrom = Math.min(changedFrom, at)
    })
  })
  return changedFrom
}

/** Everything before a moment is forgotten. */
export function forgetBefore(history: History, moment: number): void {
  const drop = Math.min(lengthOf(history), Math.ceil((moment - history.startMs) / HALF_HOUR_MS))
  if (drop <= 0) return
  history.startMs += drop * HALF_HOUR_MS
  history.columns = history.columns.map(column => column.slice(drop))
}

/** Keeps the file bounded: beyond four years the newest three stay. */
export function cutOld(history: History): void {
  if (endOf(history) - history.startMs > CUT_MS) forgetBefore(history, endOf(history) - KEPT_MS)
}

function reachOver(history: History, from: number, to: number): void {
  if (lengthOf(history) === 0) history.startMs = from
  const start = Math.min(history.startMs, from)
  const end = Math.max(endOf(history), to)
  const length = Math.round((end - start) / HALF_HOUR_MS)
  if (length === lengthOf(history)) return
  const shift = Math.round((history.startMs - start) / HALF_HOUR_MS)
  history.columns = history.columns.map(column => {
    const longer = new Float32Array(length).fill(Number.NaN)
    longer.set(column, shift)
    return longer
  })
  history.startMs = start
}
