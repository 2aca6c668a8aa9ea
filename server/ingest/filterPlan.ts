import { subscriptionFilters } from '../contract/topics.ts'

export interface FilterSettings {
  /** Default: those of the contract. */
  filters?: readonly string[]
  /** Never shared: the first connection alone takes them, so that their messages stay in order. */
  exclusiveFilters?: readonly string[]
  /** Parallel connections; more than one share the messages. */
  connections?: number
  /** Share the messages with everyone else who names this group. Several connections without a name share as `gridload`. */
  shareGroup?: string | null
}

/** What the connections subscribe to. */
export interface FilterPlan {
  isShared: boolean
  /** Every connection. */
  all: string[]
  /** The first one: those of all, and what only one may have. */
  first: string[]
}

const DEFAULT_GROUP = 'gridload'

/** Of `$share/<group>/…` each message goes to one member of the group. */
export function planFilters(settings: FilterSettings): FilterPlan {
  const { filters = subscriptionFilters, exclusiveFilters = [] } = settings
  const { connections = 1, shareGroup = null } = settings
  const isShared = shareGroup !== null || connections > 1
  const all = isShared
    ? filters.map(filter => `$share/${shareGroup ?? DEFAULT_GROUP}/${filter}`)
    : [...filters]
  return { isShared, all, first: [...all, ...exclusiveFilters] }
}
