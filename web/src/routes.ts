import type { Finding } from '../../server/contract/findings.ts'
import type { OrderWish } from './orderWish.ts'

/** Where one is: the part of the address behind `#`, so that the server needs to know nothing of it. */
export type Route =
  | { view: 'overview' }
  | { view: 'node'; id: string }
  | { view: 'events' }
  | { view: 'event'; id: string }
  | { view: 'newEvent'; node: string | null; finding: string | null; wish: OrderWish }
  | { view: 'customers' }
  | { view: 'customer'; id: string }
  | { view: 'findings' }
  | { view: 'data' }
  | { view: 'source'; kind: SourceKind; id: string; span: Span | null }
  | { view: 'account' }
  | { view: AdminPage }
  | { view: ProgrammePage }
  | { view: ForesightPage }
  | { view: 'nodeForecast'; id: string }
  | { view: 'transformer'; id: string }
  | { view: 'replay'; id: string }
  | { view: 'enrolment'; id: string }
  | { view: 'login'; refused: string | null }
  | { view: 'oneTime'; purpose: OneTimePurpose; token: string }
  | { view: 'unknown' }
export type View = Route['view']

/** A part of the time line, epoch ms. */
export interface Span {
  from: number
  to: number
}

export type SourceKind = 'meter' | 'transformer' | 'weather'
const isSourceKind = (text: string): text is SourceKind => /^(meter|transformer|weather)$/.test(text)

/** The pages of the administration, in the order of their tabs. */
export const adminPages = ['users', 'tokens', 'devices', 'audit', 'security'] as const
export type AdminPage = (typeof adminPages)[number]

/** The pages of the programme, in the order of their tabs. */
export const programmePages = ['programmes', 'enrolments', 'thanks', 'rewards', 'season'] as const
export type ProgrammePage = (typeof programmePages)[number]

/** The pages of what is to come, in the order of their tabs; the last one repeats what has been. */
export const foresightPages = ['forecasts', 'transformers', 'weather', 'replays'] as const
export type ForesightPage = (typeof foresightPages)[number]

/** What a link that opens once is for: the first administrator, or a person's own password. */
export type OneTimePurpose = 'setup' | 'reset'

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray % typed by hand
  }
}

/** The pages that stand on their own, as the address spells them. */
const plain: Record<string, Route> = {
  '': { view: 'overview' },
  events: { view: 'events' },
  customers: { view: 'customers' },
  findings: { view: 'findings' },
  data: { view: 'data' },
  account: { view: 'account' }
}

/** The pages of one thing, named by its id. */
function ofOne(view: string, id: string): Route {
  switch (view) {
    case 'node':
    case 'event':
    case 'customer':
    case 'enrolment':
    case 'transformer':
    case 'replay':
      return { view, id }
    case 'forecast':
      return { view: 'nodeForecast', id }
    case 'foresight': {
      const page = foresightPages.find(name => name === id)
      return { view: page ?? 'unknown' }
    }
    case 'setup':
    case 'reset':
      return { view: 'oneTime', purpose: view, token: id }
    case 'admin': {
      const page = adminPages.find(name => name === id)
      return { view: page ?? 'unknown' }
    }
    case 'programme': {
      const page = programmePages.find(name => name === id)
      return { view: page ?? 'unknown' }
    }
    default:
      return { view: 'unknown' }
  }
}

/** null: none, or not one. */
function spanOf(query: string): Span | null {
  const asked = new URLSearchParams(query)
  const [from, to] = [Number(asked.get('from') ?? NaN), Number(asked.get('to') ?? NaN)]
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to ? { from, to } : null
}

/** What is no positive number is not wished. */
function wishIn(asked: URLSearchParams): OrderWish {
  const positive = (name: string) => {
    const value = Number(asked.get(name) ?? Number.NaN)
    return Number.isFinite(value) && value > 0 ? value : null
  }
  return { targetKw: positive('kw'), start: positive('start'), minutes: positive('minutes') }
}

/** Reads `location.hash`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [view = '', first, second, ...more] = path.split('/').map(decoded)
  if (more.length > 0) return { view: 'unknown' }
  if (view === 'source' && first && second && isSourceKind(first)) {
    return { view: 'source', kind: first, id: second, span: spanOf(query) }
  }
  if (second !== undefined) return { view: 'unknown' }
  if (first) return ofOne(view, first)
  const asked = new URLSearchParams(query)
  if (view === 'login') return { view, refused: asked.get('refused') }
  if (view === 'new-event') {
    return { view: 'newEvent', node: asked.get('node'), finding: asked.get('finding'), wish: wishIn(asked) }
  }
  return (Object.hasOwn(plain, view) && plain[view]) || { view: 'unknown' }
}

/** The addresses; nobody else spells one. */
export const href = {
  overview: '#/',
  events: '#/events',
  customers: '#/customers',
  findings: '#/findings',
  data: '#/data',
  account: '#/account',
  admin: (page: AdminPage) => `#/admin/${page}`,
  programme: (page: ProgrammePage) => `#/programme/${page}`,
  foresight: (page: ForesightPage) => `#/foresight/${page}`,
  forecast: (id: string) => `#/forecast/${encodeURIComponent(id)}`,
  transformer: (id: string) => `#/transformer/${encodeURIComponent(id)}`,
  replay: (id: string) => `#/replay/${encodeURIComponent(id)}`,
  enrolment: (id: string) => `#/enrolment/${encodeURIComponent(id)}`,
  node: (id: string) => `#/node/${encodeURIComponent(id)}`,
  event: (id: string) => `#/event/${encodeURIComponent(id)}`,
  customer: (id: string) => `#/customer/${encodeURIComponent(id)}`,
  source: (kind: SourceKind, id: string, span: Span | null = null) =>
    `#/source/${kind}/${encodeURIComponent(id)}${span ? `?from=${span.from}&to=${span.to}` : ''}`,
  newEvent: (node: string, finding: string | null = null, wish: OrderWish | null = null) => {
    const asked = new URLSearchParams({ node, ...(finding === null ? {} : { finding }) })
    for (const [name, value] of [
      ['kw', wish?.targetKw],
      ['start', wish?.start],
      ['minutes', wish?.minutes]
    ] as const)
      if (value != null) asked.set(name, String(value))
    return `#/new-event?${asked}`
  }
} as const

/** The page that says most of what a finding is about. */
export function placeOf({ kind, nodeId }: Pick<Finding, 'kind' | 'nodeId'>): {
  view: 'node' | 'nodeForecast' | 'transformer'
  at: string
} {
  if (kind === 'heat-peak-ahead') return { view: 'nodeForecast', at: href.forecast(nodeId) }
  return kind === 'transformer-limit' || kind === 'transformer-cooling' || kind === 'oil-sensor'
    ? { view: 'transformer', at: href.transformer(nodeId) }
    : { view: 'node', at: href.node(nodeId) }
}
