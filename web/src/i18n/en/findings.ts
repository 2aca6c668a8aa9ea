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
    kinds: {
      'heat-peak': 'Heat peak',
      'heat-peak-ahead': 'Heat peak ahead',
      overload: 'Overload',
      'silent-meter': 'Silent',
      'transformer-limit': 'Transformer beyond its thermal limit',
      'transformer-cooling': 'Poor transformer cooling',
      'oil-sensor': 'Faulty oil temperature sensor'
    },
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
    everySeconds: interval => `should report every ${interval}`,
    ahead: {
      overload: 'Overload ahead',
      peak: (when, load, low, high) => `${when} about ${load} (${low} to ${high})`,
      probability: (share, capacity) => `${share} likely to pass the capacity of ${capacity}`,
      heat: (temperature, heatIndex) =>
        heatIndex === null ? `up to ${temperature}` : `up to ${temperature}, feels like ${heatIndex}`,
      covered: (needed, all, excess) =>
        `${needed} of ${all} enrolled customers can cover ${excess} above capacity`,
      notCovered: (all, cover, excess) =>
        `all ${all} enrolled customers can cover ${cover} of ${excess} above capacity`,
      nobody: excess => `no enrolled customer to cover ${excess} above capacity`,
      stale: issued => `the forecast is old, issued ${issued}`,
      issued: issued => `forecast issued ${issued}`,
      withdrawn: 'withdrawn, the forecast has changed',
      was: (what, before, now) => `${what} ${before} → ${now}`,
      what: { probability: 'probability', temperature: 'maximum', peak: 'peak' },
      past: 'the foretold time has passed'
    },
    transformer: {
      regimes: ['normal cyclic', 'long-time emergency', 'short-time emergency'],
      passed: regime => `beyond the ${regime} limit`,
      foretold: regime => `beyond the ${regime} limit within 24 h`,
      hotSpot: (temperature, limit) => `hot spot ${temperature} (limit ${limit})`,
      hotSpotAt: (temperature, when, limit) => `hot spot ${temperature} at ${when} (limit ${limit})`,
      topOil: (temperature, limit) => `top oil ${temperature} (limit ${limit})`,
      load: (share, limit) => `load ${share} of rating (limit ${limit})`,
      minutesLeft: duration => `${duration} left to the next limit at the present load`,
      relief: (kw, window) => `needs ${kw} less during ${window}`,
      noReliefIsEnough: 'no curtailment keeps it within its limits',
      cooling: drift => `oil ${drift} hotter than computed`,
      sensor: drift => `measured oil temperature ${drift} off the computed one`,
      oil: (measured, computed) => `measured ${measured}, computed ${computed}`,
      since: day => `since ${day}`,
      advice: ['a transformer test is advised', 'cleaning the substation is advised']
    }
  }
}
