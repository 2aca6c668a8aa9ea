import type { EnrolmentContract } from '../../server/contract/enrolments.ts'

/** A line of a form that cannot be read. */
export class BadLine extends Error {
  readonly line: string
  constructor(line: string) {
    super(line)
    this.line = line
  }
}

const lines = (text: string) =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')

/** The members of a line, separated by semicolons; `count` of them, the last takes what is left. */
function members(line: string, count: number): string[] {
  const parts = line.split(';').map(part => part.trim())
  const found = [...parts.slice(0, count - 1), parts.slice(count - 1).join('; ')]
  if (parts.length < count || found.some(part => part === '')) throw new BadLine(line)
  return found
}

function number(text: string, line: string): number {
  const value = Number(text.replace(',', '.'))
  if (!Number.isFinite(value) || value < 0) throw new BadLine(line)
  return value
}

/** `1-5` or `1,3,5` or both: weekdays 1 Monday … 7 Sunday. */
export function parseWeekdays(text: string): number[] {
  const days = text.split(',').flatMap(part => {
    const [, first, last = first] = /^\s*([1-7])\s*(?:-\s*([1-7]))?\s*$/.exec(part) ?? []
    if (first === undefined || last === undefined || last < first) throw new BadLine(text)
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i)
  })
  return [...new Set(days)].sort((a, b) => a - b)
}

/** As short as it can be said: 1-5, or 1,3,5-7. */
export function weekdaysText(days: readonly number[]): string {
  const runs: [number, number][] = []
  for (const day of [...days].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run && run[1] === day - 1) run[1] = day
    else runs.push([day, day])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
}

export const parseAvailability = (text: string): EnrolmentContract['availability'] =>
  lines(text).map(line => {
    const [days = '', from = '', to = ''] = members(line, 3)
    if (![from, to].every(time => /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(time))) throw new BadLine(line)
    return { weekdays: parseWeekdays(days), from, to }
  })
export const availabilityText = (list: EnrolmentContract['availability']): string =>
  list.map(({ weekdays, from, to }) => `${weekdaysText(weekdays)}; ${from}; ${to}`).join('\n')

export const parseBlackouts = (text: string): EnrolmentContract['blackouts'] =>
  lines(text).map(line => {
    const [from = '', to = '', reason = ''] = members(line, 3)
    if (![from, to].every(day => /^\d{4}-\d{2}-\d{2}$/.test(day)) || to < from) throw new BadLine(line)
    return { from, to, reason }
  })
export const blackoutsText = (list: EnrolmentContract['blackouts']): string =>
  list.map(({ from, to, reason }) => `${from}; ${to}; ${reason}`).join('\n')

export const parseNeverCurtail = (text: string): EnrolmentContract['neverCurtail'] =>
  lines(text).map(line => {
    const [name = '', kw = ''] = members(line, 2)
    return { name, kw: number(kw, line) }
  })
export const neverCurtailText = (list: EnrolmentContract['neverCurtail']): string =>
  list.map(({ name, kw }) => `${name}; ${kw}`).join('\n')

type Contact = EnrolmentContract['contacts'][number]
const channels: readonly Contact['channel'][] = ['app', 'phone', 'sms', 'email', 'zalo']

export const parseContacts = (text: string): EnrolmentContract['contacts'] =>
  lines(text).map(line => {
    const [name = '', role = '', said = '', address = ''] = members(line, 4)
    const channel = channels.find(one => one === said.toLowerCase())
    if (channel === undefined) throw new BadLine(line)
    return { name, role, channel, address }
  })
export const contactsText = (list: EnrolmentContract['contacts']): string =>
  list.map(({ name, role, channel, address }) => `${name}; ${role}; ${channel}; ${address}`).join('\n')
