import type { Source } from '../../../simulators/publish/source.ts'

const MINUTE = 60_000

/** A meter of 1 kW: live every 15 s, five days of 5-minute means. */
export function exampleSource(key: string, change: Partial<Source> = {}): Source {
  return {
    key,
    topic: `topic/${key}`,
    stored: { kind: 'meter', id: key, field: 'kw' },
    rank: 0,
    cadenceMs: 15_000,
    phaseMs: 5_000,
    intervalDelayMs: null,
    pastStepMs: 5 * MINUTE,
    pastDepthMs: 5 * 24 * 60 * MINUTE,
    pastBatchMs: 24 * 60 * MINUTE,
    sample: t => [{ ts: t, kw: 1 }],
    mean: (from, lengthMs) => [{ ts: from, interval: lengthMs / 1000, kw: 1 }],
    ...change
  }
}
