const MINUTE_MS = 60_000

/** What of a result is looked at. */
export interface CoincidentResult {
  eventId: string
  start: string
  /** Start of each slot, epoch ms. */
  t: readonly number[]
  intervalMinutes: number
  participants: Iterable<{ customerId: string; deliveredKw: readonly (number | null)[] }>
}

/** What was delivered at the same time by each group of participants, minute by minute. */
export interface CoincidentPeaks {
  /** Results in the order of their start; one that begins earlier than one before it throws. */
  add(result: CoincidentResult, groupsOf: (customerId: string) => readonly string[]): void
  /** The highest sum of a group, kW, and when its slot begins (epoch ms); null when nothing was known. */
  peak(group: string): { kw: number; at: number } | null
}

/**
 * The highest sum over the same slot, over events that may overlap and have slots of different lengths: a slot counts in
 * each of its minutes. What lies before the start of the next event cannot grow any more and is let go, so that only the
 * events that overlap are held.
 *
 *   event 1  ▂▂▂▅▅▅▅▂▂
 *   event 2        ▃▃▃▃▃▃            the peak is where ▅ and ▃ meet
 *   let go   ──────┘
 */
export function coincidentPeaks(): CoincidentPeaks {
  const sums = new Map<string, Map<number, number>>()
  const peaks = new Map<string, { kw: number; at: number }>()
  let passed = -Infinity

  function settle(group: string, before: number): void {
    const minutes = sums.get(group)
    if (minutes === undefined) return
    for (const [at, kw] of [...minutes].sort(([a], [b]) => a - b)) {
      if (at >= before) break
      const peak = peaks.get(group)
      if (peak === undefined || kw > peak.kw + 1e-9) peaks.set(group, { kw, at })
      minutes.delete(at)
    }
  }
  return {
    add({ eventId, start, t, intervalMinutes, participants }, groupsOf) {
      const begins = Date.parse(start)
      if (begins < passed) throw new Error(`${eventId} begins before a result that was added`)
      passed = begins
      for (const group of sums.keys()) settle(group, begins)
      for (const [group, slots] of bySlot(participants, groupsOf)) {
        const minutes = sums.get(group) ?? new Map<number, number>()
        sums.set(group, minutes)
        t.forEach((at, i) => {
          const kw = slots.get(i)
          if (kw === undefined) return
          for (let minute = 0; minute < intervalMinutes; minute++) {
            const moment = at + minute * MINUTE_MS
            minutes.set(moment, (minutes.get(moment) ?? 0) + kw)
          }
        })
      }
    },
    peak(group) {
      settle(group, Infinity)
      return peaks.get(group) ?? null
    }
  }
}

/** The known deliveries summed by group and slot. */
function bySlot(
  participants: CoincidentResult['participants'],
  groupsOf: (customerId: string) => readonly string[]
) {
  const sums = new Map<string, Map<number, number>>()
  for (const { customerId, deliveredKw } of participants) {
    for (const group of groupsOf(customerId)) {
      const slots = sums.get(group) ?? new Map<number, number>()
      sums.set(group, slots)
      deliveredKw.forEach((kw, i) => {
        if (kw !== null) slots.set(i, (slots.get(i) ?? 0) + kw)
      })
    }
  }
  return sums
}
