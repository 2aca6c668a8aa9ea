import { type Static, Type } from 'typebox'
import { Id, Kw, LocalDate, Time, Unknown } from './units.ts'

const Count = Type.Integer({ minimum: 0 })

/** What the customers of one company did in a season; real events only. */
export const SeasonSums = Type.Object({
  events: Count,
  customers: Count,
  /** One customer in one event. */
  calls: Count,
  accepted: Count,
  declined: Count,
  optedOut: Count,
  unanswered: Count,
  /** Calls with a kept result. */
  measured: Count,
  requestedKwh: Type.Number(),
  deliveredKwh: Unknown(Type.Number()),
  /** Delivered ÷ asked of the measured. */
  ratio: Unknown(Type.Number()),
  /** Highest sum over the same settlement slot. */
  coincidentKw: Unknown(Kw),
  coincidentAt: Unknown(Time),
  creditVnd: Unknown(Type.Number()),
  thanked: Count,
  rewards: Type.Object({ offered: Count, booked: Count, done: Count, declined: Count })
})
export type SeasonSums = Static<typeof SeasonSums>

/** A season over the power corporations. Drills are counted apart and in no sum. */
export const SeasonReport = Type.Object({
  year: Type.Integer(),
  from: LocalDate,
  to: LocalDate,
  computedAt: Time,
  companies: Type.Array(Type.Object({ companyId: Unknown(Id), name: Type.String(), sums: SeasonSums })),
  total: SeasonSums,
  drills: Type.Object({ events: Count, calls: Count, answered: Count }),
  /** Events that are not final yet. */
  open: Count,
  customers: Type.Array(
    Type.Object({
      customerId: Id,
      name: Type.String(),
      companyId: Unknown(Id),
      events: Count,
      deliveredKwh: Unknown(Type.Number()),
      ratio: Unknown(Type.Number()),
      thanked: Count
    })
  )
})
export type SeasonReport = Static<typeof SeasonReport>
