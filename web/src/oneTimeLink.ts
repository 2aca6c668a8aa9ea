import { href } from './routes.ts'

/** A token as the server makes them; a link cut short in the mail is none. */
export const isWholeToken = (token: string): boolean => /^[\w-]{43}$/.test(token)

/** A link that has done its work stays neither in the address nor in the history. */
export function leaveLink(): void {
  history.replaceState(null, '', href.overview)
  window.dispatchEvent(new HashChangeEvent('hashchange'))
}
