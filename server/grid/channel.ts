import type { Reading } from '../contract/telemetry.ts'
import { heldUntil, mergePower, type PowerValues, powerIn, reportIntervalOf } from './hold.ts'

/** When something was measured: `ts` epoch ms, over `intervalS` seconds from there on (0: at that moment). */
export interface Measured {
  ts: number
  intervalS: number
}

export interface Power extends Measured, PowerValues {}

/** The newest that one source said, member by member. Readings ahead of their time wait in `ahead`. */
export interface Channel {
  readonly kind: 'meter' | 'transformer' | 'weather'
  readonly id: string
  /** The node it measures; null: unassigned. */
  nodeId: string | null
  name: string | null
  /** The registry's word; null leaves it to the readings. */
  reportIntervalS: number | null
  newest: (Measured & { arrivedAt: number | null }) | null
  power: Power | null
  /** Oil of a transformer, air of a weather station, °C. */
  temperature: (Measured & { c: number }) | null
  ahead: { reading: Reading; arrivedAt: number | null }[]
}

export function newChannel(kind: Channel['kind'], id: string): Channel {
  return {
    kind,
    id,
    nodeId: null,
    name: null,
    reportIntervalS: null,
    newest: null,
    power: null,
    temperature: null,
    ahead: []
  }
}

/** The newest ts wins; the same ts merges member by member, the later arrival first; an older one changes nothing. */
export function take(channel: Channel, reading: Reading, arrivedAt: number | null): void {
  const { ts, intervalS, values } = reading
  const isOlderThan = (held: Measured | null) => held !== null && ts < held.ts

  if (!isOlderThan(channel.newest)) channel.newest = { ts, intervalS, arrivedAt }

  const power = powerIn(values)
  if (power !== null && !isOlderThan(channel.power)) {
    const isSame = channel.power !== null && channel.power.ts === ts
    channel.power = { ts, intervalS, ...(isSame && channel.power ? mergePower(channel.power, power) : power) }
  }

  const c = channel.kind === 'transformer' ? values.oil_c : values.temp_c
  if (c !== undefined && !isOlderThan(channel.temperature)) channel.temperature = { ts, intervalS, c }
}

/** True while a value counts: from its ts until three report intervals after its end. */
export function isHeld(channel: Channel, measured: Measured, now: number, defaultS: number): boolean {
  const reportS = reportIntervalOf(channel.reportIntervalS, measured.intervalS, defaultS)
  return now < heldUntil(measured.ts, measured.intervalS, reportS)
}

/** Takes what waited and whose time has come; true while more waits. */
export function takeDue(channel: Channel, now: number): boolean {
  const due = channel.ahead.filter(({ reading }) => reading.ts <= now)
  if (due.length === 0) return channel.ahead.length > 0
  channel.ahead = channel.ahead.filter(({ reading }) => reading.ts > now)
  for (const { reading, arrivedAt } of due) take(channel, reading, arrivedAt)
  return channel.ahead.length > 0
}
