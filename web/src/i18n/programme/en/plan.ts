import type { ProgrammeWords } from '../vi.ts'

export const plan: ProgrammeWords['plan'] = {
  programme: 'Programme',
  probability: 'To be reached with',
  isDrill: 'Drill: the notice says so, and it counts in no result',
  groups: 'Release groups',
  groupStep: 'Between two groups, minutes',
  oneGroup: 'all at once',
  title: 'The plan',
  expected: 'expected',
  range: (low, high) => `8 chances in 10 between ${low} and ${high}`,
  reached: probability => `Reaches the target with ${probability} probability.`,
  short: (kw, probability) => `${kw} short of reaching the target with ${probability} probability.`,
  smallest: 'The smallest number of customers, proven.',
  nearSmallest: count => `At most ${count} customers more than the smallest number.`,
  common: (share, days) =>
    `Error that all customers share: ${share} of the baseline, measured on ${days} days without an event.`,
  commonAssumed: share =>
    `Error that all customers share: ${share} of the baseline, assumed: too few days to measure it.`,
  changed: 'The list was changed by hand: the probability holds for the first proposal only.',
  missing: 'Where more may be found',
  missingOf: (customers, kw) => `${customers} customers, ${kw}`,
  available: 'Can give',
  season: 'This season',
  seasonOf: (events, hours) => `${events} events, ${hours} h`,
  band: (p10, p50, p90) => `10%: ${p10} · 50%: ${p50} · 90%: ${p90}`,
  why: 'Why?',
  reasons: {
    called: 'called',
    'target-reached': 'the target is reached without it',
    'already-called': 'already called in this time',
    'no-meter': 'its metering point has no meter',
    'no-reading': 'its meter has no fresh reading',
    'no-load': 'it draws no load at present',
    'at-minimum-load': 'it is at its minimum load already',
    'nothing-expected': 'nothing is to be expected of it',
    'not-available': 'its contract allows no call at this hour',
    blackout: 'its contract allows no call on this day',
    'rest-days': 'it rests between two calls',
    'season-events': 'it has had its events of the season',
    'season-hours': 'it would exceed its hours of the season',
    'day-events': 'it has had its events of the day',
    'other-programme': 'it belongs to another programme',
    'no-consent': 'there is no consent'
  }
}
