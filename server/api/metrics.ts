import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { Type } from 'typebox'
import type { IngestState } from '../contract/sources.ts'
import type { Routes } from './server.ts'

export interface MetricsNeeds {
  ingest(): IngestState
  liveClients(): number
  /** What bounds made us let go, by kind. */
  drops(): Record<string, number>
}

/** Prometheus text. Values are read when asked, from the same state that the pages show. */
export const metricsRoutes = (needs: MetricsNeeds): Routes => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })

  const counter = (name: string, help: string, read: (state: IngestState) => number): void => {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset()
        this.inc(read(needs.ingest()))
      }
    })
  }
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      }
    })
  }

  counter('gridload_messages_total', 'MQTT messages taken in since start', state => state.messages)
  counter('gridload_readings_total', 'Readings made durable since start', state => state.readings)
  counter(
    'gridload_unknown_members_total',
    'Payload members that were ignored',
    state => state.unknownMembers
  )
  counter(
    'gridload_dead_letters_total',
    'Messages or items refused, from the durable log',
    s => s.deadLetters
  )
  gauge('gridload_log_bytes', 'Size of the ingest log', () => needs.ingest().log.bytes)
  gauge(
    'gridload_store_behind_bytes',
    'Ingest log not yet in the store',
    () => needs.ingest().store.behindBytes
  )
  gauge('gridload_acknowledging', '1 while readings are acknowledged', () =>
    needs.ingest().log.blocked === null ? 1 : 0
  )
  gauge('gridload_live_clients', 'Open live streams', needs.liveClients)

  new Counter({
    name: 'gridload_dropped_total',
    help: 'Let go because a bound was reached, by kind; 0 where nothing was lost',
    labelNames: ['what'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [what, count] of Object.entries(needs.drops())) this.inc({ what }, count)
    }
  })

  new Counter({
    name: 'gridload_mqtt_refused_total',
    help: 'Refused by the built-in MQTT broker, by reason',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [reason, count] of Object.entries(needs.ingest().broker.refused ?? {}))
        this.inc({ reason }, count)
    }
  })

  return api => {
    api.get(
      '/api/metrics',
      { schema: { tags: ['health'], produces: ['text/plain'], response: { 200: Type.String() } } },
      async (_request, reply) =>
        reply
          .type(registry.contentType)
          .serializer((text: string) => text)
          .send(await registry.metrics())
    )
  }
}
