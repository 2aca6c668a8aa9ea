import { type MqttRefusal, mqttRefusals } from '../contract/mqttRefusals.ts'

export interface Refusals {
  count(reason: MqttRefusal, detail: string): void
  counts(): Record<MqttRefusal, number>
}

const QUIET_MS = 60_000
/** So many different things are told apart; the others share one place. */
const MOST_KINDS = 100

/** Says a thing of one kind at most once a minute, and then how often it was silent about it. */
export function createQuietWarn(
  warn: (text: string) => void,
  now: () => number
): (kind: string, text: string) => void {
  const said = new Map<string, { at: number; silent: number }>()
  return (kind, text) => {
    const key = said.has(kind) || said.size < MOST_KINDS ? kind : 'other'
    const last = said.get(key)
    if (last !== undefined && now() - last.at < QUIET_MS) {
      last.silent++
      return
    }
    warn(last !== undefined && last.silent > 0 ? `${text} (and ${last.silent} more since)` : text)
    said.set(key, { at: now(), silent: 0 })
  }
}

/** Counts what the broker refuses, and says so without letting anyone fill the log. */
export function createRefusals(warn: (kind: string, text: string) => void): Refusals {
  const counts = Object.fromEntries(mqttRefusals.map(reason => [reason, 0])) as Record<MqttRefusal, number>
  return {
    count(reason, detail) {
      counts[reason]++
      warn(`refused ${reason}`, `MQTT refused (${reason}): ${detail}`)
    },
    counts: () => ({ ...counts })
  }
}

/** What a stranger wrote, as it may stand in a log: one line, no control characters, not too long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    '?'
  )
}
