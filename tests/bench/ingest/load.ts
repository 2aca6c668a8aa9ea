import { topics } from '../../../server/contract/topics.ts'

/** The k-th message of a backlog. */
export interface Load {
  messages: number
  readings: number
  topic(k: number): string
  payload(k: number): string
}

/** A minute between two readings of one meter; the last lie at the present. */
const STEP_MS = 60_000

function members(k: number, meters: number, readings: number, startedAt: number): string {
  const rounds = Math.ceil(readings / meters)
  const ts = startedAt - (rounds - Math.floor(k / meters)) * STEP_MS
  const kw = ((k % 977) / 10).toFixed(1)
  return `"ts":${ts},"kw":${kw},"kvar":0.2,"v":229.8,"pf":0.98,"kwh":${(100_000 + (k % 100_000) / 10).toFixed(1)}`
}

export const meterId = (number: number): string => `M${String(number).padStart(7, '0')}`

/** One reading a message, each meter in turn. */
export function singleReadings(messages: number, meters: number, startedAt: number): Load {
  return {
    messages,
    readings: messages,
    topic: k => topics.meterReading(meterId(k % meters)),
    payload: k => `{${members(k, meters, messages, startedAt)}}`
  }
}

/** Arrays of a concentrator, `size` readings each. */
export function concentratorArrays(readings: number, meters: number, size: number, startedAt: number): Load {
  return {
    messages: Math.ceil(readings / size),
    readings: Math.ceil(readings / size) * size,
    topic: k => topics.concentratorReadings(`C${k % 100}`),
    payload(k) {
      const items = Array.from({ length: size }, (_, index) => {
        const reading = k * size + index
        return `{"meter":"${meterId(reading % meters)}",${members(reading, meters, readings, startedAt)}}`
      })
      return `[${items.join(',')}]`
    }
  }
}

/** A registry in which each of the meters has a metering point. */
export function registryOf(meters: number): string {
  const feeders = 20
  return [
    'kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw',
    'company,co,,,,,1000000,,,,',
    ...Array.from({ length: feeders }, (_, n) => `feeder,F${n},co,,,,100000,,,,`),
    ...Array.from({ length: meters }, (_, n) => `meteringPoint,P${n},F${n % feeders},,${meterId(n)},,,,60,,`)
  ].join('\n')
}
