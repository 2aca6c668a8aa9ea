import type { Words } from '../vi.ts'

export const findings: Pick<Words, 'findings'> = {
  findings: {
    title: 'Findings',
    none: 'No open findings.',
    noneEver: 'There has been no finding yet.',
    calm: 'No heat peak and no overload is open.',
    counts: (open, acknowledged) => `${open} not acknowledged · ${acknowledged} acknowledged`,
    acknowledge: 'Acknowledge',
    acknowledgeWhat: 'Acknowledge the finding',
    acknowledged: (time, by) => `acknowledged ${time}, ${by}`,
    raised: time => `since ${time}`,
    cleared: time => `cleared ${time}`,
    makeEvent: 'Plan a curtailment',
    flagged: 'Flagged large consumers',
    nobodyFlagged: 'No enrolled consumer below.',
    canReduce: (count, kw) => `${count} enrolled customers committed to reduce ${kw}.`,
    priority: 'Priority',
    priorities: ['', 'act now', 'act soon', 'know'],
    state: 'State',
    filterOpen: 'Open',
    filterAll: 'All',
    kinds: { 'heat-peak': 'Heat peak', overload: 'Overload', 'silent-meter': 'Silent' },
    atNode: (kind, node) => `${kind} at ${node}`,
    grades: { 35: 'hot', 37: 'very hot', 39: 'extremely hot' },
    heat: (temperature, isForecast, grade) =>
      `${isForecast ? 'forecast for today' : 'today'} ${temperature}${grade ? ` (${grade})` : ''}`,
    share: (share, load, limit) => `load ${share} of capacity (${load} of ${limit})`,
    partial: (reported, expected) => `only ${reported}/${expected} metering points so far`,
    underAgain: share => `under ${share} again, clears when it stays so`,
    cannotJudge: 'the load cannot be judged: nothing has reported',
    threshold: share => `threshold ${share}`,
    loadOf: (load, limit, loading) => `${load} of ${limit}, loading ${loading}`,
    silentSince: (time, duration) => `no reading since ${time} (${duration})`,
    neverReported: 'has never reported',
    silentMany: (count, of) => `${count} of ${of} metering points are silent`,
    everySeconds: interval => `should report every ${interval}`
  }
}
