import type { View } from '../contract/access.ts'
import type { LiveChange, LiveSnapshot } from '../contract/live.ts'
import { cutAll, cutEvent, cutFinding, cutNode } from './cut.ts'

/** Which parts of the stream somebody may follow at all. */
export interface LiveParts {
  findings: boolean
  events: boolean
  ingest: boolean
}

/** Whoever has the same key is told the same, so that it is worked out and written once. */
export interface Audience {
  key: string
  /** null: everything, as it is. */
  cut: {
    snapshot(snapshot: LiveSnapshot): LiveSnapshot
    /** null: there is nothing in it for them. */
    change(change: LiveChange): LiveChange | null
  } | null
}

export function audienceOf(view: View, parts: LiveParts): Audience {
  const { findings, events, ingest } = parts
  const key = [view.key, ...Object.entries(parts).flatMap(([part, may]) => (may ? part : []))].join(' ')
  if (view.whole && findings && events && ingest) return { key, cut: null }
  return {
    key,
    cut: {
      snapshot: snapshot => ({
        ...snapshot,
        nodes: cutAll(snapshot.nodes, view, cutNode),
        findings: findings ? cutAll(snapshot.findings, view, cutFinding) : [],
        events: events ? cutAll(snapshot.events, view, cutEvent) : [],
        ingest: ingest ? snapshot.ingest : null
      }),
      change(change) {
        const seen = {
          nodes: cutAll(change.nodes ?? [], view, cutNode),
          findings: findings ? cutAll(change.findings ?? [], view, cutFinding) : [],
          events: events ? cutAll(change.events ?? [], view, cutEvent) : []
        }
        const filled = Object.entries(seen).filter(([, entries]) => entries.length > 0)
        const hasIngest = ingest && change.ingest !== undefined
        if (filled.length === 0 && !hasIngest) return null
        return { at: change.at, ...Object.fromEntries(filled), ...(hasIngest && { ingest: change.ingest }) }
      }
    }
  }
}
