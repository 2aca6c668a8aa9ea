import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { FurtherTopics } from './contract/deviceRights.ts'
import type { ForeignDecoder } from './ingest/decode.ts'
import type { SparkplugCounters } from './ingest/sparkplug/sparkplug.ts'
import { replaceFile } from './log/durableFile.ts'
import { openFailure, StartFailure } from './startFailure.ts'

/** What reads payloads that are not of our own contract, as the mapping file says. */
export interface Foreign {
  decoders: readonly ForeignDecoder[]
  /** Topics that several connections may share. */
  filters: readonly string[]
  /** Topics whose messages must all come over one connection, in order. */
  exclusiveFilters: readonly string[]
  /** What devices follow, because we publish it for them. */
  commandFilters: readonly string[]
  drops(): Record<string, number>
  stop(): Promise<void>
}

const none: Foreign = {
  decoders: [],
  filters: [],
  exclusiveFilters: [],
  commandFilters: [],
  drops: () => ({}),
  stop: () => Promise.resolve()
}

/** What of it is open to services, with the built-in broker and with another one. */
export function furtherTopics({
  filters,
  exclusiveFilters,
  commandFilters
}: Pick<Foreign, 'filters' | 'exclusiveFilters' | 'commandFilters'>): FurtherTopics {
  return { publish: [...filters, ...exclusiveFilters], subscribe: commandFilters }
}

export interface ForeignEdges {
  publish(topic: string, payload: Buffer): Promise<void>
}

/** Reads the mapping file of the settings. Rejects with a StartFailure: one line for each mistake. */
export async function openForeign(
  { mappingFile, dataDirectory }: Config,
  edges: ForeignEdges
): Promise<Foreign> {
  if (mappingFile === null) return none
  const text = await readFile(mappingFile, 'utf8').catch(openFailure('MQTT_MAPPING', mappingFile))
  // Loaded only where it is used: the schema of the file and protobuf take megabytes.
  const { readMapping } = await import('./ingest/mapping/readMapping.ts')
  const read = readMapping(text)
  if ('mistakes' in read)
    throw new StartFailure(read.mistakes.map(line => `MQTT_MAPPING ${mappingFile}: ${line}`).join('\n'))
  const filters = read.decoders.flatMap(decoder => decoder.filters)
  if (read.sparkplug === null) return { ...none, decoders: read.decoders, filters }

  const { createSparkplug } = await import('./ingest/sparkplug/sparkplug.ts')
  const file = join(dataDirectory, 'sparkplug.json')
  const sparkplug = createSparkplug(read.sparkplug, {
    publish: edges.publish,
    saved: await readFile(file, 'utf8').catch(() => null),
    save: state => replaceFile(file, state)
  })
  return {
    decoders: [...read.decoders, sparkplug],
    filters,
    exclusiveFilters: sparkplug.exclusiveFilters,
    commandFilters: sparkplug.commandFilters,
    drops: () => sparkplugDrops(sparkplug.counters()),
    stop: sparkplug.stop
  }
}

function sparkplugDrops({
  beforeBirth,
  unannounced,
  incomplete,
  gaps
}: SparkplugCounters): Record<string, number> {
  return {
    sparkplugGaps: gaps,
    sparkplugBeforeBirth: beforeBirth,
    sparkplugUnannounced: unannounced,
    sparkplugIncomplete: incomplete
  }
}
