/** Verifies the whole chain now and then, piece by piece, and says how it stands. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { AUDIT_GENESIS, type AuditHead, type KeptAuditEntry } from '../contract/audit.ts'
import { type ChainFault, verifyEntries } from './auditChain.ts'

/** Entries by height, from `from` on. */
export type ReadEntries = (from: number, limit: number) => Promise<KeptAuditEntry[]>

export interface ChainVerdict {
  /** The last entry up to which the chain holds. */
  head: AuditHead
  /** The first fault; null: the chain is whole. */
  fault: ChainFault | null
}

/** Read and verified in one go: some 10 ms. */
const PIECE = 100
/** After each of them, in a server that has other things to do. */
const REST_MS = 20

/**
 * Follows the chain from `since` (trusted; by default from the very first entry) to its end, a piece at a time. SQLite
 * answers at once, so without a rest in between nobody else would get a turn.
 */
export async function verifyAll(
  read: ReadEntries,
  since: AuditHead = AUDIT_GENESIS,
  rest: () => Promise<unknown> = nextTurn
): Promise<ChainVerdict> {
  let head = since
  for (;;) {
    const entries = await read(head.height + 1, PIECE).catch(() => null)
    const verdict = entries === null ? await oneByOne(read, head, since) : verifyEntries(entries, head, since)
    if (verdict.fault !== null || verdict.head.height === head.height) return verdict
    head = verdict.head
    await rest()
  }
}

/** The same, and whether the newest entry is the one that the database calls so. */
export async function verifyChain(
  chain: { head(): Promise<AuditHead>; range: ReadEntries },
  rest?: () => Promise<unknown>
): Promise<ChainVerdict> {
  // Read first: entries may be added meanwhile.
  const before = await chain.head()
  const verdict = await verifyAll(chain.range, AUDIT_GENESIS, rest)
  if (verdict.fault !== null) return verdict
  const { head } = verdict
  const fault =
    headFault(head, before) ?? (await atHead(chain.range, before)) ?? surplus(head, await chain.head())
  return { head, fault }
}

export interface AuditState {
  /** Of the newest entry; null: not known yet. */
  height: number | null
  /** When the whole chain was last followed to its end, epoch ms; null: not yet. */
  verifiedAt: number | null
  /** What was found then; null: it is whole, or not verified yet. */
  fault: ChainFault | null
}

export interface AuditWatch {
  state(): AuditState
  /** Now, or what is under way already. Rejects when the chain cannot be read. */
  verify(): Promise<ChainVerdict>
  stop(): Promise<void>
}

const DAY_MS = 86_400_000

/** Verifies at the start and every day. `onFault` hears of each verification that found the chain not whole. */
export function startAuditWatch(needs: {
  chain: { head(): Promise<AuditHead>; range: ReadEntries }
  now: () => number
  onFault: (fault: ChainFault) => void
  /** The chain could not be read; it is tried again at the next turn. */
  onTrouble: (error: unknown) => void
  everyMs?: number
}): AuditWatch {
  const { chain, now, onFault, onTrouble, everyMs = DAY_MS } = needs
  const state: AuditState = { height: null, verifiedAt: null, fault: null }
  let underWay: Promise<ChainVerdict> | null = null
  let stopped = false

  const range: ReadEntries = async (from, limit) => {
    if (stopped) throw new Error('the verification was stopped')
    return chain.range(from, limit)
  }
  async function follow(): Promise<ChainVerdict> {
    const verdict = await verifyChain({ head: chain.head, range }, () => pause(REST_MS))
    if (stopped) return verdict
    Object.assign(state, { height: verdict.head.height, verifiedAt: now(), fault: verdict.fault })
    if (verdict.fault !== null) onFault(verdict.fault)
    return verdict
  }
  function verify(): Promise<ChainVerdict> {
    underWay ??= follow().finally(() => {
      underWay = null
    })
    return underWay
  }
  const turn = () => void verify().catch(error => stopped || onTrouble(error))
  turn()
  const timer = setInterval(turn, everyMs)
  timer.unref()
  return {
    state: () => ({ ...state }),
    verify,
    async stop() {
      stopped = true
      clearInterval(timer)
      await underWay?.catch(() => {})
    }
  }
}

/** A piece, to name the first entry that the database cannot give. Rejects when it gives none at all. */
async function oneByOne(read: ReadEntries, from: AuditHead, since: AuditHead): Promise<ChainVerdict> {
  let head = from
  for (let i = 0; i < PIECE; i++) {
    const height = head.height + 1
    let entries: KeptAuditEntry[]
    try {
      entries = await read(height, 1)
    } catch (error) {
      // Of one entry, or of all?
      await read(1, 0)
      const reason = error instanceof Error ? error.message : String(error)
      const text = `entry ${height} was altered: it cannot be read (${reason})`
      return { head, fault: { height, what: 'unreadable', text } }
    }
    const verdict = verifyEntries(entries, head, since)
    if (verdict.fault !== null || entries.length === 0) return verdict
    head = verdict.head
  }
  return { head, fault: null }
}

function headFault(last: AuditHead, recorded: AuditHead): ChainFault | null {
  if (last.height >= recorded.height) return null
  const height = last.height + 1
  const text =
    recorded.height > height
      ? `entries ${height} to ${recorded.height} are missing at the end`
      : `entry ${height} is missing at the end`
  return { height, what: 'missing', text }
}

async function atHead(range: ReadEntries, recorded: AuditHead): Promise<ChainFault | null> {
  if (recorded.height === 0) return null
  const [entry] = await range(recorded.height, 1)
  if (entry?.hash === recorded.hash) return null
  const { height } = recorded
  return {
    height,
    what: 'head',
    text: `entry ${height} is not the one that was written last: it was replaced`
  }
}

function surplus(last: AuditHead, recorded: AuditHead): ChainFault | null {
  if (last.height <= recorded.height) return null
  const height = recorded.height + 1
  return { height, what: 'head', text: `entry ${height} was put behind the newest one from outside` }
}
