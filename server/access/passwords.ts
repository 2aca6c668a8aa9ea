import { commonWords } from './passwordWords.ts'

/** Characters. */
export const passwordLength = { shortest: 12, longest: 128 } as const
const { shortest: SHORTEST, longest: LONGEST } = passwordLength
/** Characters that must remain when everything guessed first is taken away. */
const OWN_CHARACTERS = 5

/** One text for one password, whatever keyboard it was typed on (NIST SP 800-63B, 3.1.1.2). */
export const normalPassword = (password: string): string => password.normalize('NFKC')

/**
 * Why a password is refused, in words; null: it will do. No rules of composition (ASVS 5.0, 6.2.5): only its length, and
 * whether anything is left of it without common words, the words around its user, dates, runs and repetitions.
 */
export function passwordProblem(password: string, wordsAround: readonly string[]): string | null {
  const text = normalPassword(password)
  const length = [...text].length
  if (length < SHORTEST) return `a password has at least ${SHORTEST} characters; this one has ${length}`
  if (length > LONGEST) return `a password has at most ${LONGEST} characters; this one has ${length}`
  const context = ['gridload', 'evn', ...wordsAround.flatMap(wordsOf)]
  const own = withoutGuessable(text, context)
  if (own.size >= OWN_CHARACTERS) return null
  return 'this password is guessed first: it consists of common words, names, dates, runs or repetitions'
}

/** `tran.thi-mai@evn.vn` → tran, thi, mai, evn, …, and the whole. */
function wordsOf(name: string): string[] {
  const plain = plainLetters(name)
  return [plain.replace(/[^a-z0-9]/g, ''), ...plain.split(/[^a-z0-9]+/)].filter(word => word.length >= 3)
}

/** The different characters that nobody guesses. */
function withoutGuessable(password: string, context: readonly string[]): Set<string> {
  const words = [...context.map(asLetters), ...commonWords.map(asLetters)].sort((a, b) => b.length - a.length)
  let rest = withoutRuns(plainLetters(password).replace(/(19|20)\d\d/g, ' '))
  // Vietnamese words are written in syllables: `mật khẩu`.
  rest = asLetters(rest).replace(/[\s_.,-]/g, '')
  for (const word of words) rest = rest.replaceAll(word, ' ')
  return new Set(withoutRuns(rest).replace(/\s/g, ''))
}

/** Without accents, in lower case. */
const plainLetters = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('đ', 'd')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')

const stands: Record<string, string> = { '0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't' }
const signs: Record<string, string> = { '@': 'a', $: 's', '!': 'l' }

/** `P4$$w0rd` as it is read. */
const asLetters = (text: string): string =>
  text.replace(/[013457@$!]/g, sign => stands[sign] ?? signs[sign] ?? sign)

/** Three or more characters that follow each other (`abc`, `987`) or are the same (`aaa`) tell as much as one does. */
function withoutRuns(text: string): string {
  const characters = [...text]
  let kept = ''
  for (let start = 0; start < characters.length; ) {
    const end = endOfRun(characters, start)
    kept += end - start >= 3 ? ' ' : characters.slice(start, end).join('')
    start = end
  }
  return kept
}

function endOfRun(characters: readonly string[], start: number): number {
  const code = (at: number): number => characters[at]?.codePointAt(0) ?? Number.NaN
  const step = code(start + 1) - code(start)
  if (Number.isNaN(step) || Math.abs(step) > 1) return start + 1
  let end = start + 2
  while (code(end) - code(end - 1) === step) end++
  // Of two characters only the first is settled: the second may begin a run of its own.
  return end - start >= 3 ? end : start + 1
}
