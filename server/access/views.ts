import type { Caller, View } from '../contract/access.ts'
import type { GridNode } from '../contract/registry.ts'

/** The register as it stands; another object as soon as it changes. */
export interface RegisterNow {
  nodes: readonly GridNode[]
}

interface Grid {
  nodes: readonly GridNode[]
  byId: ReadonlyMap<string, GridNode>
}

/** The part of the grid that somebody sees. */
interface Sight {
  whole: boolean
  nodes: ReadonlySet<string>
  customers: ReadonlySet<string>
  /** `meter/M-1` */
  sources: ReadonlySet<string>
}

/**
 * Gives each caller its view: a company its subtree of the grid and the customers metered there, a customer its own
 * metering points. The company that has all others below it sees the whole. A view follows the register: each question is
 * answered from the register of that moment, and what is worked out for a key is kept until the register changes.
 */
export function createViews(register: () => RegisterNow): (caller: Caller) => View {
  let known: RegisterNow | null = null
  let grid: Grid = { nodes: [], byId: new Map() }
  const sights = new Map<string, Sight>()
  const sightOf = (key: string, look: (grid: Grid) => Sight): Sight => {
    const now = register()
    if (now !== known) {
      known = now
      grid = { nodes: now.nodes, byId: new Map(now.nodes.map(node => [node.id, node])) }
      sights.clear()
    }
    const sight = sights.get(key) ?? look(grid)
    sights.set(key, sight)
    return sight
  }
  const following = (key: string, isCustomers: boolean, look: (grid: Grid) => Sight): View => ({
    key,
    isCustomers,
    get whole() {
      return sightOf(key, look).whole
    },
    node(id) {
      const { whole, nodes } = sightOf(key, look)
      return whole || nodes.has(id)
    },
    customer(id) {
      const { whole, customers } = sightOf(key, look)
      return whole || customers.has(id)
    },
    source(kind, id) {
      const { whole, sources } = sightOf(key, look)
      return whole || sources.has(`${kind}/${id}`)
    }
  })
  return ({ roles, companyId, customerId }) => {
    if (customerId !== null)
      return following(`customer/${customerId}`, true, grid => ofCustomer(grid, customerId))
    // A customer's user without a customer is a mistake: it must not see what an operator sees.
    if (roles.includes('customer')) return NOTHING
    return companyId === null
      ? WHOLE
      : following(`company/${companyId}`, false, grid => ofCompany(grid, companyId))
  }
}

const fixed = (key: string, sees: boolean): View => ({
  whole: sees,
  key,
  isCustomers: false,
  node: () => sees,
  customer: () => sees,
  source: () => sees
})
const WHOLE = fixed('whole', true)
const NOTHING = fixed('nothing', false)

function ofCustomer(grid: Grid, customerId: string): Sight {
  const own = grid.nodes.filter(node => node.customerId === customerId)
  return { ...sightOver(own, grid), customers: new Set([customerId]) }
}

function ofCompany(grid: Grid, companyId: string): Sight {
  if (grid.byId.get(companyId)?.kind !== 'company') return sightOver([], grid)
  const below = subtree(grid.nodes, companyId)
  const whole = grid.nodes.every(node => node.kind !== 'company' || below.has(node))
  return { ...sightOver([...below], grid), whole }
}

function subtree(nodes: readonly GridNode[], top: string): Set<GridNode> {
  const childrenOf = Map.groupBy(nodes, ({ parent }) => parent)
  const found = new Set(nodes.filter(({ id }) => id === top))
  // A set is walked on into what is added meanwhile; a circle in the registry ends by itself.
  for (const node of found) for (const child of childrenOf.get(node.id) ?? []) found.add(child)
  return found
}

function sightOver(seen: readonly GridNode[], { byId }: Grid): Sight {
  const sources = seen.flatMap(node => {
    const weather = weatherOf(node, byId)
    return [...measuredBy(node), ...(weather === null ? [] : [`weather/${weather}`])]
  })
  return {
    whole: false,
    nodes: new Set(seen.map(({ id }) => id)),
    customers: new Set(seen.flatMap(({ customerId }) => customerId ?? [])),
    sources: new Set(sources)
  }
}

/** A metering point without a meter of its own is named like it; a transformer speaks for itself. */
function measuredBy({ kind, id, meter }: GridNode): string[] {
  if (kind === 'meteringPoint') return [`meter/${meter ?? id}`]
  const own = kind === 'transformer' ? [`transformer/${id}`] : []
  return meter === null ? own : [...own, `meter/${meter}`]
}

/** Its station, or that of the nearest node above it. */
function weatherOf(node: GridNode, byId: ReadonlyMap<string, GridNode>): string | null {
  const walked = new Set<GridNode>()
  for (let at: GridNode | undefined = node; at && !walked.has(at); at = byId.get(at.parent ?? '')) {
    if (at.weather !== null) return at.weather
    walked.add(at)
  }
  return null
}
