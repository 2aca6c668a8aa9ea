import type { Display } from './display.svelte.ts'
import type { Format, Language } from './format.ts'
import { serverText } from './i18n/serverText.ts'
import { ApiError } from './send.ts'

type Said = Pick<Display, 'words' | 'language' | 'format'>

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g
/** The server names times in UTC; people read them by their own clock. */
const inLocalTime = (sentence: string, { dayMonth, time }: Format) =>
  sentence.replace(INSTANT, at => `${dayMonth(Date.parse(at))} ${time(Date.parse(at))}`)

/** A sentence of the server as a person reads it. */
export const saidText = (
  sentence: string,
  { language, format }: Omit<Said, 'words'>,
  inWords: (sentence: string, language: Language) => string = serverText
) => inLocalTime(inWords(sentence, language), format)

/** What went wrong, for a person: the server's own words as `inWords` puts them, or that it could not be reached. */
export function errorText(
  error: unknown,
  display: Said,
  inWords: (sentence: string, language: Language) => string = serverText
): string {
  const { common } = display.words
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  if (error.status === 0) return common.offline
  const said = saidText(error.message, display, inWords)
  return error.reference ? `${said} (${common.reference} ${error.reference})` : said
}
