import type { FastifyInstance } from 'fastify'
import { Refusal } from './problems.ts'

/** Deeper than any body that a route takes. */
export const MOST_DEPTH = 32

/** Reads JSON bodies, and refuses (400) deep nesting before anything walks it; `__proto__` is refused as well. */
export function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body)
    if (depthOf(text) > MOST_DEPTH) done(new Refusal(400, `body: nested deeper than ${MOST_DEPTH} levels`))
    else void parse(request, text, done)
  })
}

/** How deep brackets are open at most; those inside strings do not count. Looks at nothing else, so the text may be no JSON. */
export function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === BACKSLASH) i++
      else if (code === QUOTE) inString = false
    } else if (code === QUOTE) inString = true
    else if (code === OPEN_LIST || code === OPEN_OBJECT) deepest = Math.max(deepest, ++depth)
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--
  }
  return deepest
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 92, 91, 93, 123, 125]
