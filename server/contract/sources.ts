import { type Static, Type } from 'typebox'
import { mqttRefusals } from './mqttRefusals.ts'
import { EpochMs, Id, Time, Unknown } from './units.ts'

/** fresh: within its report interval (plus the same again) · late: within three · silent: beyond · never: registered, no reading. */
export const SourceState = Type.Enum(['fresh', 'late', 'silent', 'never'])
export type SourceState = Static<typeof SourceState>

/** Who publishes: a meter, a transformer or a weather station. */
export const Source = Type.Object({
  kind: Type.Enum(['meter', 'transformer', 'weather']),
  id: Id,
  /** The node it measures; null: unassigned, stored but counted in no node. */
  nodeId: Unknown(Id),
  name: Unknown(Type.String()),
  state: SourceState,
  /** Data time of its newest reading. */
  newestAt: Unknown(EpochMs),
  /** When that arrived. */
  arrivedAt: Unknown(EpochMs),
  reportIntervalS: Type.Number(),
  /** What it last said of itself on its status topic. */
  online: Unknown(Type.Boolean())
})
export type Source = Static<typeof Source>

export const SourcesAnswer = Type.Object({
  at: Time,
  counts: Type.Object({
    fresh: Type.Integer(),
    late: Type.Integer(),
    silent: Type.Integer(),
    never: Type.Integer(),
    unassigned: Type.Integer()
  }),
  /** How many match the filter; `sources` holds one page of them. */
  matching: Type.Integer(),
  sources: Type.Array(Source)
})
export type SourcesAnswer = Static<typeof SourcesAnswer>

/** The state of ingest and of the store behind it. Totals count since the process started, unless said otherwise. */
export const IngestState = Type.Object({
  broker: Type.Object({
    kind: Type.Enum(['built-in', 'external']),
    address: Type.String(),
    state: Type.Enum(['listening', 'connecting', 'subscribed']),
    detail: Unknown(Type.String()),
    /** Of an external broker: how many connections share the messages, and how many of them are subscribed. */
    connections: Type.Optional(Type.Object({ wanted: Type.Integer(), subscribed: Type.Integer() })),
    /**
     * Of an external broker: most messages without acknowledgement at one time on one connection; the limit that the
     * broker names for itself; whether it holds the rate back by waiting for acknowledgements.
     */
    inflight: Type.Optional(
      Type.Object({ seen: Type.Integer(), limit: Unknown(Type.Integer()), throttling: Type.Boolean() })
    ),
    /** Of the built-in broker: whoever reaches it may publish without a credential. */
    anonymous: Type.Optional(Type.Boolean()),
    /** Of the built-in broker: how often it refused, by reason. */
    refused: Type.Optional(Type.Record(Type.Enum([...mqttRefusals]), Type.Integer()))
  }),
  messages: Type.Integer(),
  readings: Type.Integer(),
  readingsPerS: Type.Number(),
  unknownMembers: Type.Integer(),
  /** Messages with readings that had to be parsed in full, because they are bad or spelt unusually. */
  slowPath: Type.Integer(),
  /** From the durable log: also those of earlier runs. */
  deadLetters: Type.Integer(),
  log: Type.Object({
    bytes: Type.Integer(),
    /** null while appends succeed; else why acknowledging has stopped. */
    blocked: Unknown(Type.String()),
    /** How long the write and fdatasync of a group took, since the start; null before the first. */
    commitP50Ms: Unknown(Type.Number()),
    commitP99Ms: Unknown(Type.Number())
  }),
  store: Type.Object({
    kind: Type.Enum(['sqlite', 'influx1', 'influx2']),
    state: Type.Enum(['following', 'retrying', 'paused']),
    /** Bytes of the log not yet in the store. */
    behindBytes: Type.Integer(),
    /** When the newest stored message had arrived. */
    storedUpTo: Unknown(Time),
    /** Stored in the last seconds. */
    linesPerS: Type.Number(),
    detail: Unknown(Type.String())
  }),
  validation: Type.Object({
    /** Sources that are checked against what they said before. */
    sources: Type.Integer(),
    /** Readings beyond that number of sources: only their values were looked at. */
    unremembered: Type.Integer()
  })
})
export type IngestState = Static<typeof IngestState>

/** A message that could not be decoded, or one bad item of an array. */
export const DeadLetter = Type.Object({
  /** Counts from 1 over all there ever were: what it is asked for by. */
  number: Type.Integer(),
  at: Time,
  topic: Type.String(),
  reason: Type.String(),
  /** The payload as text; a long one is cut, and `bytes` says its full length. */
  payload: Type.String(),
  bytes: Type.Integer()
})
export type DeadLetter = Static<typeof DeadLetter>

export const DeadLettersAnswer = Type.Object({ total: Type.Integer(), newest: Type.Array(DeadLetter) })
export type DeadLettersAnswer = Static<typeof DeadLettersAnswer>

/**
 * Every part's state. As a whole it is ready when readings can be taken in and made durable: the log and the broker
 * decide; a store that is behind does not, because the log holds what it lacks.
 */
export const Readiness = Type.Object({
  ready: Type.Boolean(),
  parts: Type.Array(Type.Object({ name: Type.String(), ready: Type.Boolean(), detail: Type.String() }))
})
export type Readiness = Static<typeof Readiness>
