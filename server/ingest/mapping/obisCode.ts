/** One OBIS code (IEC 62056-61) A-B:C.D.E*F as a number of six bytes, so that every spelling of it is the same. */
export type ObisCode = number

/**
 * Reads "1.8.0", "1-0:1.8.0", "1-0:1.8.0*255", "1.0.1.8.0.255" and "0100010800FF"; `_` may stand for each point. What is
 * not said is A = 1 (electricity), B = 0, F = 255 (the present value). null for anything else.
 */
export function parseObis(text: string): ObisCode | null {
  if (text.length === 12 && !text.includes('.') && !text.includes('_')) return parseHex(text)
  const groups: number[] = []
  let marks = ''
  let digits = 0
  let value = 0
  for (let at = 0; at <= text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48
      if (++digits > 3 || value > 255) return null
      continue
    }
    if (digits === 0) return null
    groups.push(value)
    if (groups.length > 6) return null
    if (at < text.length) marks += text[at] === '_' ? '.' : text[at]
    digits = 0
    value = 0
  }
  return combine(groups, marks)
}

function combine(groups: readonly number[], marks: string): ObisCode | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 255] = groups
  switch (marks) {
    case '..':
      return pack(1, 0, a, b, c, 255)
    case '..*':
      return pack(1, 0, a, b, c, d)
    case '-:..':
    case '-:..*':
    case '-:...':
    case '.....':
      return pack(a, b, c, d, e, f)
    default:
      return null
  }
}

function parseHex(text: string): ObisCode | null {
  let code = 0
  for (let at = 0; at < 12; at++) {
    const digit = Number.parseInt(text.charAt(at), 16)
    if (Number.isNaN(digit)) return null
    code = code * 16 + digit
  }
  return code
}

function pack(...groups: number[]): ObisCode {
  return groups.reduce((code, group) => code * 256 + group, 0)
}

/** Whether the quantity is one that we hold in kilo-units: active, reactive or apparent power or energy. */
export function isPowerOrEnergy(code: ObisCode): boolean {
  const medium = Math.floor(code / 2 ** 40)
  const quantity = Math.floor(code / 2 ** 24) % 256
  // 1…20 the sum, 21…40 L1, 41…60 L2, 61…80 L3; of each 11 is current, 12 voltage, 13 power factor, 14 frequency.
  const ofPhase = quantity % 20
  return medium === 1 && quantity >= 1 && quantity <= 80 && (ofPhase <= 10 || ofPhase >= 15) && ofPhase !== 0
}
