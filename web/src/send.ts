import type { Problem } from '../../server/contract/problem.ts'

/** A request that the server refused, or that did not reach it (status 0). */
export class ApiError extends Error {
  readonly status: number
  /** Which kind of problem, as the server names it: `/problems/step-up`, else `about:blank`. */
  readonly type: string
  readonly reference: string | null
  constructor(status: number, detail: string, type = 'about:blank', reference: string | null = null) {
    super(detail)
    this.status = status
    this.type = type
    this.reference = reference
  }
}

/** What stands between a request and the server: who is logged in, and what to do when that no longer suffices. */
export interface Door {
  /** Of the present session; null without one. */
  csrfToken(): string | null
  /** The server no longer knows the session. */
  ended(): void
  /** A right is missing, or the session has changed since this page learnt of it. */
  refused(): void
  /** Asks for a second proof of identity; false when the person turns back. */
  prove(): Promise<boolean>
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
export interface SendOptions {
  body?: unknown
  signal?: AbortSignal
  /** The answer 401 is for the caller: a wrong password is no end of a session. */
  isLogin?: boolean
}
export type Send = <T>(method: Method, path: string, options: SendOptions) => Promise<T>

const STEP_UP = '/problems/step-up'

async function refusal(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.json()) as Problem
    return new ApiError(
      response.status,
      problem.detail || problem.title,
      problem.type,
      problem.reference ?? null
    )
  } catch {
    return new ApiError(response.status, `HTTP ${response.status}`) // not ours: a proxy's page
  }
}

function initOf(method: Method, { body, signal }: SendOptions, csrfToken: string | null): RequestInit {
  const headers: Record<string, string> = {}
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET' && csrfToken !== null) headers['x-csrf-token'] = csrfToken
  return {
    method,
    headers,
    credentials: 'same-origin',
    ...(signal ? { signal } : {}),
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  }
}

/**
 * The one way to the server's routes.
 *
 *   request ──► 2xx: the answer
 *           ──► 401: the session is over (`ended`)
 *           ──► 403 step-up: a second proof is asked for; given, the request is repeated, once
 *           ──► else: ApiError
 */
export function createSend(fetch: typeof globalThis.fetch, door: Door): Send {
  async function once(method: Method, path: string, options: SendOptions): Promise<Response> {
    try {
      return await fetch(`/api${path}`, initOf(method, options, door.csrfToken()))
    } catch (cause) {
      if (options.signal?.aborted) throw cause
      throw new ApiError(0, '')
    }
  }
  async function answer(
    method: Method,
    path: string,
    options: SendOptions,
    mayProve: boolean
  ): Promise<Response> {
    const response = await once(method, path, options)
    if (response.ok) return response
    const error = await refusal(response)
    if (response.status === 401 && options.isLogin !== true) door.ended()
    if (response.status !== 403) throw error
    if (error.type !== STEP_UP) {
      door.refused()
      throw error
    }
    if (!mayProve || !(await door.prove())) throw error
    return answer(method, path, options, false)
  }
  return async <T>(method: Method, path: string, options: SendOptions) => {
    const response = await answer(method, path, options, true)
    return (response.status === 204 ? null : await response.json()) as T
  }
}
