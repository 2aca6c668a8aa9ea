import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { compileLate } from '../../server/api/lateSchemas.ts'
import { createApi } from '../../server/api/server.ts'

const body = Type.Object({ kw: Type.Number({ minimum: 0 }) })
const post = (payload: object) => ({ method: 'POST', url: '/late', payload }) as const

function api() {
  const made = createApi({ logLevel: 'silent' })
  made.post('/late', { schema: { body } }, async request => request.body)
  return made
}

describe('schemas', () => {
  it('are compiled at their first use, once', () => {
    const seen: unknown[] = []
    const compiler = {
      compile(schema: unknown) {
        seen.push(schema)
        const validate = (data: unknown) => data === schema
        return Object.assign(validate, { errors: 'other' })
      }
    }
    compileLate(compiler)
    const validate = compiler.compile('this')
    expect(seen).toEqual([])
    expect([validate('this'), validate('that'), validate.errors]).toEqual([true, false, 'other'])
    expect(seen).toEqual(['this'])
  })

  it('refuse what is wrong, the first time and later, and say what', async () => {
    const made = api()
    for (const kw of [-1, -2]) {
      const answer = await made.inject(post({ kw }))
      expect(answer.statusCode).toBe(400)
      expect(answer.json().detail).toContain('kw must be >= 0')
    }
  })

  it('a mistake before does not stand against the next request', async () => {
    const made = api()
    expect((await made.inject(post({ kw: -1 }))).statusCode).toBe(400)
    expect((await made.inject(post({ kw: 1 }))).json()).toEqual({ kw: 1 })
  })
})
