/** Where one is: the part of the address behind `#`, so that the server needs to know nothing of it. */
export type Route =
  | { view: 'overview' }
  | { view: 'node'; id: string }
  | { view: 'events' }
  | { view: 'event'; id: string }
  | { view: 'newEvent'; node: string | null; finding: string | null }
  | { view: 'customers' }
  | { view: 'customer'; id: string }
  | { view: 'findings' }
  | { view: 'data' }
  | { view: 'source'; kind: SourceKind; id: string }
  | { view: 'unknown' }

export type SourceKind = 'meter' | 'transformer' | 'weather'
const isSourceKind = (text: string): text is SourceKind => /^(meter|transformer|weather)$/.test(text)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray % typed by hand
  }
}

/** Reads `location.hash`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [view = '', first, second, ...more] = path.split('/').map(decoded)
  if (more.length > 0) return { view: 'unknown' }
  if (view === 'source' && first && second && isSourceKind(first)) {
    return { view: 'source', kind: first, id: second }
  }
  if (second !== undefined) return { view: 'unknown' }
  if (first) {
    return view === 'node' || view === 'event' || view === 'customer'
      ? { view, id: first }
      : { view: 'unknown' }
  }
  const asked = new URLSearchParams(query)
  switch (view) {
    case '':
      return { view: 'overview' }
    case 'new-event':
      return { view: 'newEvent', node: asked.get('node'), finding: asked.get('finding') }
    case 'events':
    case 'customers':
    case 'findings':
    case 'data':
      return { view }
    default:
      return { view: 'unknown' }
  }
}

/** The addresses; nobody else spells one. */
export const href = {
  overview: '#/',
  events: '#/events',
  customers: '#/customers',
  findings: '#/findings',
  data: '#/data',
  node: (id: string) => `#/node/${encodeURIComponent(id)}`,
  event: (id: string) => `#/event/${encodeURIComponent(id)}`,
  customer: (id: string) => `#/customer/${encodeURIComponent(id)}`,
  source: (kind: SourceKind, id: string) => `#/source/${kind}/${encodeURIComponent(id)}`,
  newEvent: (node: string, finding: string | null = null) =>
    `#/new-event?${new URLSearchParams({ node, ...(finding === null ? {} : { finding }) })}`
} as const
