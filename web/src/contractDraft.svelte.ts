import type { EnrolmentContract } from '../../server/contract/enrolments.ts'
import {
  availabilityText,
  blackoutsText,
  contactsText,
  neverCurtailText,
  parseAvailability,
  parseBlackouts,
  parseContacts,
  parseNeverCurtail,
  parseWeekdays,
  weekdaysText
} from './contractText.ts'

type Evidence = NonNullable<EnrolmentContract['consent']>['evidence']

/** A contract while it is written: lists as lines of text, shares as percent. */
export class ContractDraft {
  committedKw = $state<number | null>(null)
  sharePercent = $state<number | null>(null)
  firmServiceLevelKw = $state<number | null>(null)
  minimumLoadKw = $state<number | null>(0)
  restDays = $state<number | null>(0)
  maxEventsPerSeason = $state<number | null>(null)
  furtherPoints = $state('')
  workDays = $state('1-5')
  availability = $state('')
  blackouts = $state('')
  neverCurtail = $state('')
  contacts = $state('')
  consentBy = $state('')
  evidence = $state<Evidence>('otp')
  reference = $state('')
  #consentAt: string | null
  #sha256: string | null

  /** Without a contract: a plain one, of a site that works Monday to Friday. */
  constructor(committedKw: number | null, contract: EnrolmentContract | null) {
    this.committedKw = committedKw
    this.#consentAt = contract?.consent?.at ?? null
    this.#sha256 = contract?.consent?.sha256 ?? null
    if (contract === null) return
    this.sharePercent = contract.committedShare === null ? null : contract.committedShare * 100
    this.firmServiceLevelKw = contract.firmServiceLevelKw
    this.minimumLoadKw = contract.minimumLoadKw
    this.restDays = contract.restDays
    this.maxEventsPerSeason = contract.maxEventsPerSeason
    this.furtherPoints = contract.furtherMeteringPointIds.join(', ')
    this.workDays = weekdaysText(contract.workDays)
    this.availability = availabilityText(contract.availability)
    this.blackouts = blackoutsText(contract.blackouts)
    this.neverCurtail = neverCurtailText(contract.neverCurtail)
    this.contacts = contactsText(contract.contacts)
    this.consentBy = contract.consent?.givenBy ?? ''
    this.evidence = contract.consent?.evidence ?? 'otp'
    this.reference = contract.consent?.reference ?? ''
  }

  /** Throws BadLine where a line cannot be read. `now` (epoch ms) dates a new consent. */
  contract(now: number): EnrolmentContract {
    const givenBy = this.consentBy.trim()
    return {
      furtherMeteringPointIds: this.furtherPoints.split(/[\s,]+/).filter(id => id !== ''),
      committedShare: this.sharePercent === null ? null : this.sharePercent / 100,
      firmServiceLevelKw: this.firmServiceLevelKw,
      availability: parseAvailability(this.availability),
      blackouts: parseBlackouts(this.blackouts),
      neverCurtail: parseNeverCurtail(this.neverCurtail),
      minimumLoadKw: this.minimumLoadKw ?? 0,
      restDays: this.restDays ?? 0,
      maxEventsPerSeason: this.maxEventsPerSeason,
      workDays: parseWeekdays(this.workDays),
      contacts: parseContacts(this.contacts),
      consent:
        givenBy === ''
          ? null
          : {
              givenBy,
              at: this.#consentAt ?? new Date(now).toISOString(),
              evidence: this.evidence,
              reference: this.reference.trim(),
              sha256: this.#sha256
            }
    }
  }
}
