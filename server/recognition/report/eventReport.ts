import { type CurtailmentEvent, type Participant, reasonOf } from '../../contract/events.ts'
import type { ParticipantPerformance, Performance } from '../../contract/performance.ts'
import type { Reward } from '../../contract/rewards.ts'
import { tookPart } from '../participation.ts'
import { curveOf } from './axes.ts'
import type { PrintedBlock, PrintedDocument } from './document.ts'
import { methodCounts, methodFacts } from './method.ts'
import { columnsOf, footOf, newestOf, type Pen, proofOf, rewardLine, type Source } from './parts.ts'

/** More rows are for the export, not for paper. */
const MAX_ROWS = 600

export interface EventReportParts {
  /** With the participants that the reader sees. */
  event: CurtailmentEvent
  /** Of those alone, with their sums. */
  performance: Performance
  source: Source
  programme: string
  rewards: readonly Reward[]
}

/** What an event came to: of one customer with everything it is measured by, of many with a row each. */
export function eventReport(parts: EventReportParts, pen: Pen): PrintedDocument {
  const { event, performance, source } = parts
  const { format, words } = pen
  const thanked = event.participants.flatMap(({ thanks }) => thanks?.at ?? [])
  const changed = parts.rewards.flatMap(({ history }) => history.at(-1)?.at ?? [])
  const createdAt = newestOf([performance.computedAt, ...thanked, ...changed], performance.computedAt)
  const [only] = performance.participants
  const own = event.participants.find(one => one.customerId === only?.customerId)
  const isOne = performance.participants.length === 1 && only !== undefined && own !== undefined
  return {
    language: format.language,
    title: words.event.title(event.id),
    fileName: `${event.id}-${format.language}.pdf`,
    createdAt,
    foot: footOf(`${event.id} · v${source.resultVersion}`, createdAt, pen),
    pageWords: words.page,
    blocks: [
      masthead(parts, isOne ? only : null, pen),
      ...(isOne ? ofOne(parts, only, own, pen) : ofMany(parts, pen)),
      { is: 'heading', text: words.event.owed },
      ...owed(parts, pen),
      signatures(isOne, pen),
      proofOf([source], pen)
    ]
  }
}

/** The thanks, or plainly what there is, where nobody took part or nothing could be measured. */
function masthead(
  { event, performance, source, programme }: EventReportParts,
  only: ParticipantPerformance | null,
  { format, words }: Pen
): PrintedBlock {
  const { participants } = event
  const measured = new Map(performance.participants.map(one => [one.customerId, one]))
  const some = participants.filter(one => tookPart(one, measured.get(one.customerId)))
  const { averageKw } = only ?? performance.total
  const window = format.window(Date.parse(performance.start), Date.parse(performance.end))
  const place = event.nodeName
  const isThanked = some.length > 0 && !event.isDrill
  const thanks =
    only === null
      ? words.event.thanksAll(format.count(some.length))
      : words.event.thanksOne(only.customerName)
  const lead =
    averageKw === null
      ? words.event.unmeasured(window, place)
      : averageKw > 0 && isThanked
        ? words.event.delivered(format.powerText(averageKw), window, place)
        : words.event.noDelivery(window, place)
  return {
    is: 'masthead',
    over: words.event.over(event.id, programme),
    title: isThanked ? thanks : words.event.plain(place),
    lead,
    banner: event.isDrill ? words.drill : source.kind === 'provisional' ? words.provisional : null
  }
}

function ofOne(
  { event, performance }: EventReportParts,
  only: ParticipantPerformance,
  own: Participant,
  pen: Pen
): PrintedBlock[] {
  const { format, words } = pen
  const part = { from: Date.parse(own.start), to: Date.parse(own.end) }
  const { facts, figures } = words.event
  const uncertainty =
    only.uncertaintyKw === null ? '' : figures.uncertainty(format.powerText(only.uncertaintyKw))
  const rows = performance.t.flatMap((at, i) =>
    at >= part.from && at < part.to
      ? [
          [
            format.time(at),
            format.kw(only.baselineKw[i] ?? null),
            format.kw(only.meteredKw[i] ?? null),
            format.kw(only.deliveredKw[i] ?? null)
          ]
        ]
      : []
  )
  return [
    {
      is: 'figures',
      figures: [
        { label: figures.average, ...format.power(only.averageKw), note: uncertainty },
        { label: figures.energy, ...format.energy(only.deliveredKwh), note: '' },
        {
          label: figures.ratio,
          ...{ value: format.percent(only.ratio), unit: '' },
          note: figures.asked(format.powerText(only.requestedKw))
        },
        { label: figures.sustained, ...format.power(only.sustainedKw), note: '' }
      ]
    },
    { is: 'heading', text: words.event.chart },
    curveOf(performance, only, part, format, words),
    {
      is: 'table',
      caption: words.event.slots,
      columns: columnsOf(words.event.slotColumns, [1, 1, 1, 1], [0]),
      rows,
      total: null
    },
    { is: 'heading', text: words.event.how },
    {
      is: 'facts',
      rows: [...common(event, performance, pen), ...methodFacts(own, only, pen)].filter(
        ({ label }) => label !== facts.place
      )
    }
  ]
}

function ofMany({ event, performance }: EventReportParts, pen: Pen): PrintedBlock[] {
  const { format, words } = pen
  const { total, participants } = performance
  const { figures, facts } = words.event
  const span = { from: Date.parse(performance.start), to: Date.parse(performance.end) }
  const partOf = new Map(event.participants.map(one => [one.customerId, one]))
  const ranked = participants.toSorted(
    (a, b) => (b.deliveredKwh ?? -Infinity) - (a.deliveredKwh ?? -Infinity)
  )
  const rows = ranked.slice(0, MAX_ROWS).map(one => {
    const part = partOf.get(one.customerId) ?? performance
    return [
      one.customerName,
      `${format.time(Date.parse(part.start))} – ${format.time(Date.parse(part.end))}`,
      format.kw(one.requestedKw),
      format.kw(one.averageKw),
      format.kwh(one.deliveredKwh),
      format.percent(one.ratio)
    ]
  })
  const measured = participants.filter(({ deliveredKwh }) => deliveredKwh !== null).length
  const uncertainty =
    total.uncertaintyKw === null ? '' : figures.uncertainty(format.powerText(total.uncertaintyKw))
  const all = format.count(participants.length)
  return [
    {
      is: 'figures',
      figures: [
        {
          label: figures.average,
          ...format.power(total.averageKw),
          note: total.isDistinguishable === false ? figures.chance : uncertainty
        },
        { label: figures.energy, ...format.energy(total.deliveredKwh), note: '' },
        {
          label: figures.ratio,
          ...{ value: format.percent(total.ratio), unit: '' },
          note: figures.asked(format.powerText(total.requestedKw))
        },
        {
          label: figures.customers,
          ...{ value: all, unit: '' },
          note: figures.measured(format.count(measured))
        }
      ]
    },
    { is: 'heading', text: words.event.chart },
    curveOf(performance, total, span, format, words),
    { is: 'heading', text: words.event.how },
    {
      is: 'facts',
      rows: [
        ...common(event, performance, pen),
        { label: facts.method, value: methodCounts(participants, pen) }
      ]
    },
    { is: 'heading', text: words.event.table },
    {
      is: 'table',
      caption: participants.length > MAX_ROWS ? words.event.more(format.count(MAX_ROWS), all) : '',
      columns: columnsOf(words.event.columns, [3.4, 1.5, 1.2, 1.3, 1.4, 0.9], [0, 1]),
      rows,
      total: [
        ...[words.event.total, '', format.kw(total.requestedKw), format.kw(total.averageKw)],
        ...[format.kwh(total.deliveredKwh), format.percent(total.ratio)]
      ]
    }
  ]
}

function common(event: CurtailmentEvent, performance: Performance, { format, words }: Pen) {
  const { facts } = words.event
  const start = Date.parse(performance.start)
  return [
    {
      label: facts.window,
      value: `${format.window(start, Date.parse(performance.end))} (${format.zone(start)})`
    },
    { label: facts.place, value: event.nodeName },
    { label: facts.reason, value: `${reasonOf(event)} ${words.voluntary}` },
    { label: facts.interval, value: format.minutes(performance.intervalMinutes * 60_000) }
  ]
}

function owed({ event, rewards }: EventReportParts, pen: Pen): PrintedBlock[] {
  const { format, words } = pen
  const thanked = event.participants.filter(({ thanks }) => thanks !== null)
  const [only] = event.participants
  const thanks = only?.thanks ?? null
  const said =
    event.participants.length === 1 && thanks !== null
      ? words.event.thankedOne(thanks.by, format.date(Date.parse(thanks.at)), thanks.note)
      : words.event.thanked(format.count(thanked.length), format.count(event.participants.length))
  const few = rewards.length <= 6 && event.participants.length === 1
  const counted = Map.groupBy(rewards, ({ kind, state }) => `${kind} ${state}`)
  const lines = few
    ? rewards.map(reward => rewardLine(reward, pen))
    : [...counted.values()].flatMap(([first, ...others]) =>
        first === undefined
          ? []
          : words.event.rewardCount(
              words.rewardKinds[first.kind],
              words.rewardStates[first.state],
              format.count(others.length + 1)
            )
      )
  const text = lines.length === 0 ? words.event.noReward : `${lines.join('; ')}.`
  return [
    { is: 'text', text: said },
    { is: 'text', text: capital(text) }
  ]
}

function signatures(isOne: boolean, { words }: Pen): PrintedBlock {
  const { caption, company, customer, operator, hint } = words.signatures
  const roles = isOne ? [customer, company] : [operator, company]
  return { is: 'signatures', caption, lines: roles.map(role => ({ role, hint })) }
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
