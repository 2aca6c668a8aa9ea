import type { ChainStore } from '../../server/access/audit.ts'
import { linkAfter } from '../../server/access/auditChain.ts'
import {
  AUDIT_GENESIS,
  type AuditHead,
  type AuditRecord,
  type KeptAuditEntry
} from '../../server/contract/audit.ts'

export const noon = Date.parse('2026-05-20T05:00:00.000Z')

export function record(n: number, rest: Partial<AuditRecord> = {}): AuditRecord {
  return {
    at: noon + n,
    actorId: 'usr-lan',
    action: 'POST /api/curtailment-events/:id/send',
    object: `event/CE-${n}`,
    outcome: 'done',
    status: 200,
    attempt: null,
    before: { state: 'draft' },
    after: { state: 'notified' },
    personal: null,
    personalOf: [],
    ...rest
  }
}

/** A chain of `count` links; every third one has something personal. */
export function chainOf(count: number): KeptAuditEntry[] {
  const entries: KeptAuditEntry[] = []
  for (let n = 1; n <= count; n++) {
    const personal = n % 3 === 0 ? { name: 'Lan', address: '10.0.0.7' } : null
    entries.push(linkAfter(entries.at(-1) ?? AUDIT_GENESIS, record(n, { personal }), `${n}`.repeat(8)))
  }
  return entries
}

export interface MemoryChain extends ChainStore {
  head(): Promise<AuditHead>
  range(from: number, limit: number): Promise<KeptAuditEntry[]>
  entries: KeptAuditEntry[]
  recorded: AuditHead
}

/** A chain's keeper in memory, as strict as the real one. */
export function memoryChain(entries: KeptAuditEntry[] = []): MemoryChain {
  const chain: MemoryChain = {
    entries,
    recorded: entries.at(-1) ?? AUDIT_GENESIS,
    head: async () => ({ height: chain.recorded.height, hash: chain.recorded.hash }),
    range: async (from, limit) =>
      structuredClone(chain.entries.filter(({ height }) => height >= from).slice(0, limit)),
    async append(head, links) {
      if (chain.recorded.height !== head.height || chain.recorded.hash !== head.hash) return false
      chain.entries.push(...structuredClone(links.map(({ entry }) => entry)))
      chain.recorded = chain.entries.at(-1) ?? AUDIT_GENESIS
      return true
    }
  }
  return chain
}
