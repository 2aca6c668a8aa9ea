import type { ReadingBatch } from '../../log/readingBatch.ts'

/**
 * Our verdict in a line as Gridload writes it: always the last member, so that it is found from the line's end.
 *
 *   …,quality=4096 1700000000000\n
 *             ↑   ↑
 *         digits  space
 */

const ZERO = 0x30
const NINE = 0x39
const SPACE = 0x20
const NAME = Buffer.from(',quality=', 'latin1')

/** Where the space before the time of a row's line stands. */
export function spaceOf({ bytes, lineStart }: ReadingBatch, row: number): number {
  let at = (lineStart[row + 1] ?? 0) - 2
  while (bytes[at] !== SPACE) at--
  return at
}

/** Where the digits of the quality begin that end before the space; -1 where another member stands there. */
export function qualityBefore(bytes: Buffer, space: number): number {
  let digits = space
  for (let byte = bytes[digits - 1] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[digits - 1] ?? 0)
    digits--
  const name = digits - NAME.length
  if (digits === space) return -1
  for (let index = 0; index < NAME.length; index++) if (bytes[name + index] !== NAME[index]) return -1
  return digits
}

/** The number whose digits stand there. */
export function numberIn(bytes: Buffer, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) number = number * 10 + (bytes[at] ?? 0) - ZERO
  return number
}

export function digitsOf(number: number): number {
  let digits = 1
  for (let rest = number; rest >= 10; rest /= 10) digits++
  return digits
}

/** Writes the digits of a whole number; returns the offset behind them. */
export function putNumber(target: Buffer, at: number, number: number): number {
  const end = at + digitsOf(number)
  let rest = number
  for (let place = end - 1; place >= at; place--) {
    target[place] = ZERO + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  return end
}
