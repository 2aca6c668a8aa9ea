import type { SeasonReport, SeasonSums } from '../../contract/season.ts'
import type { PrintedBlock, PrintedDocument } from './document.ts'
import { columnsOf, footOf, type Pen, proofOf, type Source } from './parts.ts'

/** Those that reduced most; all of them are in the report's own data. */
const MAX_CUSTOMERS = 60

/** A season over the power corporations, on paper. */
export function seasonPaper(report: SeasonReport, sources: readonly Source[], pen: Pen): PrintedDocument {
  const { format, words } = pen
  const { season } = words
  const { total } = report
  const year = String(report.year)
  return {
    language: format.language,
    title: season.title(year),
    fileName: `season-${year}-${format.language}.pdf`,
    createdAt: report.computedAt,
    foot: footOf(season.title(year), report.computedAt, pen),
    pageWords: words.page,
    blocks: [
      {
        is: 'masthead',
        over: season.over(format.day(report.from), format.day(report.to)),
        title:
          total.deliveredKwh === null ? season.none : season.headline(format.energyText(total.deliveredKwh)),
        lead:
          total.events === 0
            ? season.leadNone
            : season.lead(format.count(total.customers), format.count(total.events)),
        banner: null
      },
      figures(total, pen),
      { is: 'heading', text: season.companies },
      companyBars(report, pen),
      companyTable(report, pen),
      { is: 'heading', text: season.answers },
      answerTable(report, pen),
      { is: 'heading', text: season.how },
      { is: 'text', text: notes(report, pen) },
      ...(report.customers.length === 0 ? [] : customerTable(report, pen)),
      proofOf(sources, pen)
    ]
  }
}

function figures(total: SeasonSums, { format, words }: Pen): PrintedBlock {
  const { figures } = words.season
  const at = total.coincidentAt === null ? '' : format.moment(Date.parse(total.coincidentAt))
  const calls = figures.calls(format.count(total.calls), format.count(total.measured))
  return {
    is: 'figures',
    figures: [
      { label: figures.energy, ...format.energy(total.deliveredKwh), note: '' },
      { label: figures.coincident, ...format.power(total.coincidentKw), note: at },
      { label: figures.ratio, value: format.percent(total.ratio), unit: '', note: '' },
      { label: figures.events, value: format.count(total.events), unit: '', note: calls }
    ]
  }
}

function companyBars({ companies }: SeasonReport, { format, words }: Pen): PrintedBlock {
  const rows = companies.map(({ name, sums }) => ({
    label: name === '' ? words.season.noCompany : name,
    value: sums.deliveredKwh,
    text: format.energyText(sums.deliveredKwh),
    mark: null
  }))
  const read = rows.map(({ label, text }) => `${label} ${text}`).join('; ')
  return {
    is: 'bars',
    alt: words.season.barsAlt(read),
    rows,
    names: { value: words.season.bars, mark: null }
  }
}

function companyTable({ companies, total }: SeasonReport, { format, words }: Pen): PrintedBlock {
  const mega = (value: number | null) => format.number(value === null ? null : value / 1000, 1)
  const row = (name: string, sums: SeasonSums) => [
    ...[name, format.count(sums.events), format.count(sums.customers), format.count(sums.calls)],
    ...[mega(sums.requestedKwh), mega(sums.deliveredKwh), format.percent(sums.ratio)],
    ...[mega(sums.coincidentKw), format.count(sums.thanked)]
  ]
  return {
    is: 'table',
    caption: '',
    columns: columnsOf(words.season.columns, [2.4, 0.9, 1.1, 1, 1.2, 1.2, 0.9, 1.4, 0.9], [0]),
    rows: companies.map(({ name, sums }) => row(name === '' ? words.season.noCompany : name, sums)),
    total: row(words.season.total, total)
  }
}

function answerTable({ companies, total }: SeasonReport, { format, words }: Pen): PrintedBlock {
  const row = (name: string, { accepted, declined, optedOut, unanswered, rewards }: SeasonSums) => [
    name,
    ...[accepted, declined, optedOut, unanswered].map(format.count),
    ...[rewards.offered, rewards.booked, rewards.done, rewards.declined].map(format.count)
  ]
  return {
    is: 'table',
    caption: '',
    columns: columnsOf(words.season.answerColumns, [2.4, 1, 1, 1, 1, 1, 1, 1, 1], [0]),
    rows: companies.map(({ name, sums }) => row(name === '' ? words.season.noCompany : name, sums)),
    total: row(words.season.total, total)
  }
}

function notes({ total, drills, open }: SeasonReport, { format, words }: Pen): string {
  const { season } = words
  const { events, calls, answered } = drills
  return [
    season.method,
    ...(total.creditVnd === null ? [] : [season.credit(format.money(total.creditVnd))]),
    season.drills(format.count(events), format.count(calls), format.count(answered)),
    ...(open === 0 ? [] : [season.open(format.count(open))])
  ].join(' ')
}

function customerTable({ companies, customers }: SeasonReport, { format, words }: Pen): PrintedBlock[] {
  const { season } = words
  const nameOf = new Map(companies.map(({ companyId, name }) => [companyId, name]))
  const shown = customers.slice(0, MAX_CUSTOMERS)
  const isCut = customers.length > shown.length
  return [
    { is: 'heading', text: season.customers },
    {
      is: 'table',
      caption: isCut ? season.more(format.count(shown.length), format.count(customers.length)) : '',
      columns: columnsOf(season.customerColumns, [3, 2.2, 0.9, 1.5, 0.9, 1], [0, 1]),
      rows: shown.map(one => [
        one.name,
        nameOf.get(one.companyId) || season.noCompany,
        ...[format.count(one.events), format.kwh(one.deliveredKwh), format.percent(one.ratio)],
        format.count(one.thanked)
      ]),
      total: null
    }
  ]
}
