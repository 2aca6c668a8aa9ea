import { adminPages, foresightPages, href, programmePages, type Route, type View } from './routes.ts'

/** Who looks: what the session may, and whose customer the person is (null: nobody's). */
export interface Viewer {
  /** As the server's rights table spells them. */
  operations: readonly string[]
  customerId: string | null
}

/** What a page or a button is for. Without the right to it, it is not there; the server decides all the same. */
export const operations = {
  overview: 'GET /api/grid',
  node: 'GET /api/grid/:node',
  live: 'GET /api/live',
  readings: 'GET /api/readings/:kind/:id',
  findings: 'GET /api/findings',
  acknowledge: 'POST /api/findings/:id/acknowledge',
  events: 'GET /api/curtailment-events',
  event: 'GET /api/curtailment-events/:id',
  plan: 'POST /api/curtailment-events',
  approve: 'POST /api/curtailment-events/:id/approve',
  send: 'POST /api/curtailment-events/:id/send',
  cancel: 'POST /api/curtailment-events/:id/cancel',
  complete: 'POST /api/curtailment-events/:id/complete',
  change: 'POST /api/curtailment-events/:id/change',
  livePerformance: 'GET /api/curtailment-events/:id/live',
  answers: 'GET /api/curtailment-events/:id/answers',
  results: 'GET /api/curtailment-events/:id/results',
  settlement: 'GET /api/curtailment-events/:id/settlement.csv',
  answer: 'POST /api/curtailment-events/:id/participants/:customer/accept',
  thank: 'POST /api/curtailment-events/:id/participants/:customer/thank',
  pendingThanks: 'GET /api/thanks/pending',
  thankMany: 'POST /api/thanks',
  forgotten: 'GET /api/thanks/forgotten',
  rewards: 'GET /api/rewards',
  offerReward: 'POST /api/rewards',
  changeReward: 'PATCH /api/rewards/:id',
  season: 'GET /api/seasons/:year/report',
  eventReport: 'GET /api/curtailment-events/:id/report.pdf',
  customers: 'GET /api/customers',
  record: 'GET /api/customers/:id/record',
  recordReport: 'GET /api/customers/:id/record.pdf',
  programmes: 'GET /api/programmes',
  makeProgramme: 'POST /api/programmes',
  changeProgramme: 'PATCH /api/programmes/:id',
  holidays: 'GET /api/holidays',
  enterHoliday: 'POST /api/holidays',
  enrolments: 'GET /api/enrolments',
  enrolment: 'GET /api/enrolments/:id',
  enrol: 'POST /api/enrolments',
  changeEnrolment: 'PATCH /api/enrolments/:id',
  eligibility: 'POST /api/enrolments/eligibility',
  forecasts: 'GET /api/forecasts',
  forecast: 'GET /api/forecasts/:node',
  forecastAccuracy: 'GET /api/forecasts/:node/accuracy',
  transformers: 'GET /api/transformers',
  transformer: 'GET /api/transformers/:id',
  weather: 'GET /api/weather',
  replays: 'GET /api/replays',
  replay: 'GET /api/replays/:id',
  startReplay: 'POST /api/replays',
  sources: 'GET /api/sources',
  deadLetters: 'GET /api/dead-letters',
  account: 'GET /api/account',
  users: 'GET /api/users',
  changeUsers: 'POST /api/users',
  tokens: 'GET /api/tokens',
  changeTokens: 'POST /api/tokens',
  devices: 'GET /api/device-credentials',
  changeDevices: 'POST /api/device-credentials',
  audit: 'GET /api/audit',
  security: 'GET /api/security/settings'
} as const
export type Act = keyof typeof operations

/** They show nothing of the grid; who is logged in has no use for the last two. */
const forAll = ['unknown', 'login', 'oneTime'] as const
const isForAll = (view: View): view is (typeof forAll)[number] => forAll.some(one => one === view)

const needed: Record<Exclude<View, (typeof forAll)[number]>, Act> = {
  overview: 'overview',
  node: 'node',
  events: 'events',
  event: 'event',
  newEvent: 'plan',
  customers: 'customers',
  customer: 'record',
  findings: 'findings',
  data: 'sources',
  source: 'readings',
  account: 'account',
  programmes: 'programmes',
  enrolments: 'enrolments',
  enrolment: 'enrolment',
  thanks: 'pendingThanks',
  rewards: 'rewards',
  season: 'season',
  forecasts: 'forecasts',
  nodeForecast: 'forecast',
  transformers: 'transformers',
  transformer: 'transformer',
  weather: 'weather',
  replays: 'replays',
  replay: 'replay',
  users: 'users',
  tokens: 'tokens',
  devices: 'devices',
  audit: 'audit',
  security: 'security'
}
/** A customer's own pages: its record, its contract, its events with its answers, its meters, its account. */
const ofCustomers: readonly View[] = ['customer', 'enrolment', 'events', 'event', 'source', 'account']

export const can = (act: Act, viewer: Viewer) => viewer.operations.includes(operations[act])

export function mayOpen(view: View, viewer: Viewer): boolean {
  if (isForAll(view)) return true
  if (viewer.customerId !== null && !ofCustomers.includes(view)) return false
  return can(needed[view], viewer)
}

/** What an address shows to this viewer: the plain start is a customer's record, and for who sees no grid the administration. */
export function shownAt(route: Route, viewer: Viewer): Route {
  const isStart = route.view === 'overview' || route.view === 'login'
  if (!isStart) return route
  if (mayOpen('overview', viewer)) return { view: 'overview' }
  if (viewer.customerId !== null) return { view: 'customer', id: viewer.customerId }
  const page = adminPages.find(view => mayOpen(view, viewer))
  return { view: page ?? 'account' }
}

export interface NavigationLink {
  name:
    | 'overview'
    | 'grid'
    | 'foresight'
    | 'record'
    | 'events'
    | 'customers'
    | 'programme'
    | 'findings'
    | 'data'
    | 'admin'
  at: string
  isHere: boolean
}

/** The links of the header. `top`: the node above all others, null while none is known. */
export function navigation(here: View, top: string | null, viewer: Viewer): NavigationLink[] {
  const { customerId } = viewer
  const programme = programmePages.find(page => mayOpen(page, viewer)) ?? programmePages[0]
  const foresight = foresightPages.find(page => mayOpen(page, viewer)) ?? foresightPages[0]
  const among = (...views: View[]) => views.includes(here)
  const all: (NavigationLink & { page: View })[] = [
    { page: 'overview', name: 'overview', at: href.overview, isHere: among('overview') },
    { page: 'node', name: 'grid', at: top === null ? href.overview : href.node(top), isHere: among('node') },
    {
      page: foresight,
      name: 'foresight',
      at: href.foresight(foresight),
      isHere: among('nodeForecast', 'transformer', 'replay', ...foresightPages)
    },
    ...(customerId === null
      ? []
      : [
          {
            page: 'customer' as const,
            name: 'record' as const,
            at: href.customer(customerId),
            isHere: among('customer')
          }
        ]),
    { page: 'events', name: 'events', at: href.events, isHere: among('events', 'event', 'newEvent') },
    { page: 'customers', name: 'customers', at: href.customers, isHere: among('customers', 'customer') },
    {
      page: programme,
      name: 'programme',
      at: href.programme(programme),
      isHere: among('enrolment', ...programmePages)
    },
    { page: 'findings', name: 'findings', at: href.findings, isHere: among('findings') },
    { page: 'data', name: 'data', at: href.data, isHere: among('data', 'source') }
  ]
  const admin = adminPages.find(page => mayOpen(page, viewer))
  return [
    ...all.filter(({ page }) => mayOpen(page, viewer)),
    ...(admin ? [{ name: 'admin' as const, at: href.admin(admin), isHere: among(...adminPages) }] : [])
  ]
}
