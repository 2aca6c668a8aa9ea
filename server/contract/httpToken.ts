/** As whom a client of ours (simulators, the import) asks over HTTP: an API token, or the ADMIN_TOKEN. */
export type HttpToken = string

/**
 * From GRIDLOAD_TOKEN, else from the ADMIN_TOKEN that the server is started with: unlike an argument nobody reads it in the
 * list of processes. null: neither is set.
 */
export function httpToken(environment: Record<string, string | undefined>): HttpToken | null {
  return environment.GRIDLOAD_TOKEN || environment.ADMIN_TOKEN || null
}

/** The header that says who asks; none without a token. */
export function bearing(token: HttpToken | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` }
}
