import type { DeviceStatus } from './statusMessage.ts'

/** The part of the ingest log that says when a group of it is durable. */
export interface GroupedLog {
  /** The group being gathered: all written so far becomes durable with it at the latest. */
  readonly group: number
  onDurable(listener: (done: { group: number }) => void): () => void
  onFailure(listener: (error: Error) => void): () => void
}

/** What came in together and is answered together. */
export interface IntakeGroup {
  readonly number: number
  messages: number
  readings: number
  unknownMembers: number
  slowPath: number
  /** Told of once durable. */
  statuses: DeviceStatus[]
  readonly logGroup: number
  /** Something of it is in the log, which says when that is durable. */
  inLog: boolean
  logIsDurable: boolean
  /** Dead letters that are not durable yet. */
  waiting: number
  /** Where somebody wants to know of this group alone. */
  durable: PromiseWithResolvers<void> | null
}

export interface IntakeGroups {
  /** Where the message just taken belongs: ask after it was written to the log. */
  join(): IntakeGroup
  /** The number of the newest group. */
  readonly newest: number
  /** The group is not durable before this is: a dead letter. */
  hold(group: IntakeGroup, durable: Promise<void>): void
  /** The group may be over already, for nothing of it is in the log. */
  touch(): void
  /** From now on nothing becomes durable any more. */
  fail(error: Error): void
  readonly failure: Error | null
  onFailure(listener: (error: Error) => void): () => void
}

/**
 * Follows the groups of the log and the dead letters of their messages, and tells of each group once, in order:
 *
 *   log group      7      7      8      8 …      a group of which nothing is in the log (only dead letters, or
 *   intake group   1 │    2 │    3 │             nothing at all) ends by itself, the others with their log group
 *                    ▼      ▼      ▼
 *              dead letters durable ∧ log group durable ∧ all groups before told
 */
export function followGroups(log: GroupedLog, tell: (group: IntakeGroup) => void): IntakeGroups {
  const failureListeners = new Set<(error: Error) => void>()
  /** Not told yet, oldest first. */
  const open: IntakeGroup[] = []
  let gathering: IntakeGroup | null = null
  let newest = 0
  let failure: Error | null = null
  let touched = false

  function join(): IntakeGroup {
    const logGroup = log.group
    if (gathering !== null && gathering.logGroup === logGroup) return gathering
    const counts = { messages: 0, readings: 0, unknownMembers: 0, slowPath: 0, waiting: 0 }
    gathering = {
      ...{ ...counts, number: ++newest, statuses: [], logGroup },
      ...{ inLog: false, logIsDurable: false, durable: null }
    }
    if (failure === null) open.push(gathering)
    return gathering
  }

  function settle(): void {
    touched = false
    for (let group = open[0]; group !== undefined && isOver(group); group = open[0]) {
      open.shift()
      if (group === gathering) gathering = null
      tell(group)
      group.durable?.resolve()
    }
  }

  function fail(error: Error): void {
    if (failure !== null) return
    failure = error
    for (const { durable } of open.splice(0)) durable?.reject(error)
    for (const listener of failureListeners) listener(error)
  }

  log.onFailure(fail)
  log.onDurable(({ group: logGroup }) => {
    for (const group of open) if (group.logGroup <= logGroup) group.logIsDurable = true
    settle()
  })

  return {
    join,
    hold(group, durable) {
      group.waiting++
      durable.then(() => {
        group.waiting--
        settle()
      }, fail)
    },
    // Not at once: who handed the message over has not noted its group yet.
    touch() {
      if (touched) return
      touched = true
      queueMicrotask(settle)
    },
    fail,
    get newest() {
      return newest
    },
    get failure() {
      return failure
    },
    onFailure(listener) {
      failureListeners.add(listener)
      return () => failureListeners.delete(listener)
    }
  }
}

function isOver({ waiting, inLog, logIsDurable }: IntakeGroup): boolean {
  return waiting === 0 && (!inLog || logIsDurable)
}
