/** What the main thread and the ingest thread say to each other. */
import type { MessagePort } from 'node:worker_threads'
import type { Config } from '../config.ts'
import type { DeadLetter, IngestState } from '../contract/sources.ts'
import type { PackedCredentials } from '../ingest/credentialTable.ts'
import type { IntakeCounters } from '../ingest/intake.ts'
import type { IngestLogStatus } from '../log/ingestLog.ts'
import type { LiveRing, LiveSlot } from './liveRing.ts'

export interface IngestThreadData {
  config: Config
  positionsBuffer: SharedArrayBuffer
  ring: LiveRing
}

/** A device's word about itself; `ts` epoch ms, null: its last will. */
export interface StatusWord {
  id: string
  online: boolean
  ts: number | null
}

export interface IngestThreadState {
  /** null before it listens. */
  broker: IngestState['broker'] | null
  counters: IntakeCounters
  log: IngestLogStatus
  deadLetters: { total: number; bytes: number; dropped: number; blocked: string | null }
  /** What bounds made it let go, by kind. */
  dropped: Record<string, number>
}

export type IngestEvent =
  | { event: 'warn'; text: string }
  | { event: 'live'; slot: LiveSlot }
  | { event: 'state'; state: IngestThreadState; statuses: StatusWord[] }

/** A letter as it goes between threads: a Buffer arrives as a Uint8Array. */
export interface LetterOnTheWay {
  at: number
  topic: string
  payload: Uint8Array
  reason: string
}

export type IngestMethods = {
  /** Opens the log and the dead letters. Rejects with a StartFailure. */
  open(argument: undefined): Promise<IngestThreadState>
  /** Opens the built-in broker or connects to the one of the settings; its address. Rejects with a StartFailure. */
  listen(credentials: PackedCredentials): Promise<string>
  /** Whoever is connected with what has become invalid is disconnected at once. */
  changeCredentials(change: { put: PackedCredentials; revoked: readonly string[] }): void
  publish(message: { topic: string; payload: string; retain: boolean }): Promise<void>
  /** Takes a message in as if it had come by MQTT; resolves when it is durable. */
  accept(message: { topic: string; payload: string }): Promise<void>
  /** Resolves when durable. */
  putDeadLetter(letter: LetterOnTheWay): Promise<void>
  /** Takes the dead letters of another thread, which calls `putDeadLetter` through the port. */
  acceptDeadLetters(port: { from: MessagePort }): void
  newestDeadLetters(limit: number): Promise<DeadLetter[]>
  state(argument: undefined): IngestThreadState
  /** Stops reading, acknowledges what is durable, closes everything; the thread ends. */
  stop(argument: undefined): Promise<void>
}
