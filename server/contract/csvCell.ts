/**
 * A cell of a CSV file (RFC 4180) that a spreadsheet takes for text, whatever somebody wrote into it: what would begin
 * a formula gets an apostrophe before it (OWASP, CSV injection). Numbers stay numbers; unknown is empty.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = beginsFormula.test(value) ? `'${value}` : value
  return /[",;\r\n\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Also the full-width signs that spreadsheets read as = + - @, and behind what they skip. */
const beginsFormula = /^[\s\0\u200b\ufeff]*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]/
