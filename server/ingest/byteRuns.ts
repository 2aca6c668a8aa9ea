/** Whether a word stands in the bytes at `from`; the words compared here differ more in their ends. */
export function standsAt(bytes: Buffer, from: number, word: Buffer): boolean {
  for (let index = word.length - 1; index >= 0; index--) if (bytes[from + index] !== word[index]) return false
  return true
}

/** Copies source[start … end) and returns where the next byte goes: for runs so short that `Buffer.copy` costs more. */
export function copyRun(target: Buffer, at: number, source: Buffer, start: number, end: number): number {
  let to = at
  for (let from = start; from < end; from++) target[to++] = source[from] ?? 0
  return to
}
