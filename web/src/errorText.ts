import type { Language } from './format.ts'
import { serverText } from './i18n/serverText.ts'
import type { Words } from './i18n/vi.ts'
import { ApiError } from './send.ts'

/** What went wrong, for a person: the server's own words as `inWords` puts them, or that it could not be reached. */
export function errorText(
  error: unknown,
  { words: { common }, language }: { words: Words; language: Language },
  inWords: (sentence: string, language: Language) => string = serverText
): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  if (error.status === 0) return common.offline
  const said = inWords(error.message, language)
  return error.reference ? `${said} (${common.reference} ${error.reference})` : said
}
