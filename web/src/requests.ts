import { createSend, type Door } from './send.ts'

/** What the session puts into every request; the session that starts sets it, once. */
export const door: Door = {
  csrfToken: () => null,
  ended: () => undefined,
  refused: () => undefined,
  prove: async () => false
}

const send = createSend((input, init) => fetch(input, init), door)

export const get = <T>(path: string, signal?: AbortSignal) => send<T>('GET', path, signal ? { signal } : {})
export const post = <T>(path: string, body?: unknown) => send<T>('POST', path, { body })
export const patch = <T>(path: string, body: unknown) => send<T>('PATCH', path, { body })
export const remove = <T>(path: string) => send<T>('DELETE', path, {})
/** 401 is a wrong password here, not the end of a session. */
export const prove = <T>(path: string, body?: unknown) => send<T>('POST', path, { body, isLogin: true })
export const id = encodeURIComponent

export function query(values: Record<string, string | number | boolean | null>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== '')
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
}
