import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { Secret, TOTP } from 'otpauth'
import type { FactorAnswer, TotpOffer } from '../../server/contract/login.ts'
import { until } from './until.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
  body: any
}

/** Somebody with a browser, but without a page: it keeps cookies, and says with each command what a page would say. */
export interface Visitor {
  readonly cookies: Map<string, string>
  /** Of the newest answer that had one. */
  csrfToken: string | null
  /** Headers here take the place of a page's; an empty one is left out. `path` is sent as it stands. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  logIn(userName: string, password: string): Promise<Answer>
}

/** `everywhere`: headers of all its requests, such as a proxy's. */
export function visit(address: string, everywhere: Record<string, string> = {}): Visitor {
  const { hostname, port, origin } = new URL(address)
  const visitor: Visitor = {
    cookies: new Map(),
    csrfToken: null,
    async call(method, path, body, headers = {}) {
      const isUnsafe = method !== 'GET' && method !== 'HEAD'
      const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
      const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const all: Record<string, string> = {
        ...(cookie !== '' && { cookie }),
        ...(isUnsafe && { origin, 'sec-fetch-site': 'same-origin' }),
        ...(isUnsafe && visitor.csrfToken !== null && { 'x-csrf-token': visitor.csrfToken }),
        ...(payload !== '' && { 'content-type': 'application/json' }),
        'content-length': String(Buffer.byteLength(payload)),
        ...everywhere,
        ...headers
      }
      const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
      const answer = await send({ hostname, port, method, path, headers: said, agent: false }, payload)
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value === '') visitor.cookies.delete(name)
        else visitor.cookies.set(name, value)
      }
      visitor.csrfToken = answer.body?.csrfToken ?? answer.body?.login?.csrfToken ?? visitor.csrfToken
      return answer
    },
    logIn: (userName, password) => visitor.call('POST', '/api/auth/login', { userName, password })
  }
  return visitor
}

function send(options: RequestOptions, payload: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(options, response => {
      text(response).then(answer => {
        const isJson = /json/.test(response.headers['content-type'] ?? '') && answer !== ''
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, text: answer, body: isJson ? parsed(answer) : null })
      }, reject)
    })
    sent.once('error', reject)
    sent.end(payload)
  })
}

/** Lines of JSON are no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

/** An app on a phone that gives each code once: three without waiting, as the server takes the steps beside the present one. */
export interface Authenticator {
  readonly secret: string
  code(): Promise<string>
  wrongCode(): string
}

const STEP_MS = 30_000
const WRONG_FROM_MS = 1_000_000_000_000

export function authenticator(secret: string): Authenticator {
  const totp = new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 })
  const present = () => Math.floor(Date.now() / STEP_MS)
  let used = 0
  let wrong = 0
  return {
    secret,
    async code() {
      used = Math.max(used + 1, present() - 1)
      await until(() => used <= present() + 1, { what: 'the next code of the app', timeoutMs: 2 * STEP_MS })
      return totp.generate({ timestamp: used * STEP_MS })
    },
    wrongCode: () => totp.generate({ timestamp: WRONG_FROM_MS + wrong++ * STEP_MS })
  }
}

/** Sets up the app for whoever is logged in. */
export async function enrolTotp(visitor: Visitor): Promise<{ app: Authenticator; recoveryCodes: string[] }> {
  const offered = await visitor.call('POST', '/api/account/totp')
  if (offered.status !== 200) throw new Error(`no app is offered: ${offered.status} ${offered.text}`)
  const { offer, secret } = offered.body as TotpOffer
  const app = authenticator(secret)
  const answer = await visitor.call('POST', '/api/account/totp/confirm', { offer, code: await app.code() })
  if (answer.status !== 200) throw new Error(`the app is not confirmed: ${answer.status} ${answer.text}`)
  return { app, recoveryCodes: (answer.body as FactorAnswer).recoveryCodes }
}
