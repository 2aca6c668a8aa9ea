import type {
  EligibilityReport,
  EligibilityRequest,
  Enrolment,
  EnrolmentContract,
  Holidays,
  NewEnrolment,
  NewHoliday
} from '../../server/contract/enrolments.ts'
import type { AnswerList, CurtailmentEvent, EventChange } from '../../server/contract/events.ts'
import type {
  BaselineComparison,
  LivePerformance,
  Performance,
  Recomputation,
  ResultList
} from '../../server/contract/performance.ts'
import type { NewProgramme, Programme } from '../../server/contract/programmes.ts'
import type {
  Forgotten,
  NewReward,
  Reward,
  RewardChange,
  ThankedMany,
  ThankMany
} from '../../server/contract/rewards.ts'
import type { SeasonReport } from '../../server/contract/season.ts'
import type { Language } from './format.ts'
import { get, id, patch, post, query, remove } from './requests.ts'

const event = (one: string, rest: string) => `/curtailment-events/${id(one)}/${rest}`

/** The server's routes of the programme: what an event comes to, contracts, thanks, seasons. */
export const programmeApi = {
  live: (one: string, signal: AbortSignal) => get<LivePerformance>(event(one, 'live'), signal),
  change: (one: string, body: EventChange) => post<CurtailmentEvent>(event(one, 'change'), body),
  answers: (one: string, signal: AbortSignal) => get<AnswerList>(event(one, 'answers'), signal),
  results: (one: string, signal: AbortSignal) => get<ResultList>(event(one, 'results'), signal),
  result: (one: string, version: number, signal: AbortSignal) =>
    get<Performance>(event(one, `performance?${query({ version })}`), signal),
  recompute: (one: string, version: number) =>
    get<Recomputation>(event(one, `recomputation?${query({ version })}`)),
  methods: (one: string, customer: string, signal: AbortSignal) =>
    get<BaselineComparison>(event(one, `participants/${id(customer)}/baselines`), signal),

  makeProgramme: (body: NewProgramme) => post<Programme>('/programmes', body),
  changeProgramme: (one: string, body: Partial<Omit<Programme, 'id'>>) =>
    patch<Programme>(`/programmes/${id(one)}`, body),
  holidays: (year: number, signal: AbortSignal) => get<Holidays>(`/holidays?${query({ year })}`, signal),
  enterHoliday: (body: NewHoliday) => post<Holidays>('/holidays', body),
  removeHoliday: (date: string) => remove<null>(`/holidays/${id(date)}`),
  enrolments: (signal: AbortSignal) => get<{ enrolments: Enrolment[] }>('/enrolments', signal),
  enrolment: (one: string, signal: AbortSignal) => get<Enrolment>(`/enrolments/${id(one)}`, signal),
  enrol: (body: NewEnrolment) => post<Enrolment>('/enrolments', body),
  changeEnrolment: (
    one: string,
    body: { committedKw?: number; contract?: Partial<EnrolmentContract>; ended?: true }
  ) => patch<Enrolment>(`/enrolments/${id(one)}`, body),
  eligibility: (body: EligibilityRequest) => post<EligibilityReport>('/enrolments/eligibility', body),

  thankMany: (body: ThankMany) => post<ThankedMany>('/thanks', body),
  forgotten: (signal: AbortSignal) => get<Forgotten>('/thanks/forgotten', signal),
  rewards: (filter: { customer: string | null; state: string | null }, signal: AbortSignal) =>
    get<{ rewards: Reward[] }>(`/rewards?${query(filter)}`, signal),
  offerReward: (body: NewReward) => post<Reward>('/rewards', body),
  changeReward: (one: string, body: RewardChange) => patch<Reward>(`/rewards/${id(one)}`, body),
  season: (year: number, signal: AbortSignal) => get<SeasonReport>(`/seasons/${year}/report`, signal)
}

/** What a browser fetches by itself: files. */
export const files = {
  settlement: (one: string, intervals: boolean) =>
    `/api${event(one, `settlement.csv${intervals ? '?intervals=true' : ''}`)}`,
  settlementChecksum: (one: string) => `/api${event(one, 'settlement.csv.sha256')}`,
  eventReport: (one: string, language: Language) => `/api${event(one, `report.pdf?${query({ language })}`)}`,
  seasonReport: (year: number, language: Language) =>
    `/api/seasons/${year}/report.pdf?${query({ language })}`,
  record: (customer: string, year: number, language: Language) =>
    `/api/customers/${id(customer)}/record.pdf?${query({ year, language })}`
}
