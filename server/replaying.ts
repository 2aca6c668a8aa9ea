import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Refusal } from './api/problems.ts'
import type { ReplayCaller, ReplaysNeeds } from './api/replays.ts'
import type { Config } from './config.ts'
import type { Enrolment } from './contract/enrolments.ts'
import { addDays, localTime } from './contract/localTime.ts'
import type { Replay, ReplayLimits, ReplayView } from './contract/replays.ts'
import { fromStore } from './fromStore.ts'
import type { ReadingsThread } from './readingsThread.ts'
import type { Records } from './records/openRecords.ts'
import { commitments, type Register } from './register.ts'
import { asOf, compared } from './replay/comparison.ts'
import { dayFault } from './replay/span.ts'
import { withTried } from './replay/triedLimits.ts'
import { whyNoReadings } from './replayDays.ts'
import { type ReplayThread, startReplayThread } from './replayThread.ts'
import { limitsOf } from './watch.ts'
import type { ReplayProgress, ReplayThreadData } from './workers/replayPort.ts'

/** Each is a thread with a grid of its own. */
const MOST = 4
/** Nobody looked at it for so long: it ends. */
const IDLE_MS = 30 * 60_000
const LOOK_EVERY_MS = 60_000

export interface ReplayingNeeds {
  config: Pick<Config, 'timeZone' | 'rules'>
  durable: {
    readings: Pick<ReadingsThread, 'openReader' | 'store'>
    records: Pick<Records, 'events' | 'deliveries' | 'holidays' | 'forecasts' | 'enrolments' | 'programmes'>
  }
  register: Pick<Register, 'state'>
  onFault(what: string, error: unknown): void
  now(): number
}

/** Past days with clocks of their own. All of them are gone with the process, and nothing is kept of them. */
export type Replaying = ReplaysNeeds & { stop(): Promise<void> }

type StartData = Omit<ReplayThreadData, 'directory' | 'readerPort' | 'recordsPort'>

interface Run {
  replay: Replay
  owner: ReplayCaller
  thread: ReplayThread
  askedAt: number
}

export function createReplaying(needs: ReplayingNeeds): Replaying {
  const { config, durable, register, now, onFault } = needs
  const { readings, records } = durable
  const local = localTime(config.timeZone)
  const runs = new Map<string, Run>()
  let timer: NodeJS.Timeout | null = null
  let isStopped = false

  const isSeen = ({ owner }: Run, who: ReplayCaller) => who.whole || owner.key === who.key

  function runOf(id: string, who: ReplayCaller): Run {
    const run = runs.get(id)
    if (run === undefined || !isSeen(run, who)) throw new Refusal(404, `there is no replay ${id}`)
    run.askedAt = now()
    return run
  }

  function ownRun(id: string, who: ReplayCaller): Run {
    const run = runOf(id, who)
    if (run.owner.id === who.id || who.mayAll) return run
    throw new Refusal(403, `replay ${id} is of ${run.replay.by}: who started it may change it`)
  }

  function tell(id: string, news: Partial<Replay>): void {
    const run = runs.get(id)
    if (run !== undefined) run.replay = { ...run.replay, ...news }
  }

  function threadOf({ thread, replay }: Run): ReplayThread {
    if (replay.state !== 'failed') return thread
    throw new Refusal(409, `replay ${replay.id} has failed: ${replay.trouble}`)
  }

  async function end({ replay, thread }: Run): Promise<void> {
    runs.delete(replay.id)
    await thread.end()
  }

  /** Room for one more: of those that do not run, the one that nobody looked at for the longest time ends. */
  async function makeRoom(): Promise<void> {
    const idle = [...runs.values()]
      .filter(({ replay }) => replay.state !== 'running' && replay.state !== 'preparing')
      .sort((a, b) => a.askedAt - b.askedAt)
    const [oldest] = idle
    if (oldest === undefined)
      throw new Refusal(
        409,
        `${MOST} replays are running: end or pause one of them, or wait until one is done`
      )
    await end(oldest)
  }

  function endIdle(): void {
    for (const run of [...runs.values()])
      if (now() - run.askedAt >= IDLE_MS)
        end(run).catch(error => onFault('an idle replay does not end', error))
    if (runs.size === 0 && timer !== null) {
      clearInterval(timer)
      timer = null
    }
  }

  async function threadData(
    day: string,
    speed: number,
    tried: ReplayLimits
  ): Promise<{ data: StartData; enrolmentsOf: Replay['enrolmentsOf'] }> {
    const outcome = withTried(limitsOf(config.rules), tried)
    if ('fault' in outcome) throw new Refusal(422, outcome.fault)
    const fault = dayFault(day, local.date(now()))
    if (fault !== null) throw new Refusal(422, fault)
    const { nodes, customers } = register.state
    const [from, to] = [local.dayStart(day), local.dayStart(addDays(day, 1))]
    const none = await fromStore(whyNoReadings(readings.store, nodes, { day, from, to, now: now(), local }))
    if (none !== null) throw new Refusal(422, none)
    const ofDay = await records.enrolments.inForceAt(to - 1)
    // Without anybody to call there would be nothing to learn from a plan.
    const enrolments = ofDay.length > 0 ? ofDay : (await records.enrolments.list()).map(since(from))
    const names = new Map(customers.map(({ id, name }) => [id, name]))
    const enrolled = commitments(enrolments).map(one => ({
      ...one,
      name: names.get(one.customerId) ?? one.customerId
    }))
    const { limits } = outcome
    const programmes = await records.programmes.list()
    const data = {
      ...{ day, speed, limits, nodes, customers, enrolments, enrolled, programmes },
      timeZone: config.timeZone
    }
    return { data, enrolmentsOf: ofDay.length > 0 ? 'day' : 'today' }
  }

  return {
    list: who => [...runs.values()].filter(run => isSeen(run, who)).map(({ replay }) => replay),
    async start({ day, speed = 0, limits = {} }, who) {
      const { data, enrolmentsOf } = await threadData(day, speed, limits)
      const directory = await mkdtemp(join(tmpdir(), 'gridload-replay-'))
      try {
        while (runs.size >= MOST) await makeRoom()
        if (isStopped) throw new Refusal(503, 'the server is stopping')
      } catch (error) {
        await rm(directory, { recursive: true })
        throw error
      }
      const from = iso(local.dayStart(day))
      const replay: Replay = {
        ...{ id: `RP-${randomUUID().slice(0, 8)}`, day, state: 'preparing', trouble: null, by: who.name },
        ...{ createdAt: iso(now()), clock: from, from, to: iso(local.dayStart(addDays(day, 1))) },
        ...{ speed, limits, enrolmentsOf, digest: null }
      }
      const thread = startReplayThread({
        ...{ id: replay.id, data: { ...data, directory }, openReader: readings.openReader, records },
        onProgress: progress => tell(replay.id, shown(progress)),
        onGone: trouble => tell(replay.id, { state: 'failed', trouble })
      })
      runs.set(replay.id, { replay, owner: who, thread, askedAt: now() })
      timer ??= setInterval(endIdle, LOOK_EVERY_MS).unref()
      return replay
    },
    async view(id, nodeId, who) {
      const run = runOf(id, who)
      if (run.replay.state === 'failed') return { replay: run.replay, ...emptyView(nodeId) }
      const view = await threadOf(run).ask('view', nodeId)
      run.replay = { ...run.replay, ...shown(await threadOf(run).ask('progress', undefined)) }
      return { replay: run.replay, ...view }
    },
    async change(id, { speed, paused, runTo }, who) {
      const run = ownRun(id, who)
      const { to, clock } = run.replay
      const at = runTo === undefined ? undefined : Date.parse(runTo)
      if (at !== undefined && !(at > Date.parse(clock) && at <= Date.parse(to)))
        throw new Refusal(
          422,
          `runTo must lie after the replay's clock, ${clock}, and not after ${to}: it is ${runTo}`
        )
      const progress = await threadOf(run).ask('change', {
        ...(speed !== undefined && { speed }),
        ...(paused !== undefined && { paused }),
        ...(at !== undefined && { runTo: at })
      })
      run.replay = { ...run.replay, ...shown(progress) }
      return run.replay
    },
    end: (id, who) => end(ownRun(id, who)),
    plan: (id, request, who) => fromStore(threadOf(runOf(id, who)).ask('plan', request)),
    async compare(id, otherId, who, cut) {
      const [run, other] = [runOf(id, who), runOf(otherId, who)]
      if (run.replay.day !== other.replay.day)
        throw new Refusal(
          422,
          `${id} is of ${run.replay.day}, ${otherId} of ${other.replay.day}: compare two replays of one day`
        )
      const here = await threadOf(run).ask('findings', undefined)
      const there = await threadOf(other).ask('findings', undefined)
      const until = Math.min(here.clock, there.clock)
      return {
        ...{ replay: run.replay, other: other.replay, until: iso(until) },
        ...compared(cut(asOf(here.findings, until)), cut(asOf(there.findings, until)))
      }
    },
    nodes: () => register.state.nodes,
    async stop() {
      isStopped = true
      if (timer !== null) clearInterval(timer)
      await Promise.all([...runs.values()].map(end))
    }
  }
}

const iso = (t: number) => new Date(t).toISOString()

const shown = ({ clock, ...progress }: ReplayProgress): Partial<Replay> => ({
  ...progress,
  clock: iso(clock)
})

const emptyView = (nodeId: string): Omit<ReplayView, 'replay'> => ({
  ...{
    nodeId,
    t: [],
    kw: [],
    forecast: null,
    forecastReason: null,
    capacityKw: null,
    findings: [],
    nodes: []
  }
})

/** As if it had been in force from a moment on (epoch ms). */
const since = (from: number) => (enrolment: Enrolment) => ({ ...enrolment, since: iso(from) })
