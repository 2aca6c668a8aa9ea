import type { Values } from '../columns.ts'

/** One line of a chart. Colours are names of tokens, read again at every drawing: a theme may change any time. */
export interface ChartLine {
  label: string
  values: Values
  colour: `--${string}`
  dashed?: boolean
}

/** A span of time behind the lines, with its name. */
export interface ChartBand {
  from: number
  to: number
  label: string
}

/** A level across the whole chart. */
export interface ChartLimit {
  value: number
  label: string
}

/** Between two lines, slot by slot, where `signed` is known: one colour above zero, another below. */
export interface ChartArea {
  intervalMs: number
  top: Values
  bottom: Values
  signed: Values
}

/** All that a chart shows, at one moment. */
export interface Scene {
  t: readonly number[]
  lines: readonly ChartLine[]
  /** Lowest and highest within each step of `t`, drawn as a wash behind the first line. */
  spread: { min: Values; max: Values } | null
  bands: readonly ChartBand[]
  limits: readonly ChartLimit[]
  area: ChartArea | null
  from: number
  to: number
  /** Where now is; null leaves it out. */
  now: number | null
  /** Whether the axis prefers to reach down to zero. */
  fromZero: boolean
  /** Whether a value holds until the next one. */
  stepped: boolean
  /** A strip below another chart, which already has the time axis. */
  isStrip: boolean
  unit: string
  /** The value as it stands beside the axis, in `unit`. */
  tick(value: number): string
  timeTick(at: number, stepMs: number): string
}
