import type { Participant } from '../../contract/events.ts'
import type { LocalTime } from '../../contract/localTime.ts'
import type { Performance } from '../../contract/performance.ts'
import type { CustomerRecord } from '../../contract/record.ts'
import { customerTotals } from '../customerRecord.ts'
import type { RecognitionNeeds } from '../needs.ts'
import type { SeasonReading, Sight } from '../season.ts'
import type { Language, PrintedDocument } from './document.ts'
import { eventReport } from './eventReport.ts'
import { createFormat } from './format.ts'
import { type Pen, type Source, wordsIn } from './parts.ts'
import { recordPaper } from './recordPaper.ts'
import { seasonPaper } from './seasonPaper.ts'

/** A printed document as it goes out. */
export interface Printed {
  fileName: string
  bytes: Uint8Array
}

type IsSeen = (participant: Pick<Participant, 'customerId' | 'meteringPointId'>) => boolean

/** The participants that are seen, and their sums alone. */
export type Cut = (performance: Performance, isSeen: (customerId: string) => boolean) => Performance

/** What is printed; null: there is no such event or customer, or nothing of it is seen. */
export interface Reports {
  /** By its newest kept result; `unmeasured`: there is none yet. */
  event(id: string, language: Language, isSeen: IsSeen, cut: Cut): Promise<Printed | 'unmeasured' | null>
  season(year: number, language: Language, sight: Sight): Promise<Printed>
  /** Of a local calendar year; null: of all. */
  record(customerId: string, year: number | null, language: Language, isSeen: IsSeen): Promise<Printed | null>
}

type ReportNeeds = Pick<RecognitionNeeds, 'events' | 'results' | 'rewards' | 'programmes' | 'print'> & {
  record(customerId: string, presentKw: null, isSeen: IsSeen): Promise<CustomerRecord | null>
  season: SeasonReading
  local: LocalTime
}

export function createReports(needs: ReportNeeds): Reports {
  const { events, results, rewards, local } = needs
  const penFor = (language: Language): Pen => ({
    format: createFormat(language, local),
    words: wordsIn(language)
  })
  const print = async (document: PrintedDocument): Promise<Printed> => ({
    fileName: document.fileName,
    bytes: await needs.print(document)
  })

  async function sourceOf(eventId: string, resultVersion: number): Promise<Source> {
    const kept = (await results.list(eventId)).results.find(one => one.resultVersion === resultVersion)
    if (kept === undefined) throw new Error(`${eventId} has no result ${resultVersion}`)
    return { eventId, ...kept }
  }

  return {
    async event(id, language, isSeen, cut) {
      const event = await events.get(id)
      if (event === null) return null
      const participants = event.participants.filter(isSeen)
      if (participants.length === 0) return null
      const result = await results.get(id)
      if (result === null) return 'unmeasured'
      const seen = new Set(participants.map(({ customerId }) => customerId))
      const programme = (await needs.programmes.list()).find(one => one.id === event.programmeId)
      const owed = await rewards.list({ season: Number(local.date(Date.parse(event.start)).slice(0, 4)) })
      const document = eventReport(
        {
          event: { ...event, participants },
          performance: cut(result, customerId => seen.has(customerId)),
          source: await sourceOf(id, result.resultVersion),
          programme: programme?.name ?? event.programmeId,
          rewards: owed.filter(one => one.eventId === id && seen.has(one.customerId))
        },
        penFor(language)
      )
      return print(document)
    },
    async season(year, language, sight) {
      const { report, sources } = await needs.season(year, sight)
      const kept: Source[] = []
      for (const { eventId, resultVersion } of sources) kept.push(await sourceOf(eventId, resultVersion))
      return print(seasonPaper(report, kept, penFor(language)))
    },
    async record(customerId, year, language, isSeen) {
      const whole = await needs.record(customerId, null, isSeen)
      if (whole === null) return null
      const record = year === null ? whole : ofYear(whole, year, local)
      const kept: Source[] = []
      for (const { eventId, resultVersion } of record.entries) {
        if (resultVersion !== null) kept.push(await sourceOf(eventId, resultVersion))
      }
      return print(recordPaper(record, kept, year, penFor(language)))
    }
  }
}

/** What of a record lies in a local calendar year, with the sums of just that. */
export function ofYear(record: CustomerRecord, year: number, local: LocalTime): CustomerRecord {
  const entries = record.entries.filter(
    ({ start }) => local.date(Date.parse(start)).slice(0, 4) === String(year)
  )
  const from = local.dayStart(`${year}-01-01`)
  const to = local.dayStart(`${year + 1}-01-01`)
  return {
    ...record,
    entries,
    openNotices: record.openNotices.filter(one => entries.some(({ eventId }) => eventId === one.eventId)),
    rewards: record.rewards.filter(({ season }) => season === year),
    enrolments: record.enrolments.filter(
      ({ since, until }) => Date.parse(since) < to && (until === null || Date.parse(until) > from)
    ),
    totals: customerTotals(entries)
  }
}
