import { type Static, Type } from 'typebox'
import { PlanRequest } from './plans.ts'
import { Cooling } from './registry.ts'
import { EpochMs, Id, Kw, Time, Unknown } from './units.ts'

/** The three operating regimes of IEC 60076-7; the middle one is for a fault in the network, the last for minutes. */
export const loadingRegimes = ['normal-cyclic', 'long-emergency', 'short-emergency'] as const
export const LoadingRegime = Type.Enum([...loadingRegimes])
export type LoadingRegime = (typeof loadingRegimes)[number]

export const RegimeLimit = Type.Object({
  regime: LoadingRegime,
  topOilC: Type.Number(),
  hotSpotC: Type.Number(),
  /** Load as a share of the rating. */
  loadPu: Type.Number(),
  isPassed: Type.Boolean(),
  /** Until it is passed at the present load and ambient temperature; 0: passed now, null: never. */
  minutesLeft: Unknown(Type.Number({ minimum: 0 }))
})
export type RegimeLimit = Static<typeof RegimeLimit>

/** What measured oil temperature says beside the computed one. */
export const oilVerdicts = ['healthy', 'learning', 'cooling-fault', 'sensor-fault', 'not-measured'] as const
export const OilVerdict = Type.Enum([...oilVerdicts])
export type OilVerdict = (typeof oilVerdicts)[number]

/** Where the load, and the temperature of the air around it, come from. */
export const loadOrigins = ['kva', 'kw-kvar', 'kw', 'roll-up', 'none'] as const
export type LoadOrigin = (typeof loadOrigins)[number]
export const ambientOrigins = ['own', 'station', 'none'] as const
export type AmbientOrigin = (typeof ambientOrigins)[number]

/** Temperatures are those of the end of the newest interval that is known, `at`. */
export const TransformerState = Type.Object({
  id: Id,
  name: Type.String(),
  /** null: without a rating no temperature can be computed. */
  ratingKva: Unknown(Type.Number()),
  cooling: Cooling,
  /** The registry does not name it: taken from the rating. */
  coolingIsAssumed: Type.Boolean(),
  at: Unknown(Time),
  loadPu: Unknown(Type.Number()),
  /** kva: measured · kw-kvar: from both · kw, roll-up: kW of its own or of what is below it, by an assumed power factor. */
  loadFrom: Type.Optional(Type.Enum([...loadOrigins])),
  /** The power factor that was assumed; null: none was needed. */
  assumedPowerFactor: Type.Optional(Unknown(Type.Number())),
  ambientC: Unknown(Type.Number()),
  ambientFrom: Type.Optional(Type.Enum([...ambientOrigins])),
  topOilC: Unknown(Type.Number()),
  /** measured: a good reading of its own sensor; computed: the model fills in. */
  topOilFrom: Type.Enum(['measured', 'computed', 'none']),
  computedTopOilC: Unknown(Type.Number()),
  /** As its sensor says, good or not; and why it is not taken: marked, out-of-range, frozen, jump, … */
  measuredOilC: Type.Optional(Unknown(Type.Number())),
  oilFault: Type.Optional(Unknown(Type.String())),
  /** Measured at the winding, where it has such a sensor and the value can be right. */
  windingC: Type.Optional(Unknown(Type.Number())),
  hotSpotC: Unknown(Type.Number()),
  /** Relative ageing, 1 = one day a day (98 °C, normal paper). */
  ageingRate: Unknown(Type.Number()),
  /** Days of life used since local midnight, and in this calendar year; with the hours that are known. */
  lifeUsedTodayDays: Unknown(Type.Number()),
  lifeUsedYearDays: Unknown(Type.Number()),
  knownHoursYear: Type.Number(),
  limits: Type.Array(RegimeLimit),
  /** Highest hot spot foretold for the next 24 h, and when; null without a forecast. */
  nextPeakHotSpotC: Unknown(Type.Number()),
  nextPeakAt: Unknown(Time),
  /** Constant curtailment below it that keeps the next 24 h within normal cyclic limits; 0: none is needed, null: unknown. */
  reliefKw: Unknown(Kw),
  reliefFrom: Unknown(Time),
  reliefTo: Unknown(Time),
  /** Why no curtailment in the window is enough, where it is so: the limit is passed even without load, or after it. */
  reliefImpossible: Type.Optional(Unknown(Type.String())),
  oil: Type.Object({
    verdict: OilVerdict,
    since: Unknown(Time),
    /** Measured minus computed oil temperature, K, over the last days. */
    driftK: Unknown(Type.Number()),
    /** A service that is advised. */
    advice: Unknown(Type.Enum(['transformer-test', 'substation-cleaning'])),
    reason: Unknown(Type.String())
  })
})
export type TransformerState = Static<typeof TransformerState>

export const TransformersAnswer = Type.Object({ transformers: Type.Array(TransformerState) })
export type TransformersAnswer = Static<typeof TransformersAnswer>

/** `GET /transformers/:id`: the last 48 h and, after `now`, the next 24 h as foretold. `t` is the end of each interval. */
export const TransformerAnswer = Type.Object({
  state: TransformerState,
  now: Time,
  t: Type.Array(EpochMs),
  loadPu: Type.Array(Unknown(Type.Number())),
  ambientC: Type.Array(Unknown(Type.Number())),
  topOilC: Type.Array(Unknown(Type.Number())),
  measuredOilC: Type.Array(Unknown(Type.Number())),
  hotSpotC: Type.Array(Unknown(Type.Number())),
  isForecast: Type.Array(Type.Boolean()),
  /** Loss of life of the days that are kept, newest first. */
  days: Type.Array(
    Type.Object({
      day: Type.String(),
      lifeUsedDays: Type.Number(),
      knownHours: Type.Number(),
      maxHotSpotC: Type.Number()
    })
  ),
  /** Whose service an advice can become: customers below it, or the one it belongs to. */
  customers: Type.Array(Type.Object({ customerId: Id, name: Type.String() })),
  /** The relief as a request for a plan, target and window; null where none is needed or none is enough. */
  plan: Type.Optional(Unknown(PlanRequest))
})
export type TransformerAnswer = Static<typeof TransformerAnswer>
