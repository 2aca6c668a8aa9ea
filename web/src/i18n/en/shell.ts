import type { Words } from '../vi.ts'

export const shell: Pick<Words, 'nav' | 'roles' | 'live' | 'common'> = {
  nav: {
    label: 'Pages',
    overview: 'Overview',
    grid: 'Grid',
    foresight: 'Foresight',
    events: 'Events',
    customers: 'Customers',
    programme: 'Programme',
    findings: 'Findings',
    data: 'Data',
    menu: 'Menu',
    language: 'Language',
    record: 'My record',
    admin: 'Administration',
    account: 'Account',
    logOut: 'Log out',
    demo: 'DEMO',
    demoNote: 'Demo: simulators beside the server send the data, and the users are there for trying out.',
    skip: 'To the content'
  },
  roles: {
    dispatcher: 'dispatcher',
    supervisor: 'supervisor',
    'programme-staff': 'programme staff',
    engineer: 'engineer',
    auditor: 'auditor',
    administrator: 'administrator',
    customer: 'customer'
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
    close: 'Close',
    more: 'More',
    all: 'All',
    search: 'Search',
    note: 'Note',
    optional: 'optional',
    previous: 'Previous',
    next: 'Next',
    page: (from, to, of) => `${from}–${to} of ${of}`,
    pageMissing: 'There is no such page.',
    notYours: 'Your role does not see this page.',
    home: 'To the first page'
  }
}
