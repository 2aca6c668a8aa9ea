import type { CurtailmentEvent } from './contract/events.ts'
import type { Finding } from './contract/findings.ts'
import { LoadState } from './contract/grid.ts'
import type { LiveChange } from './contract/live.ts'
import type { IngestState } from './contract/sources.ts'

/**
 * An event goes to every page with all its participants, some 350 bytes each. Its new versions go at once; of the answers
 * of a large one, which come in every second, the pages hear after a while: 11,000 participants every 11 s.
 */
const MS_A_PARTICIPANT = 1
const MAX_TOLD = 1000

export interface CycleNeeds {
  now(): number
  states(now: number): LoadState[]
  ingest(): IngestState
  /** A step failed: it is tried again in the next cycle. */
  onFault(step: string, error: unknown): void
  periodMs?: number
}

export interface CycleSteps {
  /** Clock transitions of curtailment events. */
  tickEvents(): Promise<void>
  /** The rules over the present snapshot: what they changed, already kept. */
  evaluateRules(now: number): Promise<Finding[]>
  publish(change: LiveChange): void
}

/**
 * What happens by itself, once a second, each step after the one before and never two cycles at a time:
 *
 *   clock of the events ─► rules ─► what changed goes to the pages
 */
export interface Cycle {
  /** It goes to the pages with the next cycle. */
  eventChanged(event: CurtailmentEvent): void
  findingChanged(finding: Finding): void
  start(steps: CycleSteps): void
  stop(): Promise<void>
}

export function createCycle({ now, states, ingest, onFault, periodMs = 1000 }: CycleNeeds): Cycle {
  const events = new Map<string, CurtailmentEvent>()
  const told = new Map<string, { version: number; at: number }>()
  const findings = new Map<string, Finding>()
  const changedNodes = onlyChanged(states)
  let ingestTold = ''
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null

  function takeChange(): LiveChange | null {
    const at = now()
    const nodes = changedNodes(at)
    const newIngest = changedIngest()
    const ready = takeEvents(at)
    if (nodes.length + findings.size + ready.length === 0 && newIngest === null) return null
    const change: LiveChange = {
      at: new Date(at).toISOString(),
      ...(nodes.length > 0 && { nodes }),
      ...(findings.size > 0 && { findings: [...findings.values()] }),
      ...(ready.length > 0 && { events: ready }),
      ...(newIngest !== null && { ingest: newIngest })
    }
    findings.clear()
    return change
  }

  /** Those whose time has come; the others stay. */
  function takeEvents(at: number): CurtailmentEvent[] {
    const ready = [...events.values()].filter(({ id, version, participants }) => {
      const before = told.get(id)
      if (before === undefined || before.version !== version) return true
      return Math.abs(at - before.at) >= participants.length * MS_A_PARTICIPANT
    })
    for (const { id, version } of ready) {
      events.delete(id)
      told.delete(id)
      told.set(id, { version, at })
    }
    for (const oldest of told.keys()) if (told.size > MAX_TOLD) told.delete(oldest)
    return ready
  }

  function changedIngest(): IngestState | null {
    const state = ingest()
    const text = JSON.stringify(state)
    if (text === ingestTold) return null
    ingestTold = text
    return state
  }

  async function once({ tickEvents, evaluateRules, publish }: CycleSteps): Promise<void> {
    await tickEvents().catch(error => onFault('the clock of the events', error))
    const changed = await evaluateRules(now()).catch(error => onFault('the rules', error))
    for (const finding of changed ?? []) findings.set(finding.id, finding)
    const change = takeChange()
    if (change !== null) publish(change)
  }

  return {
    eventChanged: event => void events.set(event.id, event),
    findingChanged: finding => void findings.set(finding.id, finding),
    start(steps) {
      timer = setInterval(() => {
        running ??= once(steps)
          .catch(error => onFault('the cycle', error))
          .finally(() => {
            running = null
          })
      }, periodMs)
    },
    async stop() {
      clearInterval(timer)
      await running
    }
  }
}

/** Of the states that are read again and again: those that differ from the last time. */
function onlyChanged(read: (at: number) => LoadState[]): (at: number) => LoadState[] {
  let seen = new Map<string, LoadState>()
  return at => {
    const before = seen
    seen = new Map()
    return read(at).filter(state => {
      const known = before.get(state.id)
      const isSame = known !== undefined && isSameState(known, state)
      seen.set(state.id, isSame ? known : state)
      return !isSame
    })
  }
}

const members = Object.keys(LoadState.properties) as (keyof LoadState)[]

function isSameState(a: LoadState, b: LoadState): boolean {
  return members.every(name => a[name] === b[name])
}
