import { type Static, Type } from 'typebox'
import { BaselineRule } from './baselines.ts'
import { Id, LocalDate, Unknown } from './units.ts'

/** Voluntary and unpaid; planned with reward; emergency; staying under a contracted firm service level. */
export const programmeKinds = ['voluntary', 'planned', 'emergency', 'firm-service-level'] as const
export const ProgrammeKind = Type.Enum([...programmeKinds])
export type ProgrammeKind = (typeof programmeKinds)[number]

const Minutes = Type.Integer({ minimum: 0, maximum: 44_640 })
const MonthDay = Type.String({ pattern: '^(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' })
const Share = Type.Number({ minimum: 0, maximum: 1 })

/** The rules of a programme from a local date on: every legal number stands here, none in the code. */
export const ProgrammeTerms = Type.Object(
  {
    /** In force from this local date, until later terms are. */
    from: LocalDate,
    /** Between notice and start, at least. */
    noticeMinutes: Minutes,
    /** How long a participant has to come down; the standby notice leaves so long before the start. */
    responseMinutes: Minutes,
    minDurationMinutes: Unknown(Type.Integer({ minimum: 1, maximum: 1440 })),
    maxDurationMinutes: Unknown(Type.Integer({ minimum: 1, maximum: 1440 })),
    /** Local calendar days, both included; it may run over the new year. */
    season: Type.Object({ from: MonthDay, to: MonthDay }),
    /** Caps for one customer; null: none. Drills count in none of them. */
    maxEventsPerSeason: Unknown(Type.Integer({ minimum: 0, maximum: 10_000 })),
    maxHoursPerSeason: Unknown(Type.Number({ minimum: 0, maximum: 8784 })),
    maxEventsPerDay: Unknown(Type.Integer({ minimum: 1, maximum: 100 })),
    incentive: Type.Object({
      /** For each credited kWh. */
      vndPerKwh: Unknown(Type.Number({ minimum: 0 })),
      /** For each kW of mean credited power, an event. */
      vndPerKw: Unknown(Type.Number({ minimum: 0 }))
    }),
    /** k: an interval is credited with at most k times what was committed (domain reference 4). */
    creditLimitShare: Type.Number({ minimum: 0, maximum: 10 }),
    /** Below this share of what was asked nothing is credited. */
    minCreditShare: Share,
    eligibility: Type.Object({
      minYearlyEnergyKwh: Unknown(Type.Number({ minimum: 0 })),
      /** Remote readings at least so often. */
      maxReportIntervalMinutes: Unknown(Type.Integer({ minimum: 1, maximum: 1440 })),
      maxRrmseShare: Type.Number({ minimum: 0, maximum: 10 }),
      maxBiasShare: Type.Number({ minimum: 0, maximum: 10 })
    }),
    baseline: BaselineRule
  },
  { additionalProperties: false }
)
export type ProgrammeTerms = Static<typeof ProgrammeTerms>

/** The rules under which people take part. */
export const Programme = Type.Object({
  id: Id,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  kind: ProgrammeKind,
  /** Of two events that overlap, the one of the higher priority calls the customer. */
  priority: Type.Integer({ minimum: 0, maximum: 9 }),
  /** Length of a settlement slot; event times snap to it. */
  settlementIntervalMinutes: Type.Integer({ minimum: 1, maximum: 60 }),
  /** How long after the end late data is awaited before a result becomes final by itself. */
  settleDelayMinutes: Type.Integer({ minimum: 0, maximum: 10_080 }),
  /** By date, earliest first; the earliest hold for all time before it. */
  terms: Type.Array(ProgrammeTerms, { minItems: 1, maxItems: 100 })
})
export type Programme = Static<typeof Programme>

/** What is left out takes the defaults of its kind (programmeDefaults.ts); the kind itself: voluntary. */
export const NewProgramme = Type.Object(
  {
    ...Type.Pick(Programme, ['id', 'name', 'settlementIntervalMinutes', 'settleDelayMinutes']).properties,
    kind: Type.Optional(ProgrammeKind),
    priority: Type.Optional(Programme.properties.priority),
    terms: Type.Optional(Programme.properties.terms)
  },
  { additionalProperties: false }
)
export type NewProgramme = Static<typeof NewProgramme>

/** The terms in force on a local date (YYYY-MM-DD). */
export function termsOn({ terms }: Pick<Programme, 'terms'>, date: string): ProgrammeTerms {
  const [first, ...rest] = terms
  if (first === undefined) throw new Error('a programme without terms')
  return rest.reduce((inForce, one) => (one.from <= date && one.from >= inForce.from ? one : inForce), first)
}
