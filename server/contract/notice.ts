import { type Static, Type } from 'typebox'
import { AnswerWord, EventState } from './events.ts'
import { Id, Kw, Note, Time, Unknown } from './units.ts'

/** The order to one customer, retained at `notice/<customerId>/<eventId>`. Act once per (event, version). */
export const Notice = Type.Object({
  event: Id,
  version: Type.Integer({ minimum: 1 }),
  state: EventState,
  start: Time,
  end: Time,
  requestedKw: Kw,
  reason: Type.String(),
  /** Only in a drill. */
  drill: Type.Optional(Type.Literal(true)),
  /** Always true: a notice asks, it does not command. */
  voluntary: Type.Literal(true)
})
export type Notice = Static<typeof Notice>

/** What a participant sends back to `answer/<customerId>`; unknown members are ignored. */
export const AnswerMessage = Type.Object({
  event: Id,
  version: Type.Integer({ minimum: 1 }),
  answer: AnswerWord,
  kw: Type.Optional(Unknown(Type.Number({ minimum: 0 }))),
  reason: Type.Optional(Unknown(Note))
})
export type AnswerMessage = Static<typeof AnswerMessage>

/** The retained state of a device at `status/<id>`; `ts` as in a reading. */
export const StatusMessage = Type.Object({
  online: Type.Boolean(),
  ts: Type.Optional(Unknown(Type.Union([Type.String(), Type.Integer()])))
})
export type StatusMessage = Static<typeof StatusMessage>
