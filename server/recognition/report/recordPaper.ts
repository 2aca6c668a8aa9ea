import type { CustomerRecord, RecordEntry } from '../../contract/record.ts'
import { isSettled } from '../customerRecord.ts'
import { tookPart } from '../participation.ts'
import type { PrintedBlock, PrintedDocument, PrintedTable } from './document.ts'
import { capital } from './eventReport.ts'
import { columnsOf, footOf, newestOf, type Pen, proofOf, rewardLine, type Source } from './parts.ts'

/** Bars of the newest events; the table has all. */
const MAX_BARS = 14

/** A customer's curtailment record on paper: of one year, or (null) of all. `record` holds what is to be printed. */
export function recordPaper(
  record: CustomerRecord,
  sources: readonly Source[],
  year: number | null,
  pen: Pen
): PrintedDocument {
  const { format, words } = pen
  const { customer, totals, entries, rewards } = record
  const period = year === null ? words.record.allYears : String(year)
  const createdAt = newestOf(
    [
      ...sources.map(({ computedAt }) => computedAt),
      ...entries.flatMap(({ answer, thanks }) => [answer?.at, thanks?.at]),
      ...rewards.map(({ history }) => history.at(-1)?.at),
      ...record.enrolments.flatMap(({ since, until }) => [since, until])
    ],
    `${year ?? 2000}-01-01T00:00:00.000Z`
  )
  const real = entries.filter(({ isDrill }) => !isDrill)
  const drills = entries.filter(({ isDrill }) => isDrill)
  return {
    language: format.language,
    title: words.record.title(customer.id, year === null ? null : period),
    fileName: `${customer.id}${year === null ? '' : `-${period}`}-${format.language}.pdf`,
    createdAt,
    foot: footOf(words.record.over(customer.id, period), createdAt, pen),
    pageWords: words.page,
    blocks: [
      {
        is: 'masthead',
        over: words.record.over(customer.id, period),
        title: totals.events > 0 ? words.record.headline(customer.name) : customer.name,
        lead:
          totals.events > 0
            ? words.record.lead(format.count(totals.events), format.energyText(totals.deliveredKwh))
            : words.record.leadNone,
        banner: null
      },
      figures(record, pen),
      ...bars(real, pen),
      ...(real.length === 0 ? [] : [heading(words.record.table), entryTable(real, '', pen)]),
      ...(drills.length === 0 ? [] : [entryTable(drills, words.record.drills, pen)]),
      heading(words.record.rewards),
      { is: 'text', text: rewardText(record, pen) },
      ...enrolments(record, pen),
      {
        is: 'signatures',
        caption: words.signatures.caption,
        lines: [words.signatures.customer, words.signatures.company].map(role => ({
          role,
          hint: words.signatures.hint
        }))
      },
      proofOf(sources, pen)
    ]
  }
}

const heading = (text: string): PrintedBlock => ({ is: 'heading', text })

function figures({ totals }: CustomerRecord, { format, words }: Pen): PrintedBlock {
  const { figures } = words.record
  const credit = totals.creditVnd === null ? '' : figures.credit(format.money(totals.creditVnd))
  return {
    is: 'figures',
    figures: [
      {
        label: figures.energy,
        ...format.energy(totals.events === 0 ? null : totals.deliveredKwh),
        note: credit
      },
      { label: figures.ratio, value: format.percent(totals.ratio), unit: '', note: '' },
      {
        label: figures.events,
        value: format.count(totals.events),
        unit: '',
        note: totals.drills === 0 ? '' : figures.drills(format.count(totals.drills))
      },
      { label: figures.thanks, value: format.count(totals.thanks), unit: '', note: '' }
    ]
  }
}

function bars(real: readonly RecordEntry[], { format, words }: Pen): PrintedBlock[] {
  const known = real.filter(({ averageKw }) => averageKw !== null).slice(0, MAX_BARS)
  if (known.length === 0) return []
  const rows = known.toReversed().map(entry => ({
    label: format.window(Date.parse(entry.start), Date.parse(entry.end)),
    value: entry.averageKw,
    text: format.powerText(entry.averageKw),
    mark: entry.requestedKw
  }))
  const read = rows.map(({ label, text }) => `${label}: ${text}`).join('; ')
  return [
    heading(words.record.chart),
    {
      is: 'bars',
      alt: words.record.barsAlt(read),
      rows,
      names: { value: words.record.bars, mark: words.record.mark }
    }
  ]
}

function entryTable(entries: readonly RecordEntry[], caption: string, { format, words }: Pen): PrintedTable {
  const { answers, noAnswer } = words.event
  return {
    is: 'table',
    caption,
    columns: columnsOf(words.record.columns, [86, 119, 44, 37, 38, 36, 33, 38], [0, 1, 2, 7]),
    rows: entries.map(entry => {
      const isCounted = isSettled(entry) && tookPart(entry, entry)
      const state = words.states[entry.state]
      const version = entry.resultVersion === null ? state : `v${entry.resultVersion}`
      return [
        entry.eventId,
        format.window(Date.parse(entry.start), Date.parse(entry.end)),
        entry.answer === null ? noAnswer : answers[entry.answer.answer],
        ...[format.kw(entry.requestedKw), format.kw(entry.averageKw), format.kwh(entry.deliveredKwh)],
        format.percent(entry.ratio),
        isCounted || !isSettled(entry) ? version : `${version}, ${words.record.notCounted}`
      ]
    }),
    total: null
  }
}

function rewardText({ rewards }: CustomerRecord, pen: Pen): string {
  if (rewards.length === 0) return pen.words.record.noReward
  return `${capital(rewards.map(reward => rewardLine(reward, pen)).join('; '))}.`
}

function enrolments({ enrolments }: CustomerRecord, { format, words }: Pen): PrintedBlock[] {
  if (enrolments.length === 0) return []
  const lines = enrolments.map(({ id, meteringPointId, committedKw, since, until }) =>
    words.record.enrolment(
      ...([id, meteringPointId, format.powerText(committedKw), format.date(Date.parse(since))] as const),
      until === null ? null : format.date(Date.parse(until))
    )
  )
  return [heading(words.record.enrolments), { is: 'text', text: `${lines.join('; ')}.` }]
}
