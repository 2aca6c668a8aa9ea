import type { Participant } from '../../contract/events.ts'
import type { DayReader } from '../baseline/engine.ts'
import { type DayLoads, type DaySpan, dayLoads, daySpan, EARLIER_MS } from '../slots/dayLoads.ts'
import type { SlotGrid } from '../slots/slotGrid.ts'
import { type MeterHistory, slotMeans } from '../slots/slots.ts'
import type { Times } from './delivered.ts'

export type ReadHistory = (meterId: string, from: number, to: number) => Promise<MeterHistory>

/** Whose readings settle a participant together. */
export const metersOf = ({ meterId, furtherMeters }: Participant): string[] => [
  meterId,
  ...furtherMeters.map(one => one.meterId)
]

/** The event's own day: the readings of each meter, and their sum by slot; one unknown makes the sum unknown. */
export interface OwnDay {
  meters: MeterHistory[]
  kw: (number | null)[]
}

/** Slots that have not ended by `now` are unknown. */
export async function readOwnDay(
  history: ReadHistory,
  meterIds: readonly string[],
  slots: readonly Times[],
  now: number
): Promise<OwnDay> {
  const ended = slots.filter(slot => slot.end <= now)
  const first = ended[0]
  const last = ended.at(-1)
  if (first === undefined || last === undefined) return { meters: [], kw: [] }
  const meters = await Promise.all(meterIds.map(id => history(id, first.start - EARLIER_MS, last.end)))
  const means = meters.map(readings => slotMeans(readings, ended))
  return {
    meters,
    kw: ended.map((_, i) =>
      means.reduce<number | null>((sum, column) => {
        const kw = column[i] ?? null
        return sum === null || kw === null ? null : sum + kw
      }, 0)
    )
  }
}

/** Gives the days of a site, summed over its meters, as a baseline asks for them; a range is laid out once for all sites. */
export function dayReaders(
  grid: SlotGrid,
  history: ReadHistory,
  now: number
): (meterIds: readonly string[]) => Pick<DayReader, 'load'> {
  const spans = new Map<string, DaySpan>()
  const spanOf = (from: string, to: string) => {
    const span = spans.get(`${from} ${to}`) ?? daySpan(grid, from, to)
    spans.set(`${from} ${to}`, span)
    return span
  }
  return meterIds => ({
    async load({ from, to }) {
      const span = spanOf(from, to)
      const loads = await Promise.all(
        meterIds.map(async id => dayLoads(await history(id, span.readFrom, span.readTo), span, now))
      )
      return summed(loads)
    }
  })
}

function summed(loads: readonly DayLoads[]): DayLoads {
  const [first, ...others] = loads
  if (first === undefined) return { of: () => null }
  if (others.length === 0) return first
  return {
    of(date) {
      const day = first.of(date)
      if (day === null) return null
      const sum = day.slice()
      for (const other of others) {
        const kw = other.of(date)
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? NaN) + (kw?.[i] ?? NaN)
      }
      return sum
    }
  }
}
