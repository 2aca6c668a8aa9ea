import { missingTerms } from './api/contractFaults.ts'
import type { EnrolmentsNeeds } from './api/enrolments.ts'
import { Refusal } from './api/problems.ts'
import { type EnrolmentContract, plainContract } from './contract/enrolments.ts'
import type { Enrolled } from './records/enrolments.ts'
import type { Records } from './records/openRecords.ts'
import type { Register } from './register.ts'

export interface EnrolmentParts {
  records: Pick<Records, 'enrolments' | 'programmes'>
  register: Pick<Register, 'refresh'>
  /** Who knows how well a load can be foretold. */
  assessing: Pick<EnrolmentsNeeds, 'eligibility'>
  now(): number
}

/** What the routes of the enrolments need, taken from the records and the assessment. */
export function enrolmentsNeeds({ records, register, assessing, now }: EnrolmentParts): EnrolmentsNeeds {
  const { enrolments, programmes } = records

  async function changing<T>(change: Promise<T>): Promise<T> {
    const value = await change
    await register.refresh()
    return value
  }

  async function refuseLacking(programmeId: string, contract: EnrolmentContract, committedKw: number) {
    const programme = await programmes.get(programmeId)
    if (programme === null) throw new Refusal(422, `programme ${programmeId} is unknown`)
    const missing = missingTerms(contract, committedKw, programme.kind)
    if (missing.length > 0) throw new Refusal(422, missing.join('; '))
  }

  return {
    enrolments: () => enrolments.list(),
    enrolment: id => enrolments.get(id),
    async enrol(wanted) {
      const { programmeId, contract, committedKw } = wanted
      await refuseLacking(programmeId, { ...plainContract, ...contract }, committedKw)
      return made(await changing(enrolments.insert(wanted, now())))
    },
    async changeEnrolment(id, { ended, ...change }) {
      if (ended) {
        if (Object.keys(change).length === 0) return changing(enrolments.end(id, now()))
        throw new Refusal(400, 'body: give a new commitment, or ended, not both')
      }
      const before = await enrolments.get(id)
      if (before === null) return null
      const contract = { ...before.contract, ...change.contract }
      await refuseLacking(before.programmeId, contract, change.committedKw ?? before.committedKw)
      const enrolled = await changing(enrolments.recommit(id, change, now()))
      return enrolled && made(enrolled)
    },
    eligibility: request => assessing.eligibility(request)
  }
}

function made(enrolled: Enrolled) {
  if (enrolled.ok) return enrolled.enrolment
  throw new Refusal(enrolled.status, enrolled.reason)
}
