import type { GridNode } from '../contract/registry.ts'
import { type ReadingKind, readingKinds } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import type { Limits } from './limits.ts'
import { registeredSources, type SourceFacts, sourceKey, unregisteredClass } from './meterClasses.ts'
import { checkAlone } from './ranges.ts'
import { SourceIndex } from './sourceIndex.ts'
import { SourceStates } from './sourceStates.ts'
import { decodeState, encodeState, type LogPosition } from './stateFile.ts'
import { checkAgainstPast } from './streamChecks.ts'
import { defaultThresholds, limitsFinder, type Thresholds } from './thresholds.ts'

export interface ValidationStatus {
  sources: number
  mostSources: number
  /** Readings of sources for which there was no room: only their values were looked at. */
  unremembered: number
  /** Memory taken by what is remembered. */
  bytes: number
}

/**
 * Validation while readings stream by: looks at each reading alone and at those before it from the same source, in the
 * order of the log, and never changes a value. How readings of different sources lie among each other does not matter.
 */
export interface Validator {
  setRegistry(nodes: readonly GridNode[]): void
  /**
   * Sets bits in `batch.quality`. `receivedAt`: when the batch, or each of its rows, arrived at the ingest log, epoch ms,
   * also when it is read later. Every reading once.
   */
  validate(batch: ReadingBatch, receivedAt: number | Float64Array): void
  /** What is remembered, as of this place in the log: everything before it has been validated, nothing behind it. */
  save(position: LogPosition): Buffer
  /** Takes up what was saved; returns where in the log it stands, or null when it cannot be used and nothing is remembered. */
  load(saved: Buffer): LogPosition | null
  status(): ValidationStatus
}

export interface ValidatorNeeds {
  thresholds?: Thresholds
  /** More sources are only checked value by value. */
  mostSources?: number
}

const DEFAULT_MOST_SOURCES = 200_000
const MOST_PROFILES = 65_535
const FORECAST = readingKinds.indexOf('forecast')

export function createValidator(needs: ValidatorNeeds = {}): Validator {
  const { thresholds = defaultThresholds, mostSources = DEFAULT_MOST_SOURCES } = needs
  const limitsOf = limitsFinder(thresholds)
  const unknown = readingKinds.map(kind => thresholds.classes[unregisteredClass(kind)])
  const profiles = profileTable()
  let index = new SourceIndex(mostSources)
  let states = new SourceStates(mostSources)
  let registry: ReadonlyMap<string, SourceFacts> = new Map()
  let generation = 1
  let unremembered = 0

  /** Asks the registry about a source once for every registry. */
  const learn = (source: number, kind: ReadingKind): void => {
    const id = index.id(source)
    const facts = registry.get(sourceKey(kind, id))
    states.setFacts(source, {
      generation,
      profile: profiles.of(limitsOf(facts?.meterClass ?? unregisteredClass(kind), id)),
      capacity: facts?.capacityKw ?? NaN,
      reportS: facts?.reportIntervalS ?? NaN
    })
  }

  const validateRow = (batch: ReadingBatch, row: number, receivedAt: number): number => {
    const kind = batch.kind[row] ?? 0
    const before = index.count
    const source = kind === FORECAST ? -1 : index.find(batch, row)
    if (source === -1) {
      if (kind !== FORECAST) unremembered++
      const limits = unknown[kind]
      return limits === undefined ? 0 : checkAlone(batch, row, limits, NaN, receivedAt)
    }
    if (source === before) states.reset(source)
    if (states.generation(source) !== generation) learn(source, readingKinds[kind] ?? 'meter')
    const limits = profiles.limits[states.profile(source)] ?? thresholds.classes.unassigned
    return (
      checkAlone(batch, row, limits, states.capacity(source), receivedAt) |
      checkAgainstPast(states, source, batch, row, limits, receivedAt)
    )
  }

  return {
    setRegistry: nodes => {
      registry = registeredSources(nodes)
      generation = generation === 65_535 ? 1 : generation + 1
    },
    validate: (batch, receivedAt) => {
      const { quality, count } = batch
      for (let row = 0; row < count; row++) {
        const at = typeof receivedAt === 'number' ? receivedAt : (receivedAt[row] ?? NaN)
        const bits = validateRow(batch, row, at)
        if (bits !== 0) quality[row] = (quality[row] ?? 0) | bits
      }
    },
    save: position => encodeState(index, states, position),
    load: saved => {
      const position = decodeState(saved, index, states)
      if (position === null) {
        index = new SourceIndex(mostSources)
        states = new SourceStates(mostSources)
      }
      return position
    },
    status: () => ({
      sources: index.count,
      mostSources,
      unremembered,
      bytes: index.bytes + states.bytes(index.count)
    })
  }
}

/** The few different sets of limits, numbered. */
function profileTable(): { limits: readonly Limits[]; of(limits: Limits): number } {
  const rows: Limits[] = []
  const numbers = new Map<Limits, number>()
  return {
    limits: rows,
    of: limits => {
      const number = numbers.get(limits) ?? Math.min(MOST_PROFILES, rows.length)
      if (!numbers.has(limits)) rows[number] = limits
      numbers.set(limits, number)
      return number
    }
  }
}
