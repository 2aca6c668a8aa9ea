/**
 * Writes the audit: one link after the other, also when several processes write to one database.
 *
 *   append ─► waiting ─► read head ─► link ─► compare and swap ──► confirmed: durable
 *                            ▲                      │ somebody else was faster
 *                            └──────────────────────┘
 */
import type { AuditHead, AuditRecord, AuditWriter, KeptAuditEntry } from '../contract/audit.ts'
import { linkAfter } from './auditChain.ts'
import { redact, redactText } from './redact.ts'

/** What the writer needs of the chain's keeper. */
export interface ChainStore {
  head(): Promise<AuditHead>
  /** All or none behind `head`; false when somebody else was faster. */
  append(
    head: AuditHead,
    entries: readonly { entry: KeptAuditEntry; personalOf: readonly string[] }[]
  ): Promise<boolean>
}

export interface Audit extends AuditWriter {
  /** `height`: of the newest entry of this process, null before; `failures`: entries refused since the start. */
  state(): { height: number | null; waiting: number; failures: number }
}

export interface AuditOptions {
  /** 128 random bits in hexadecimal, for each entry anew. */
  salt: () => string
  /** Entries that wait at most; more are refused, and with them their commands. */
  maxWaiting?: number
}

interface Waiting {
  record: AuditRecord
  done: (height: number) => void
  failed: (error: unknown) => void
}

/** As many as one transaction takes. */
const MAX_BATCH = 200
/** How often somebody else may be faster before a command is refused. */
const MAX_TRIES = 100

/** Rejects, and writes nothing, when an entry cannot be made durable; the next one is tried afresh. */
export function createAudit(store: ChainStore, { salt, maxWaiting = 10_000 }: AuditOptions): Audit {
  let waiting: Waiting[] = []
  let writing = false
  let newest: number | null = null
  let failures = 0

  async function drain(): Promise<void> {
    if (writing) return
    writing = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH)
      waiting = waiting.slice(batch.length)
      try {
        const { height } = await write(batch)
        newest = height + batch.length
        for (const [i, { done }] of batch.entries()) done(height + i + 1)
      } catch (error) {
        failures += batch.length
        for (const { failed } of batch) failed(error)
      }
    }
    writing = false
  }

  /** Returns the head that it was put behind. */
  async function write(batch: readonly Waiting[]): Promise<AuditHead> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const head = await store.head()
      if (await store.append(head, linked(head, batch))) return head
    }
    throw new Error(`the audit could not be written: others were faster ${MAX_TRIES} times`)
  }

  function linked(head: AuditHead, batch: readonly Waiting[]) {
    let last = head
    return batch.map(({ record }) => {
      const entry = linkAfter(last, record, salt())
      last = entry
      return { entry, personalOf: record.personal === null ? [] : record.personalOf }
    })
  }

  return {
    state: () => ({ height: newest, waiting: waiting.length, failures }),
    async append(record) {
      if (waiting.length >= maxWaiting) {
        failures++
        throw new Error(`the audit is ${waiting.length} entries behind`)
      }
      const kept = withoutSecrets(record)
      const { promise, resolve, reject } = Promise.withResolvers<number>()
      waiting.push({ record: kept, done: resolve, failed: reject })
      void drain()
      return promise
    }
  }
}

/** As it may be kept. Every text comes back from the database as it was hashed. */
function withoutSecrets(record: AuditRecord): AuditRecord {
  if (!Number.isSafeInteger(record.at)) throw new TypeError(`not a time: ${record.at}`)
  return {
    ...record,
    actorId: redactText(record.actorId, 200),
    action: redactText(record.action, 200),
    object: record.object === null ? null : redactText(record.object, 200),
    before: redact(record.before),
    after: redact(record.after),
    personal: record.personal === null ? null : (redact(record.personal) as Record<string, unknown>)
  }
}
