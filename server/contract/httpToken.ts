/** As whom a client of ours (simulators, the import) asks over HTTP: an API token, or the ADMIN_TOKEN. */
export type HttpToken = string

/** From GRIDLOAD_TOKEN: unlike an argument nobody reads it in the list of processes. null: it is not set. */
export function httpToken({ GRIDLOAD_TOKEN }: Record<string, string | undefined>): HttpToken | null {
  return GRIDLOAD_TOKEN || null
}

/** The header that says who asks; none without a token. */
export function bearing(token: HttpToken | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` }
}
