import { type Static, Type } from 'typebox'
import { CurtailmentEvent } from './events.ts'
import { Finding } from './findings.ts'
import { LoadState } from './grid.ts'
import { IngestState } from './sources.ts'
import { Time, Unknown } from './units.ts'

/**
 * The live stream (`GET /api/live`, Server-Sent Events). First `snapshot`, then `change`s, each with an id that
 * counts up; numbers may be left out. A client that comes back with Last-Event-ID gets the changes it missed, or a new snapshot.
 */
export const LiveSnapshot = Type.Object({
  at: Time,
  timeZone: Type.String(),
  demo: Type.Boolean(),
  nodes: Type.Array(LoadState),
  /** Not cleared, or cleared but not acknowledged. */
  findings: Type.Array(Finding),
  /** Not older than a day after their end. */
  events: Type.Array(CurtailmentEvent),
  /** null for whom it does not concern. */
  ingest: Unknown(IngestState)
})
export type LiveSnapshot = Static<typeof LiveSnapshot>

/** What changed; a member stands only when something in it did. Each entry replaces the one of the same id. */
export const LiveChange = Type.Object({
  at: Time,
  nodes: Type.Optional(Type.Array(LoadState)),
  findings: Type.Optional(Type.Array(Finding)),
  events: Type.Optional(Type.Array(CurtailmentEvent)),
  ingest: Type.Optional(IngestState)
})
export type LiveChange = Static<typeof LiveChange>
