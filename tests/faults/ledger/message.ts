import { drawn, fateOf, meterOf, type Plan, topicOf, tsOf } from './plan.ts'

export interface Message {
  topic: string
  payload: string
}

/** Message number m of a plan, always the same bytes. */
export function messageOf(plan: Plan, message: number): Message {
  const topic = topicOf(plan, message)
  if (plan.arraySize === 1) {
    if (fateOf(plan, message) === 'poison') return poisonMessage(plan, message, topic)
    return { topic, payload: `{${members(plan, message)}}` }
  }
  const items: string[] = []
  const first = message * plan.arraySize
  for (let n = first; n < first + plan.arraySize; n++) {
    const rest = fateOf(plan, n) === 'poison' ? poisonItem(plan, n) : members(plan, n)
    items.push(`{"meter":"${meterOf(plan, n)}",${rest}}`)
  }
  return { topic, payload: `[${items.join()}]` }
}

/** Only what must become a dead letter carries the member `poison`: there its number is looked for. */
function members(plan: Plan, n: number): string {
  const mark = fateOf(plan, n) === 'future' ? `"poison":${n},` : ''
  const more = plan.isWide
    ? `,"kvar":${n}.1234567890123,"v":229.${123_456_789_012 + n},"pf":0.987654321012345,"kwh":${n}.25,"q":0`
    : ''
  return `${mark}"ts":${tsOf(plan, n)},"kw":${n}${more}`
}

/** Poison that spoils one item and leaves the array readable. */
const poisonItems: readonly ((ts: number) => string)[] = [
  () => '"kw":0.5',
  () => '"ts":"2026-02-30T10:00:00Z","kw":0.5',
  () => '"ts":"yesterday","kw":0.5',
  () => '"ts":946684799000,"kw":0.5',
  ts => `"ts":${ts},"kw":"0.5"`,
  ts => `"ts":${ts}`,
  ts => `"ts":${ts},"kw":0.5,"interval":-1`
]

function poisonItem(plan: Plan, n: number): string {
  return `"poison":${n},${pick(poisonItems, plan, n)(tsOf(plan, n))}`
}

/** Poison that spoils a whole message: topic ends, payload from its item. */
const poisonMessages: readonly ((topic: string, item: string) => Message)[] = [
  (topic, item) => ({ topic, payload: `{${item}}` }),
  (topic, item) => ({ topic, payload: `{${item}` }),
  (topic, item) => ({ topic, payload: `{${item},"kw":NaN}` }),
  (topic, item) => ({ topic, payload: `{${item},"v":1e999}` }),
  (topic, item) => ({ topic, payload: `{${item}} trailing` }),
  (topic, item) => ({ topic, payload: `"${item.replaceAll('"', "'")}` }),
  (_topic, item) => ({ topic: 'gridload/v1/meter/no such id!/reading', payload: `{${item},"kw":0.5}` }),
  (_topic, item) => ({ topic: `gridload/v1/meter/${'x'.repeat(65)}/reading`, payload: `{${item}}` })
]

function poisonMessage(plan: Plan, n: number, topic: string): Message {
  return pick(poisonMessages, { ...plan, seed: plan.seed + 7 }, n)(topic, poisonItem(plan, n))
}

function pick<T>(list: readonly T[], plan: Plan, n: number): T {
  const found = list[Math.floor(drawn(plan.seed + 3, n) * list.length)]
  if (found === undefined) throw new RangeError('nothing to pick from')
  return found
}

/** Finds the numbers of a ledger's readings in the bytes of dead letters, however these are framed. */
export const LETTER_MARK = /["'](?:poison|kw)["']:(\d+)(?=[,}\s\]])/g
