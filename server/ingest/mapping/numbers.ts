export type DecimalMark = '.' | ','

/**
 * A number, also as text; null where it is unknown (absent, null or an empty text). NaN for everything else: a decimal
 * number has at most one mark, no groups and no unit.
 */
export function readNumber(value: unknown, mark: DecimalMark): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : NaN
  if (value === null || value === undefined) return null
  if (typeof value !== 'string') return NaN
  const text = value.trim()
  if (text === '') return null
  if (!isDecimal(text, mark)) return NaN
  return Number(mark === ',' ? text.replace(',', '.') : text)
}

/** [+-] digits [mark digits] [e [+-] digits]: `Number` alone would also take "0x10", "Infinity" and " ". */
function isDecimal(text: string, mark: DecimalMark): boolean {
  let at = text[0] === '-' || text[0] === '+' ? 1 : 0
  const whole = digitsFrom(text, at)
  at = whole
  if (text[at] === mark) at = digitsFrom(text, at + 1)
  if (!isDigit(text, at - 1)) return false
  if (text[at] !== 'e' && text[at] !== 'E') return at === text.length
  at++
  if (text[at] === '-' || text[at] === '+') at++
  const end = digitsFrom(text, at)
  return end > at && end === text.length
}

function digitsFrom(text: string, from: number): number {
  let at = from
  while (isDigit(text, at)) at++
  return at
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

/** value × scale + add. 0.001 divides by 1000, which gives the decimal number nearest to what is meant. */
export function compileScale(scale: number, add: number): (value: number) => number {
  const divisor = Math.round(1 / scale)
  const divides = Math.abs(scale) < 1 && Math.abs(divisor * scale - 1) < 1e-12
  if (divides) return add === 0 ? value => value / divisor : value => value / divisor + add
  if (add !== 0) return value => value * scale + add
  return scale === 1 ? value => value : value => value * scale
}

/** value × 10^exponent, divided where the exponent is negative. */
export function timesPowerOfTen(value: number, exponent: number): number {
  return exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent
}
