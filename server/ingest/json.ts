import { isUtf8 } from 'node:buffer'

export type JsonObject = Record<string, unknown>

/** The value of a payload, or in words why it has none. */
export function parseJson(payload: Buffer): { value: unknown } | { reason: string } {
  if (payload.length === 0) return { reason: 'payload is empty' }
  if (!isUtf8(payload)) return { reason: 'payload is not UTF-8' }
  try {
    return { value: JSON.parse(payload.toString('utf8')) }
  } catch (error) {
    return { reason: `payload is not JSON: ${(error as Error).message.slice(0, 200)}` }
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One item as JSON of its own; null when it is nested too deeply to be written. */
export function toJson(value: unknown): Buffer | null {
  try {
    return Buffer.from(JSON.stringify(value))
  } catch {
    return null
  }
}
