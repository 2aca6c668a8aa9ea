import type { RuleSettings } from './config.ts'
import type { Signed } from './contract/access.ts'
import type { AcknowledgeFinding, Finding } from './contract/findings.ts'
import { localTime } from './contract/localTime.ts'
import type { TransformerState } from './contract/transformers.ts'
import type { LiveGrid } from './grid/live.ts'
import type { Findings } from './records/findings.ts'
import { commitments, type Register, type RegisterState } from './register.ts'
import { evaluate } from './rules/evaluate.ts'
import { defaultLimits, type RuleLimits } from './rules/limits.ts'
import { memoryFrom, withAcknowledgement } from './rules/memory.ts'
import type { EnrolledConsumer, ForecastAhead } from './rules/snapshot.ts'

export interface WatchNeeds {
  grid: Pick<LiveGrid, 'snapshot'>
  register: Pick<Register, 'state'>
  findings: Pick<Findings, 'open' | 'get' | 'save' | 'acknowledge'>
  rules: RuleSettings
  timeZone: string
  now(): number
  /** The newest issue of each node; the same array as long as none is newer. Default: there are no forecasts. */
  forecasts?(): readonly ForecastAhead[]
  /** Default: there are none. */
  transformers?(): readonly TransformerState[]
}

/** The rules at work: over each snapshot, with what they remember between two of them. */
export interface Watch {
  /** Findings that changed, durable when resolved. One that could not be kept is kept the next time. */
  evaluate(now: number): Promise<Finding[]>
  /** null when there is no such finding; the first acknowledgement stays. */
  acknowledge(id: string, command: Signed<AcknowledgeFinding>): Promise<Finding | null>
}

/** Goes on with the findings that stood when the last run ended. */
export async function openWatch({
  grid,
  register,
  findings,
  rules,
  timeZone,
  now,
  forecasts = () => [],
  transformers = () => []
}: WatchNeeds): Promise<Watch> {
  const { date } = localTime(timeZone)
  const limits = limitsOf(rules)
  let memory = memoryFrom(await findings.open(), now())
  const enrolled = rememberedBy(enrolledOf)
  const unsaved = new Map<string, Finding>()
  return {
    async evaluate(at) {
      const snapshot = {
        ...grid.snapshot(at),
        enrolled: enrolled(register.state),
        forecasts: forecasts(),
        transformers: transformers(),
        today: date(at)
      }
      const outcome = evaluate(snapshot, memory, limits, at)
      // Remembered before anything is awaited: an acknowledgement may come in between, and a save may fail.
      memory = outcome.memory
      for (const finding of outcome.changed) unsaved.set(finding.id, finding)
      const kept: Finding[] = []
      for (const finding of unsaved.values()) {
        await findings.save(finding)
        unsaved.delete(finding.id)
        kept.push((await findings.get(finding.id)) ?? finding)
      }
      return kept
    },
    async acknowledge(id, { by, byId, note = '' }) {
      const at = new Date(now()).toISOString()
      const finding = await findings.acknowledge(id, { by, byId, at, note })
      if (finding !== null) memory = withAcknowledgement(memory, finding)
      return finding
    }
  }
}

/** The limits in force: those of the settings, the others as the rules have them. */
export function limitsOf(rules: RuleSettings): RuleLimits {
  const { heatThresholdsC, ...others } = rules
  const [watch, hot, extreme] = heatThresholdsC
  return {
    ...defaultLimits,
    ...others,
    aheadRaiseBelow: Math.max(defaultLimits.aheadRaiseBelow, rules.aheadRaise),
    heatGrades: [
      { thresholdC: watch, priority: 3 },
      { thresholdC: hot, priority: 2 },
      { thresholdC: extreme, priority: 1 }
    ]
  }
}

function enrolledOf({ enrolments, customers }: RegisterState): EnrolledConsumer[] {
  const names = new Map(customers.map(({ id, name }) => [id, name]))
  return commitments(enrolments).map(one => ({ ...one, name: names.get(one.customerId) ?? one.customerId }))
}

/** The last answer stands as long as it is asked of the same object. */
function rememberedBy<A extends object, B>(make: (of: A) => B): (of: A) => B {
  let last: { of: A; made: B } | null = null
  return of => {
    if (last?.of !== of) last = { of, made: make(of) }
    return last.made
  }
}
