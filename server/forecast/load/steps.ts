import type { LocalTime } from '../../contract/localTime.ts'

const DAY_MS = 86_400_000

/** Each step ahead and where it stands: its day (counted from the first) and the two slots it lies between. */
export interface Steps {
  readonly startMs: number
  readonly stepMs: number
  readonly length: number
  readonly day: Uint8Array
  readonly slot: Uint16Array
  /** How far a step finer than a slot lies towards the middle of the neighbouring slot, −½ … ½. */
  readonly towards: Float64Array
}

/** The steps of a series' own grid from `origin` on, before `until`. */
export function stepsAhead(
  series: { startMs: number; stepMs: number },
  time: LocalTime,
  slots: number,
  origin: number,
  until: number
): Steps {
  const { stepMs } = series
  const startMs = series.startMs + Math.ceil((origin - series.startMs) / stepMs) * stepMs
  const length = Math.max(0, Math.ceil((until - startMs) / stepMs))
  const day = new Uint8Array(length)
  const slot = new Uint16Array(length)
  const towards = new Float64Array(length)
  const today = Math.floor((origin + time.offsetMs(origin)) / DAY_MS)
  const slotMs = DAY_MS / slots
  for (let i = 0; i < length; i++) {
    const t = startMs + i * stepMs
    const local = t + time.offsetMs(t)
    const number = Math.floor(local / DAY_MS)
    const within = local - number * DAY_MS
    day[i] = number - today
    slot[i] = Math.floor(within / slotMs)
    if (stepMs < slotMs) towards[i] = (within + stepMs / 2) / slotMs - (slot[i] as number) - 0.5
  }
  return { startMs, stepMs, length, day, slot, towards }
}

/** The value of a step among days of slots; a finer step lies on the line between the middles of two slots. */
export function stepValue(steps: Steps, days: readonly Float64Array[], i: number): number {
  const column = days[steps.day[i] as number] as Float64Array
  const slot = steps.slot[i] as number
  const value = column[slot] as number
  const towards = steps.towards[i] as number
  if (towards === 0) return value
  const neighbour = column[slot + Math.sign(towards)] ?? value
  return value + Math.abs(towards) * (neighbour - value)
}
