import { missingTerms } from './api/contractFaults.ts'
import { Refusal } from './api/problems.ts'
import type { ProgrammesNeeds } from './api/programmes.ts'
import { canonicalJson } from './contract/canonicalJson.ts'
import type { EventState } from './contract/events.ts'
import { localTime } from './contract/localTime.ts'
import { defaultPriority, defaultTerms } from './contract/programmeDefaults.ts'
import { type Programme, termsOn } from './contract/programmes.ts'
import type { Records } from './records/openRecords.ts'

/** Sent, and not settled yet. */
const openStates: readonly EventState[] = [
  'draft',
  'approved',
  'notified',
  'standby',
  'active',
  'ended',
  'provisional'
]
const settling = openStates.filter(state => state !== 'draft' && state !== 'approved')
/** Named in a refusal at most. */
const NAMED = 5

/** What the routes of the programmes need, taken from the records. */
export function programmesNeeds(
  { programmes, events, enrolments }: Pick<Records, 'programmes' | 'events' | 'enrolments'>,
  timeZone: string
): ProgrammesNeeds {
  const local = localTime(timeZone)

  /** Events lie on the slots they were ordered on; on others part of them would never be measured. */
  async function refuseOtherSlots(id: string): Promise<void> {
    const open = (await events.list({ states: openStates })).filter(event => event.programmeId === id)
    if (open.length === 0) return
    const standing = named(open.map(event => event.id))
    throw new Refusal(409, `the settlement interval of ${id} stays while events are open: ${standing}`)
  }

  /** An event is settled by the terms it was called under. */
  async function refuseOtherTerms(now: Programme, next: Programme): Promise<void> {
    const called = (await events.list({ states: settling })).filter(event => event.programmeId === now.id)
    const changed = called.filter(({ start }) => {
      const date = local.date(Date.parse(start))
      return canonicalJson(termsOn(now, date)) !== canonicalJson(termsOn(next, date))
    })
    if (changed.length === 0) return
    const standing = named(changed.map(event => `${event.id} (${local.date(Date.parse(event.start))})`))
    throw new Refusal(
      409,
      `the terms of ${now.id} stay on the days of events that are not final: ${standing}`
    )
  }

  async function refuseOtherKind({ id, kind }: Programme): Promise<void> {
    const inForce = (await enrolments.list()).filter(one => one.programmeId === id)
    const lacking = inForce.filter(
      ({ contract, committedKw }) => missingTerms(contract, committedKw, kind).length > 0
    )
    if (lacking.length === 0) return
    const standing = named(lacking.map(one => one.id))
    throw new Refusal(409, `enrolments lack what the kind ${kind} asks for: ${standing}`)
  }

  return {
    programmes: () => programmes.list(),
    async insertProgramme({ kind = 'voluntary', ...given }) {
      const defaults = { priority: defaultPriority[kind], terms: [defaultTerms[kind]] }
      const programme = { ...defaults, ...given, kind }
      if (await programmes.insert(programme)) return programme
      throw new Refusal(409, `programme ${programme.id} is there already`)
    },
    async changeProgramme(id, change) {
      const now = await programmes.get(id)
      if (now === null) return null
      const next = { ...now, ...change }
      if (next.settlementIntervalMinutes !== now.settlementIntervalMinutes) await refuseOtherSlots(id)
      if (change.terms !== undefined) await refuseOtherTerms(now, next)
      if (next.kind !== now.kind) await refuseOtherKind(next)
      return programmes.update(id, change)
    }
  }
}

function named(ids: readonly string[]): string {
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : ''
  return `${ids.slice(0, NAMED).join(', ')}${more}`
}
