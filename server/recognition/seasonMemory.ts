import type { LocalTime } from '../contract/localTime.ts'
import type { GridNode } from '../contract/registry.ts'
import { type SeasonNeeds, type SeasonReading, seasonReport, yearOf } from './season.ts'

/** Reports that are remembered: a few years, companies and customers. */
const MAX_REPORTS = 12

interface Remembered {
  /** What it rests on: the events and rewards of the year as they were written, the register as it stood. */
  stamp: string
  nodes: readonly GridNode[]
  made: ReturnType<SeasonReading>
}

/**
 * Seasons for everybody who asks, on a page or on paper: as long as nothing that a report rests on has changed, it is
 * the same, and who asks meanwhile waits for the same work.
 */
export function rememberedSeasons(needs: SeasonNeeds, local: LocalTime): SeasonReading {
  const known = new Map<string, Remembered>()

  async function stampOf(year: number): Promise<string> {
    const { from, to } = yearOf(year, local)
    const rewards = await needs.rewards.list({ season: year })
    const steps = rewards.map(({ id, history }) => `${id} ${history.length}`)
    return `${await needs.calls.stamp(from, to)} ${steps.join()}`
  }

  return async (year, sight) => {
    if (sight.key === undefined) return seasonReport(needs, year, sight, local)
    const name = `${year} ${sight.key}`
    const nodes = needs.nodes()
    const stamp = await stampOf(year)
    const found = known.get(name)
    known.delete(name)
    const isSame = found?.stamp === stamp && found.nodes === nodes
    const remembered = isSame ? found : { stamp, nodes, made: seasonReport(needs, year, sight, local) }
    known.set(name, remembered)
    for (const oldest of known.keys()) if (known.size > MAX_REPORTS) known.delete(oldest)
    try {
      return await remembered.made
    } catch (error) {
      if (known.get(name) === remembered) known.delete(name)
      throw error
    }
  }
}
