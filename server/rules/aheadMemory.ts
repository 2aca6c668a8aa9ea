import type { Finding } from '../contract/findings.ts'
import type { EnrolledConsumer, ForecastAhead, RuleTree } from './snapshot.ts'

/**
 * Why a warning of a peak ahead ended. withdrawn: the forecast turned before it came · over: its time came, the rules over
 * the live load take over, for good · gone: its node or limit is no more.
 */
export type AheadEnd = 'withdrawn' | 'over' | 'gone'

/** One day of one node that was warned of. */
export interface AheadDay {
  nodeId: string
  /** YYYY-MM-DD */
  day: string
  /** The newest issue that was counted, epoch ms. */
  issuedAt: number
  /** How many issues in a row said that it hardly comes. */
  lowIssues: number
  /** Start of the peak by the newest issue that did not say so, epoch ms. */
  expectedAt: number
  isLikely: boolean
  /** null: it stands. */
  ended: AheadEnd | null
  /** As it was last told. */
  finding: Finding
}

export interface AheadMemory {
  days: ReadonlyMap<string, AheadDay>
  /** By which issue (epoch ms) each node was judged last. */
  judged: ReadonlyMap<string, number>
  /** What was looked at last: as long as it is the same, nothing has to be judged again. */
  seen: {
    forecasts: readonly ForecastAhead[]
    enrolled: readonly EnrolledConsumer[]
    tree: RuleTree
  } | null
}

export const aheadKey = (nodeId: string, day: string) => `${day}/${nodeId}`

/** 20260521, as the facts say a day. */
export const dayNumber = (day: string): number => Number(day.replaceAll('-', ''))
const dayOf = (number: number): string => String(number).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')

/** The memory after a start, of the warnings that stand or wait to be acknowledged. */
export function aheadFrom(findings: readonly Finding[]): AheadMemory {
  const days = findings.map((finding): [string, AheadDay] => {
    const { nodeId, clearedAt, facts } = finding
    const day = dayOf(facts.day ?? 0)
    const closed = facts.withdrawn === 1 ? 'withdrawn' : 'over'
    return [
      aheadKey(nodeId, day),
      {
        ...{ nodeId, day, lowIssues: 0, finding },
        issuedAt: facts.issuedAt ?? 0,
        expectedAt: facts.peakAt ?? 0,
        isLikely: facts.isLikely === 1,
        ended: clearedAt === null ? null : closed
      }
    ]
  })
  return { days: new Map(days), judged: new Map(), seen: null }
}

export function withAheadAcknowledged(memory: AheadMemory, { id, acknowledged }: Finding): AheadMemory {
  const found = [...memory.days].find(([, { finding }]) => finding.id === id)
  if (found === undefined) return memory
  const [key, known] = found
  const finding = { ...known.finding, acknowledged }
  return { ...memory, days: new Map(memory.days).set(key, { ...known, finding }) }
}
