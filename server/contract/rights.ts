import type { Role, Scope } from './access.ts'

/** What an operation is about; the parameters of its path name it. */
export const objectKinds = [
  'node',
  'source',
  'station',
  'transformer',
  'customer',
  'event',
  // An event by who commands it: its area must be the caller's.
  'order',
  'participant',
  'finding',
  'enrolment',
  'programme',
  'reward',
  'holiday',
  'user',
  'token',
  'credential'
] as const
export type ObjectKind = (typeof objectKinds)[number]

/** Who may use one operation, and what stands around its use. */
export interface Right {
  /** Of a person; an administrator may always. */
  roles: readonly Role[]
  /** Of a token. */
  scope: Scope
  /** Looked up before anything is done: a foreign object is answered like a missing one. */
  object?: ObjectKind
  /** The object that the operation makes: its id is in the answer. */
  makes?: ObjectKind
  /** It concerns all companies: only for who sees the whole. */
  whole?: true
  /** A person proves its identity once more. */
  stepUp?: true
  /** false: it changes nothing, although its method would say so. */
  audit?: false
  /**
   * What the audit keeps of body, object and answer. Without it: all. `personal`: names stand beside the chain, to be
   * erased with the person. `nothing`: there are secrets in it. Of an answer that shows a secret once beside what was
   * made, only what was made is kept.
   */
  keeps?: 'personal' | 'nothing'
}

/** A right by operation: `POST /api/findings/:id/acknowledge`. */
export type Rights = Readonly<Record<string, Right>>
