/** The MQTT topic names of contract v1; nobody else in the code spells one. */

import { isId } from './id.ts'
import { type ReadingKind, readingKinds } from './telemetry.ts'

const ROOT = 'gridload/v1'

export const topics = {
  meterReading: (id: string) => `${ROOT}/meter/${id}/reading`,
  transformerReading: (id: string) => `${ROOT}/transformer/${id}/reading`,
  weatherObservation: (id: string) => `${ROOT}/weather/${id}/observation`,
  weatherForecast: (id: string) => `${ROOT}/weather/${id}/forecast`,
  concentratorReadings: (id: string) => `${ROOT}/concentrator/${id}/readings`,
  status: (id: string) => `${ROOT}/status/${id}`,
  notice: (customerId: string, eventId: string) => `${ROOT}/notice/${customerId}/${eventId}`,
  answer: (customerId: string) => `${ROOT}/answer/${customerId}`
} as const

/** The topic of one device's own readings, by kind. */
export const readingTopic = {
  meter: topics.meterReading,
  transformer: topics.transformerReading,
  weather: topics.weatherObservation,
  forecast: topics.weatherForecast
} as const satisfies Record<ReadingKind, (id: string) => string>

/** Whose readings a topic carries: one device's, or those of many behind a concentrator. */
export const readingSenders = [...readingKinds, 'concentrator'] as const

/** The topic of each of `readingSenders`, in that order, as what stands before the id and behind it. */
export const readingTopicParts: readonly { before: string; after: string }[] = readingSenders.map(sender => {
  const topic = sender === 'concentrator' ? topics.concentratorReadings : readingTopic[sender]
  const [before = '', after = ''] = topic('+').split('+')
  return { before, after }
})

/** What Gridload subscribes to on a real broker: the table of the contract, never `#`. */
export const subscriptionFilters: readonly string[] = [
  topics.meterReading('+'),
  topics.transformerReading('+'),
  topics.weatherObservation('+'),
  topics.weatherForecast('+'),
  topics.concentratorReadings('+'),
  topics.status('+'),
  topics.answer('+')
]

/** A topic that Gridload receives, taken apart. */
export type IncomingTopic =
  | { what: 'meter'; id: string }
  | { what: 'transformer'; id: string }
  | { what: 'weather'; id: string }
  | { what: 'forecast'; id: string }
  | { what: 'concentrator'; id: string }
  | { what: 'status'; id: string }
  | { what: 'answer'; customerId: string }

/** The only reader of incoming topic names; null for a topic that is not in the contract or carries a bad id. */
export function parseTopic(topic: string): IncomingTopic | null {
  const [product, version, word, id, last, ...rest] = topic.split('/')
  if (`${product}/${version}` !== ROOT || id === undefined || !isId(id) || rest.length > 0) return null
  switch (last === undefined ? word : `${word}/${last}`) {
    case 'meter/reading':
      return { what: 'meter', id }
    case 'transformer/reading':
      return { what: 'transformer', id }
    case 'weather/observation':
      return { what: 'weather', id }
    case 'weather/forecast':
      return { what: 'forecast', id }
    case 'concentrator/readings':
      return { what: 'concentrator', id }
    case 'status':
      return { what: 'status', id }
    case 'answer':
      return { what: 'answer', customerId: id }
    default:
      return null
  }
}
