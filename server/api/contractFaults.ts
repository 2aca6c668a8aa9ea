import type { EnrolmentContract } from '../contract/enrolments.ts'
import type { ProgrammeKind } from '../contract/programmes.ts'

/** What is wrong within a contract beyond the shape of each member; each fault says where. */
export function contractFaults(contract: Partial<EnrolmentContract>): string[] {
  const { availability = [], blackouts = [] } = contract
  return [
    ...availability.flatMap(({ weekdays, from, to }, i) => [
      ...(from < to ? [] : [`availability.${i}: from ${from} must be before to ${to}`]),
      ...(new Set(weekdays).size === weekdays.length
        ? []
        : [`availability.${i}.weekdays: one is given twice`])
    ]),
    ...blackouts.flatMap(({ from, to }, i) =>
      from <= to ? [] : [`blackouts.${i}: from ${from} must not be after to ${to}`]
    )
  ].map(fault => `contract.${fault}`)
}

/** What a whole contract lacks under a programme of this kind. */
export function missingTerms(
  contract: EnrolmentContract,
  committedKw: number,
  kind: ProgrammeKind
): string[] {
  return [
    ...(contract.committedShare !== null && committedKw <= 0
      ? ['contract.committedShare needs committedKw: the most that a share of the load comes to']
      : []),
    ...(kind === 'firm-service-level' && contract.firmServiceLevelKw === null
      ? ['contract.firmServiceLevelKw is needed in a programme of the kind firm-service-level']
      : [])
  ]
}
