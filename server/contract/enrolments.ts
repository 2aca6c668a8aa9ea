import { type Static, Type } from 'typebox'
import { PlaceboAccuracy, PredictabilityClass } from './baselines.ts'
import { Id, Kw, LocalDate, Note, PersonName, Time, Unknown } from './units.ts'

const ClockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$' })
const Share = Type.Number({ exclusiveMinimum: 0, maximum: 1 })

/** When a customer can be called: these weekdays (1 Monday … 7 Sunday), from … to by the local clock. */
export const Availability = Type.Object(
  {
    weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
    from: ClockTime,
    to: ClockTime
  },
  { additionalProperties: false }
)
export type Availability = Static<typeof Availability>

/** Local days, both included, on which it is not called. */
export const Blackout = Type.Object(
  { from: LocalDate, to: LocalDate, reason: Note },
  { additionalProperties: false }
)
export type Blackout = Static<typeof Blackout>

export const contactChannels = ['app', 'phone', 'sms', 'email', 'zalo'] as const
/** Whom to reach, in the order of the list. */
export const Contact = Type.Object(
  {
    name: PersonName,
    role: Type.String({ maxLength: 80 }),
    channel: Type.Enum([...contactChannels]),
    address: Type.String({ minLength: 1, maxLength: 200 })
  },
  { additionalProperties: false }
)
export type Contact = Static<typeof Contact>

/** How it was agreed to take part, and what proves it. */
export const Consent = Type.Object(
  {
    givenBy: PersonName,
    at: Time,
    evidence: Type.Enum(['otp', 'ca-signature', 'paper']),
    /** Where the evidence is kept: contract number, transaction, file. */
    reference: Type.String({ minLength: 1, maxLength: 200 }),
    /** SHA-256 of the signed document, hex; null where there is none. */
    sha256: Unknown(Type.String({ pattern: '^[0-9a-f]{64}$' }))
  },
  { additionalProperties: false }
)
export type Consent = Static<typeof Consent>

/** The contract beside the commitment: what the plan honours and what settles. */
export const EnrolmentContract = Type.Object(
  {
    /** Metered together with the first. */
    furtherMeteringPointIds: Type.Array(Id, { maxItems: 100, uniqueItems: true }),
    /** Of its load, where it committed a share instead of kW; then `committedKw` is the cap of it. */
    committedShare: Unknown(Share),
    /** It stays at or under this load in an event, kW. */
    firmServiceLevelKw: Unknown(Type.Number({ minimum: 0 })),
    /** Empty: at any time. */
    availability: Type.Array(Availability, { maxItems: 50 }),
    blackouts: Type.Array(Blackout, { maxItems: 200 }),
    /** Loads that are never to be curtailed. */
    neverCurtail: Type.Array(
      Type.Object(
        { name: Type.String({ minLength: 1, maxLength: 200 }), kw: Type.Number({ minimum: 0 }) },
        { additionalProperties: false }
      ),
      { maxItems: 100 }
    ),
    /** Its load is never asked below this, kW; the never-curtail loads stand beside it, the larger sum counts. */
    minimumLoadKw: Type.Number({ minimum: 0 }),
    /** Whole local days without a call after one. */
    restDays: Type.Integer({ minimum: 0, maximum: 60 }),
    /** Its own cap of events a season beside the programme's; null: none. */
    maxEventsPerSeason: Unknown(Type.Integer({ minimum: 0, maximum: 10_000 })),
    /** Weekdays on which it works, 1 Monday … 7 Sunday: its day types. */
    workDays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      minItems: 1,
      maxItems: 7,
      uniqueItems: true
    }),
    contacts: Type.Array(Contact, { maxItems: 20 }),
    consent: Unknown(Consent)
  },
  { additionalProperties: false }
)
export type EnrolmentContract = Static<typeof EnrolmentContract>

/** How well the load of a customer can be foretold: tested on its own days without event. */
export const Predictability = Type.Object({
  at: Time,
  /** Null: too little history for any method. */
  class: Unknown(PredictabilityClass),
  /** The best method within the programme's bias limit. */
  best: Unknown(PlaceboAccuracy),
  methods: Type.Array(PlaceboAccuracy)
})
export type Predictability = Static<typeof Predictability>

/** One customer's contract under one programme: the kW it committed to reduce when called on, and its limits. */
export const Enrolment = Type.Object({
  id: Id,
  programmeId: Id,
  customerId: Id,
  meteringPointId: Id,
  committedKw: Type.Number({ minimum: 0 }),
  since: Time,
  until: Unknown(Time),
  contract: EnrolmentContract,
  predictability: Unknown(Predictability)
})
export type Enrolment = Static<typeof Enrolment>

/** What is left out of the contract takes `plainContract`. */
export const NewEnrolment = Type.Object(
  {
    programmeId: Id,
    customerId: Id,
    meteringPointId: Id,
    committedKw: Type.Number({ minimum: 0 }),
    contract: Type.Optional(Type.Partial(EnrolmentContract, { additionalProperties: false }))
  },
  { additionalProperties: false }
)
export type NewEnrolment = Static<typeof NewEnrolment>

/** A contract without any limit, of a site that works Monday to Friday. */
export const plainContract: EnrolmentContract = {
  furtherMeteringPointIds: [],
  committedShare: null,
  firmServiceLevelKw: null,
  availability: [],
  blackouts: [],
  neverCurtail: [],
  minimumLoadKw: 0,
  restDays: 0,
  maxEventsPerSeason: null,
  workDays: [1, 2, 3, 4, 5],
  contacts: [],
  consent: null
}

export const EligibilityRequest = Type.Object(
  {
    programmeId: Id,
    customerId: Id,
    meteringPointIds: Type.Array(Id, { minItems: 1, maxItems: 100, uniqueItems: true }),
    workDays: Type.Optional(EnrolmentContract.properties.workDays)
  },
  { additionalProperties: false }
)
export type EligibilityRequest = Static<typeof EligibilityRequest>

/** Whether a customer may enrol: each check with what was found and what is asked. */
export const EligibilityReport = Type.Object({
  programmeId: Id,
  customerId: Id,
  checks: Type.Array(
    Type.Object({
      check: Type.Enum(['yearly-energy', 'remote-metering', 'predictability']),
      /** Null: it cannot be known yet, and `text` says why. */
      passed: Unknown(Type.Boolean()),
      found: Unknown(Type.Number()),
      limit: Unknown(Type.Number()),
      unit: Type.Enum(['kWh', 'min', 'share']),
      text: Type.String()
    })
  ),
  eligible: Unknown(Type.Boolean()),
  predictability: Predictability,
  /** What to offer: the programme asked for, or firm service level where the load cannot be foretold. */
  offer: Type.Enum(['as-asked', 'firm-service-level', 'none']),
  /** Mean load over the hours looked at, kW. */
  meanKw: Unknown(Kw)
})
export type EligibilityReport = Static<typeof EligibilityReport>

/** Days off of everybody: those the calendar of the law gives, and those put in by hand. */
export const Holidays = Type.Object({
  year: Type.Integer(),
  days: Type.Array(
    Type.Object({ date: LocalDate, name: Type.String(), source: Type.Enum(['law', 'entered']) })
  )
})
export type Holidays = Static<typeof Holidays>

export const NewHoliday = Type.Object(
  { date: LocalDate, name: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false }
)
export type NewHoliday = Static<typeof NewHoliday>
