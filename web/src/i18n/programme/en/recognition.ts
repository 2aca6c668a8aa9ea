import type { ProgrammeWords } from '../vi.ts'

export const recognition: ProgrammeWords['recognition'] = {
  thanks: {
    pending: 'Not yet thanked',
    nonePending: 'Every participant has been thanked.',
    chosen: count => `Thank ${count} participations…`,
    title: count => `Thank ${count} participations`,
    now: 'Send thanks',
    reward: 'With a service',
    noReward: 'no service',
    done: (thanked, rewards) => `${thanked} thanked, ${rewards} services offered.`,
    refused: count => `${count} could not be thanked:`,
    all: 'Select all',
    event: 'Event',
    customer: 'Customer',
    delivered: 'Delivered',
    forgotten: 'Who was forgotten',
    noneForgotten: 'Nobody was forgotten.',
    why: {
      'not-thanked': 'not thanked',
      'reward-overdue': 'service past its day',
      'reward-not-booked': 'service without a day'
    },
    events: 'Events',
    since: 'Since'
  },
  rewards: {
    kinds: {
      'transformer-test': 'transformer test',
      'substation-cleaning': 'substation cleaning',
      'meter-installation': 'free meter installation',
      other: 'other service'
    },
    states: { offered: 'offered', booked: 'booked', done: 'done', declined: 'declined by the customer' },
    kind: 'Service',
    state: 'State',
    any: 'all',
    plannedFor: 'Day',
    season: 'Event or season',
    none: 'No service yet.',
    book: 'Book a day…',
    bookTitle: 'Book a day',
    bookNow: 'Book this day',
    done: 'Done…',
    doneTitle: 'Was the service done?',
    doneNow: 'Done',
    decline: 'Declined…',
    declineTitle: 'Did the customer decline the service?',
    declineNow: 'Declined',
    offer: 'Offer a service…',
    offerTitle: 'Offer a service',
    offerNow: 'Offer',
    mine: 'Service rewards'
  },
  season: {
    year: 'Year',
    company: 'Company',
    total: 'Total',
    events: 'Events',
    customers: 'Customers',
    calls: 'Calls',
    answers: 'accepted / declined / opted out / silent',
    asked: 'Asked, MWh',
    deliveredAll: 'Delivered',
    coincidentAll: 'Highest at one time',
    delivered: 'Delivered, MWh',
    ratio: 'Ratio',
    coincident: 'Coincident highest, MW',
    thanked: 'Thanked',
    rewards: 'Services',
    credit: 'Reward, VND',
    measured: (measured, calls) => `${measured}/${calls} calls measured`,
    drills: (events, calls) => `Drills, not counted: ${events} events, ${calls} calls.`,
    open: count => `${count} events without a final result.`,
    best: 'Who gave the most',
    none: 'No event in this season.',
    report: 'Report (PDF)',
    span: (from, to) => `${from} – ${to}`
  },
  record: {
    report: 'Record of the year (PDF)',
    contract: 'Contract',
    readings: 'Readings',
    result: version => `result version ${version}`,
    drills: count => `Drills, in no total: ${count}.`,
    credit: 'Reward'
  }
}
