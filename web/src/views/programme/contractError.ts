import { BadLine } from '../../contractText.ts'
import type { getDisplay } from '../../display.svelte.ts'
import { errorText } from '../../errorText.ts'
import { programmeWords } from '../../i18n/programmeWords.ts'

/** What went wrong with a contract: a line that cannot be read, or what the server said. */
export function contractErrorText(error: unknown, display: ReturnType<typeof getDisplay>): string {
  if (!(error instanceof BadLine)) return errorText(error, display)
  return programmeWords[display.language].register.enrolments.badLine(error.line)
}
