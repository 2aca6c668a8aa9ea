import { type Static, Type } from 'typebox'

/** RFC 9457 problem document; every refused or failed request answers with one. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  /** What is wrong, and where, in words. */
  detail: Type.String(),
  /** To find the request in the server's log. */
  reference: Type.String()
})
export type Problem = Static<typeof Problem>
