import { readingFields } from '../../server/contract/telemetry.ts'

export const replayKinds = ['meter', 'transformer', 'weather'] as const
export type ReplayKind = (typeof replayKinds)[number]

/** A reading is worth nothing without one of these. */
export const requiredMembers: Readonly<Record<ReplayKind, readonly string[]>> = {
  meter: ['kw'],
  transformer: ['kw', 'kva'],
  weather: ['temp_c']
}

/** One `--map`: a member of a reading from one or more columns. */
export interface Mapping {
  /** As written, for messages. */
  text: string
  /** null: every kind that has the member. */
  kind: ReplayKind | null
  member: string
  /** A column's name, or products of columns added up. */
  columns: string
  /** From the cells' value to the member's. */
  convert: (value: number) => number
}

const SPEC = /^(?:(\w+)\.)?(\w+)=(.+?)((?::(?:from|scale|offset)=[^:]*)*)$/

/** Throws in words that name the option. `intervalS` is needed for energies. */
export function parseMapping(text: string, intervalS: number | null): Mapping {
  const match = SPEC.exec(text)
  const [, kindText, member = '', columns = '', settings = ''] = match ?? []
  if (match === null) throw new Error(`--map ${text}: write MEMBER=COLUMN[:from=UNIT][:scale=N][:offset=N]`)
  const kind = replayKinds.find(known => known === kindText) ?? null
  if (kindText !== undefined && kind === null)
    throw new Error(`--map ${text}: ${kindText} is none of ${replayKinds.join(', ')}`)
  if (!replayKinds.some(known => hasMember(known, member))) {
    throw new Error(`--map ${text}: no reading has a member ${member}`)
  }
  let convert = (value: number) => value
  let scale = 1
  let offset = 0
  for (const [name, value] of settings
    .split(':')
    .slice(1)
    .map(part => part.split('='))) {
    if (name === 'from') convert = conversion(text, value ?? '', intervalS)
    else if (name === 'scale') scale = number(text, value)
    else offset = number(text, value)
  }
  const base = convert
  return { text, kind, member, columns, convert: value => base(value) * scale + offset }
}

/** Whether a mapping is for this kind. */
export function mapsTo(mapping: Mapping, kind: ReplayKind): boolean {
  return mapping.kind === null ? hasMember(kind, mapping.member) : mapping.kind === kind
}

function hasMember(kind: ReplayKind, member: string): boolean {
  return (readingFields[kind] as readonly string[]).includes(member)
}

function conversion(text: string, unit: string, intervalS: number | null): (value: number) => number {
  const perHour = () => {
    if (intervalS === null) throw new Error(`--map ${text}: an energy needs --interval`)
    return 3600 / intervalS
  }
  const factors: Record<string, () => number> = {
    W: () => 0.001,
    kW: () => 1,
    MW: () => 1000,
    Wh: () => perHour() / 1000,
    kWh: perHour,
    MWh: () => perHour() * 1000,
    varh: () => perHour() / 1000,
    kvarh: perHour
  }
  if (unit === 'F') return fahrenheit => ((fahrenheit - 32) * 5) / 9
  const factor = factors[unit]?.()
  if (factor === undefined) {
    throw new Error(`--map ${text}: from=${unit} is none of ${Object.keys(factors).join(', ')}, F`)
  }
  return value => value * factor
}

function number(text: string, value: string | undefined): number {
  const parsed = value === undefined || value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(parsed)) throw new Error(`--map ${text}: ${value} is not a number`)
  return parsed
}
