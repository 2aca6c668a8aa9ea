import type { Language } from '../format.ts'

/** The server explains itself in plain English; these are its standing sentences in Vietnamese. */
const vietnamese: readonly [RegExp, string][] = [
  [/^too many requests: come back in (\d+) s$/, 'quá nhiều yêu cầu: thử lại sau $1 giây'],
  [/^there is no (.+)$/, 'không có $1']
]

/** What the dictionaries know that come with later pages. */
const further = new Set<(sentence: string) => string>()

/** A dictionary that is fetched later: from then on its sentences are said in Vietnamese too. */
export const learn = (inVietnamese: (sentence: string) => string) => further.add(inVietnamese)

/** The first of `sentences` that fits, with what it names; what is not known stands as it came. */
export function translated(sentence: string, sentences: readonly [RegExp, string][]): string {
  for (const [pattern, words] of sentences) {
    if (pattern.test(sentence)) return sentence.replace(pattern, words)
  }
  return sentence
}

/** A sentence of the server in the language of the page. */
export function serverText(sentence: string, language: Language): string {
  if (language === 'en') return sentence
  for (const inVietnamese of further) {
    const said = inVietnamese(sentence)
    if (said !== sentence) return said
  }
  return translated(sentence, vietnamese)
}
