import type { PrintedWords } from './vi.ts'

export const en: PrintedWords = {
  page: 'Page {page} of {pages}',
  unknown: 'unknown',
  drill: 'DRILL – counted in no sum',
  provisional: 'PROVISIONAL RESULT – the figures may still change',
  voluntary: 'Participation is voluntary.',
  methods: {
    '10of10': 'mean of 10 days of 10',
    high4of5: 'mean of the highest 4 days of 5',
    high5of10: 'mean of the highest 5 days of 10',
    mid6of10: 'mean of the middle 6 days of 10',
    mid8of10: 'mean of the middle 8 days of 10',
    high15of20: 'mean of the highest 15 days of 20',
    'same-day': 'same day, 3 hours before and 2 hours after',
    'match-day': 'mean of the days most alike',
    weather: 'regression by hour of the week and temperature',
    'firm-service-level': 'firm service level',
    'meter-before-after': 'meter just before and just after'
  },
  causes: {
    holiday: 'holiday',
    event: 'event day',
    gaps: 'readings missing',
    'low-usage': 'low usage',
    'other-day-type': 'other day type',
    excluded: 'excluded on request',
    'not-enrolled': 'outside the contract',
    'not-picked': 'not picked'
  },
  states: {
    draft: 'draft',
    approved: 'approved',
    notified: 'notified',
    standby: 'standby',
    active: 'active',
    ended: 'ended',
    provisional: 'provisional',
    final: 'final',
    cancelled: 'cancelled'
  },
  rewardKinds: {
    'transformer-test': 'transformer test',
    'substation-cleaning': 'substation cleaning',
    'meter-installation': 'free meter installation',
    other: 'other service'
  },
  rewardStates: {
    offered: 'offered, no day yet',
    booked: 'booked',
    done: 'done',
    declined: 'declined by the customer'
  },
  curve: {
    baseline: 'baseline',
    metered: 'metered load',
    target: 'asked for',
    delivered: 'delivered',
    alt: (baseline, metered, window) =>
      `Chart of the load in the event of ${window}: mean baseline ${baseline}, mean metered load ${metered}.`
  },
  event: {
    title: id => `Report of curtailment event ${id}`,
    over: (id, programme) => `Load adjustment · ${programme} · ${id}`,
    thanksAll: count => `Thank you, ${count} customers`,
    thanksOne: name => `Thank you, ${name}`,
    plain: place => `Curtailment event, ${place}`,
    delivered: (power, window, place) =>
      `for reducing ${power} on average, ${window}, at ${place}. This is what kept the grid safe in its hardest hours.`,
    noDelivery: (window, place) => `Event of ${window} at ${place}. No reduction is claimed.`,
    unmeasured: (window, place) =>
      `Event of ${window} at ${place}. The result could not be measured: no kW are claimed, the thanks stand.`,
    figures: {
      average: 'reduced on average',
      energy: 'energy reduced',
      ratio: 'of what was asked',
      customers: 'customers',
      measured: count => `${count} of them measured`,
      sustained: 'sustained minimum',
      asked: power => `${power} asked`,
      uncertainty: power => `± ${power}, standard deviation`,
      chance: 'not distinguishable from chance'
    },
    chart: 'Load in the event',
    table: 'Customer by customer',
    columns: ['Customer', 'Time', 'Asked, kW', 'Average, kW', 'Energy, kWh', 'Ratio'],
    total: 'Total',
    more: (shown, all) => `The ${shown} that reduced most, of ${all}; the settlement CSV has them all.`,
    slots: 'Settlement slot by slot',
    slotColumns: ['Start', 'Baseline, kW', 'Metered, kW', 'Delivered, kW'],
    how: 'How it was measured',
    facts: {
      window: 'Time',
      reason: 'Reason',
      place: 'Area',
      method: 'Baseline',
      insteadOf: 'Instead of',
      days: 'Days used',
      rejected: 'Days left out',
      adjustment: 'Same-day adjustment',
      interval: 'Settlement slot',
      committed: 'Committed',
      answer: 'Answer',
      credit: 'Credited',
      rebound: 'Rebound afterwards',
      signs: 'To be looked at before signing',
      point: 'Metering point, meter',
      dataHash: 'Fingerprint of the data'
    },
    factor: (factor, from, to) => `factor ${factor} by the load of ${from} – ${to}`,
    capped: uncapped => ` (at its cap; computed: ${uncapped})`,
    offset: (power, from, to) => `plus ${power} by the load of ${from} – ${to}`,
    noAdjustment: 'none',
    methodCount: (method, count) => `${method}: ${count} customers`,
    noBaseline: count => `without a baseline: ${count} customers`,
    answers: { accept: 'accepted', decline: 'declined', 'opt-out': 'opted out', acknowledge: 'seen' },
    noAnswer: 'no answer',
    committed: (committed, accepted) =>
      accepted === null ? committed : `${committed}; accepted ${accepted}`,
    owed: 'Services in thanks',
    noReward: 'No service has been offered for this event yet.',
    reward: (kind, state, day) => `${kind}: ${state}${day === null ? '' : ` for ${day}`}`,
    rewardCount: (kind, state, count) => `${kind}: ${count} ${state}`,
    thanked: (count, all) => `${count} of ${all} customers have been thanked.`,
    thankedOne: (by, day, note) => `Thanked by ${by} on ${day}${note === '' ? '.' : `: “${note}”`}`
  },
  season: {
    title: year => `Load adjustment season ${year}`,
    over: (from, to) => `Load adjustment · ${from} – ${to}`,
    headline: energy => `${energy} reduced together`,
    none: 'No event has a final result yet',
    lead: (customers, events) =>
      `Thank you to the ${customers} customers that kept the grid safe in ${events} events.`,
    leadNone: 'As soon as an event has a final result, the sums stand here.',
    figures: {
      energy: 'energy reduced',
      coincident: 'highest at one time',
      ratio: 'of what was asked',
      events: 'events',
      calls: (calls, measured) => `${measured} of ${calls} measured`
    },
    companies: 'The power corporations',
    columns: [
      'Company',
      'Events',
      'Customers',
      'Calls',
      'Asked, MWh',
      'Reduced, MWh',
      'Ratio',
      'Highest at one time, MW',
      'Thanked'
    ],
    total: 'Total',
    noCompany: 'Company unknown',
    bars: 'energy reduced',
    barsAlt: rows => `Chart of the energy reduced by company: ${rows}.`,
    answers: 'Answers and services',
    answerColumns: [
      'Company',
      'Accepted',
      'Declined',
      'Opted out',
      'Silent',
      'Offered',
      'Booked',
      'Done',
      'Not wanted'
    ],
    customers: 'Customers that reduced most',
    customerColumns: ['Customer', 'Company', 'Events', 'Reduced, kWh', 'Ratio', 'Thanked'],
    more: (shown, all) => `${shown} of ${all} customers.`,
    drills: (events, calls, answered) =>
      `Drills, in no sum: ${events}, with ${calls} calls and ${answered} answers.`,
    open: count => `${count} events have no final result yet and are in no sum.`,
    how: 'How the sums are made',
    method:
      'Energy is the sum over all calls measured in the final results, also where a customer declined or reduced little. The highest at one time is the largest sum of one and the same settlement slot, not a sum of largest values. The ratio is delivered by asked of the calls that were measured. A customer belongs to the company above its metering point.',
    credit: amount => `Credit by the rules of the programmes: ${amount}.`
  },
  record: {
    title: (id, year) => `Curtailment record ${id}${year === null ? '' : `, ${year}`}`,
    over: (id, period) => `Curtailment record · ${id} · ${period}`,
    allYears: 'all years',
    headline: name => `Thank you, ${name}`,
    lead: (events, energy) =>
      `for taking part in ${events} events and reducing ${energy}. Every number below leads to a kept result and to the readings of a meter.`,
    leadNone: 'No event has a final result in this time.',
    figures: {
      energy: 'energy reduced',
      ratio: 'mean ratio',
      events: 'events',
      thanks: 'thanks',
      drills: count => `${count} drills, counted apart`,
      credit: amount => `credit ${amount}`
    },
    chart: 'Reduced on average, event by event',
    bars: 'reduced on average',
    mark: 'asked',
    barsAlt: rows => `Chart of the mean power reduced by event: ${rows}.`,
    table: 'The events',
    columns: ['Event', 'Time', 'Answer', 'Asked, kW', 'Reduced, kW', 'kWh', 'Ratio', 'Result'],
    drills: 'Drills, in no sum',
    enrolments: 'Enrolments',
    enrolment: (id, point, power, since, until) =>
      `${id}: ${power} at ${point}, from ${since}${until === null ? '' : ` to ${until}`}`,
    rewards: 'Services in thanks',
    noReward: 'No service has been offered yet.',
    notCounted: 'did not take part'
  },
  signatures: {
    caption: 'Both sides have seen and confirm the figures above.',
    company: 'For the power company',
    customer: 'For the customer',
    operator: 'Drawn up by',
    hint: 'signature, name, date'
  },
  proof: {
    heading: 'To check it',
    text: 'The figures above come from the kept results below. The same version with the same SHA-256 means the same figures; anybody may compute them again from the readings (“Recompute” of the event).',
    kinds: { provisional: 'provisional', final: 'final' },
    result: (event, version, kind, at) => `${event} · result version ${version} (${kind}) · computed ${at}`,
    foot: (what, as) => `Gridload · ${what} · data up to ${as}`
  }
}
