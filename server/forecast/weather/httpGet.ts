import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

export interface GetAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
}

export interface GetLimits {
  timeoutMs: number
  maxBytes: number
}

/** Why there is no answer, in words without the address: that may hold a key. */
export class GetFailure extends Error {}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections',
  ENOTFOUND: 'its host is unknown',
  EAI_AGAIN: 'its host cannot be looked up now',
  ECONNRESET: 'it broke the connection',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'its host does not answer'
}

/** One GET, whole or not at all: bounded in time and bytes, no redirect followed. Rejects with a GetFailure. */
export function httpGet(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { timeoutMs, maxBytes }: GetLimits,
  stopping: AbortSignal
): Promise<GetAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<GetAnswer>()
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([timeout, stopping])
  const fail = (error: NodeJS.ErrnoException): void => {
    const late = timeout.aborted ? `it did not answer within ${timeoutMs / 1000} s` : undefined
    const reason = error instanceof GetFailure ? error.message : (late ?? words[error.code ?? ''])
    reject(new GetFailure(reason ?? `no connection (${error.code ?? error.name})`))
  }
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const asked = request(
    url,
    { headers: { accept: 'application/json', 'user-agent': 'Gridload', ...headers }, signal, agent: false },
    response => {
      const parts: Buffer[] = []
      let bytes = 0
      response.on('data', (part: Buffer) => {
        bytes += part.length
        if (bytes <= maxBytes) parts.push(part)
        else asked.destroy(new GetFailure(`its answer is larger than ${maxBytes / 1024} KiB`))
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8')
        })
      )
      response.on('error', fail)
    }
  )
  asked.on('error', fail)
  asked.end()
  return promise
}
