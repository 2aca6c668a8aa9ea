import { type Decoded, type ForeignDecoder, nothing } from '../decode.ts'
import { createDelayedSave } from './delayedSave.ts'
import { createNodes } from './nodes.ts'
import { readPayload } from './payload.ts'
import { createRebirths } from './rebirth.ts'
import { restoreNodes, writeNodes } from './savedNodes.ts'
import { createSession, type SessionCounters } from './session.ts'
import { commandFilters, type SparkplugSettings, sparkplugFilters } from './settings.ts'
import { compileSources } from './sources.ts'
import { readSparkplugTopic } from './topic.ts'

export interface SparkplugNeeds {
  /** Of NCMD messages, not retained. A rejection is counted, and the node is asked again later. */
  publish(topic: string, payload: Buffer): Promise<void>
  /** What `save` was given last; null at the first start. */
  saved: string | null
  save(text: string): Promise<void>
  saveAfterMs?: number
}

/** Totals since the start, but for `nodes` and `metrics`, which are those known now. */
export interface SparkplugCounters extends SessionCounters {
  nodes: number
  metrics: number
  rebirthsAsked: number
  rebirthsFailed: number
  failedSaves: number
}

/**
 * Reads Sparkplug B 3.0. What a message means depends on those before it, so all of a node's messages must come here, in
 * order: `exclusiveFilters` are subscribed to by one connection and never shared.
 *
 *                  NBIRTH                       gap in seq, unannounced metric, NDEATH of another bdSeq:
 *   unknown ──────────────────► alive              asks for a rebirth and goes on
 *      ▲  data: dropped,          │
 *      │  asks for a rebirth      │ NDEATH of the same bdSeq: offline
 *      └──────────────────────────┘
 */
export interface SparkplugDecoder extends ForeignDecoder {
  readonly exclusiveFilters: readonly string[]
  /** Where an edge node hears what it is asked for. */
  readonly commandFilters: readonly string[]
  decode(topic: string, payload: Buffer, now: number): Decoded | null
  counters(): SparkplugCounters
  /** Saves what is not saved yet. */
  stop(): Promise<void>
}

/** For settings in which `readMapping` found no mistake; throws where it would find one. */
export function createSparkplug(settings: SparkplugSettings, needs: SparkplugNeeds): SparkplugDecoder {
  const compiled = compileSources(settings.sources)
  if ('mistakes' in compiled) throw new Error(compiled.mistakes.join('; '))
  const { find } = compiled
  const nodes = createNodes()
  if (needs.saved !== null) restoreNodes(needs.saved, nodes, find)
  const rebirths = createRebirths(needs.publish)
  const saves = createDelayedSave(() => writeNodes(nodes), needs.save, needs.saveAfterMs ?? 5000)
  const session = createSession({ nodes, find, askForRebirth: rebirths.ask })

  return {
    filters: [],
    exclusiveFilters: sparkplugFilters(settings),
    commandFilters: commandFilters(settings),
    decode(name, bytes, now) {
      const topic = readSparkplugTopic(name, settings.groups)
      if (topic === null) return null
      // Commands and states, which only the built-in broker lets us see.
      if (topic.type === null) return nothing()
      const payload = readPayload(bytes)
      if ('reason' in payload) return { ...nothing(), rejects: [{ reason: payload.reason, payload: bytes }] }
      if (topic.type === 'DATA') return session.data(topic, payload, bytes, now)
      saves.changed()
      return topic.type === 'BIRTH'
        ? session.birth(topic, payload, bytes, now)
        : session.death(topic, payload, now)
    },
    counters() {
      const { asked, failed } = rebirths.counters()
      return {
        ...nodes.counters(),
        ...session.counters,
        rebirthsAsked: asked,
        rebirthsFailed: failed,
        failedSaves: saves.failed()
      }
    },
    stop: saves.stop
  }
}
