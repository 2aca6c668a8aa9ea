import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { canonicalJson } from '../contract/canonicalJson.ts'

/** By which a caller's repeated command is known: the same key with the same command does nothing again. */
export const KeyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[ -~]{1,100}$',
      description:
        'The same key again with the same body answers with what the first came to; with another one it is refused (422). A refused command leaves no key.'
    })
  )
})

/** The key, with a checksum of the whole command: its path and its body. */
export interface CommandKey {
  key: string
  sha256: string
}

/** undefined: the caller gave none. */
export function commandKey({
  headers,
  method,
  url,
  body
}: Pick<FastifyRequest, 'headers' | 'method' | 'url' | 'body'>): CommandKey | undefined {
  const key = headers['idempotency-key']
  if (typeof key !== 'string') return undefined
  const [path] = url.split('?')
  const sha256 = createHash('sha256')
    .update(`${method} ${path}\n${canonicalJson(body)}`)
    .digest('hex')
  return { key, sha256 }
}
