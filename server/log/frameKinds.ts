import type { RawFrame } from './frame.ts'
import type { Position } from './segments.ts'

/** The order is the number on disk; lines come first (`LINES`). */
const frameKinds = ['readings', 'answer', 'status'] as const

/** readings: lines (`lines.ts`) of one or many messages · answer: JSON {customerId, message} · status: JSON {id, online, ts}. */
export type FrameKind = (typeof frameKinds)[number]

/** What was appended at once, or gathered within a second. */
export interface FrameContent {
  kind: FrameKind
  /** When the first message in it was received: epoch milliseconds. */
  receivedAt: number
  body: Buffer
}

export interface Frame extends FrameContent {
  /** Where the frame after it begins: what a follower commits once it is done with this one. */
  next: Position
}

export function kindNumber(kind: FrameKind): number {
  return frameKinds.indexOf(kind)
}

/** null for a kind that a newer version may have written. */
export function frameContent({ kind, receivedAt, body }: RawFrame): FrameContent | null {
  const name = frameKinds[kind]
  return name === undefined ? null : { kind: name, receivedAt, body }
}
