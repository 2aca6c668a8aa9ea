import { ApiError } from './api.ts'
import type { Words } from './i18n/vi.ts'

/** What went wrong, for a person: the server's own words, or that it could not be reached. */
export function errorText(error: unknown, { common }: Words): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  if (error.status === 0) return common.offline
  return error.reference ? `${error.message} (${common.reference} ${error.reference})` : error.message
}
