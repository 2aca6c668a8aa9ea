import type { Words } from '../vi.ts'

export const shell: Pick<Words, 'nav' | 'live' | 'common'> = {
  nav: {
    label: 'Pages',
    overview: 'Overview',
    grid: 'Grid',
    events: 'Events',
    customers: 'Customers',
    findings: 'Findings',
    data: 'Data',
    menu: 'Menu',
    language: 'Language',
    demo: 'demo',
    demoNote: 'Simulated data: the simulators run beside the server.',
    skip: 'To the content',
    who: 'Name of the person on duty',
    noName: 'no name yet'
  },
  live: {
    connecting: 'Connecting to the server…',
    lost: since => `No connection to the server for ${since}.`,
    asOf: clock => `What stands on the screen is from ${clock}; reconnecting by itself.`
  },
  common: {
    loading: 'Loading…',
    retry: 'Try again',
    failed: 'Could not fetch this',
    offline: 'The server cannot be reached',
    notFound: 'Not found',
    reference: 'Reference',
    none: 'none',
    cancel: 'Back',
    save: 'Save',
    more: 'More',
    all: 'All',
    search: 'Search',
    note: 'Note',
    optional: 'optional',
    name: 'Your name',
    previous: 'Previous',
    next: 'Next',
    page: (from, to, of) => `${from}–${to} of ${of}`,
    pageMissing: 'There is no such page.',
    home: 'To the overview'
  }
}
