/**
 * A thread that replays one past day and ends with it: a grid, rules and a clock of its own. It reads the store and asks
 * the main thread; it has no way to write anything.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { localTime } from '../contract/localTime.ts'
import { buildTopology } from '../grid/topology.ts'
import { answerCalls, createCaller } from './calls.ts'
import { giveWay } from './giveWay.ts'
import { replayScene } from './replayCourse.ts'
import { createReplayForesight } from './replayForesight.ts'
import type { ReplayEvent, ReplayMethods, ReplayQuestions, ReplayThreadData } from './replayPort.ts'
import { createReplayReadings } from './replayReadings.ts'
import { createReplayRun } from './replayRun.ts'
import { replayView } from './replayView.ts'
import { storeReader } from './storeReader.ts'

const port = parentPort
if (port === null) throw new Error('this file runs as a worker thread')
const data = workerData as ReplayThreadData
const tell = (event: ReplayEvent): void => port.postMessage(event)
giveWay()

const local = localTime(data.timeZone)
const questions = createCaller<ReplayQuestions>(data.recordsPort)
let reader = storeReader(data.readerPort)

const { byId } = buildTopology(data.nodes)
const foresight = createReplayForesight({
  ...data,
  local,
  stationOf: id => byId.get(id)?.weatherId ?? null,
  reads: () => reader,
  newest: (nodeIds, issuedBy) => questions.call('newestForecasts', { nodeIds, issuedBy }),
  issued: (nodeIds, from, to) => questions.call('issuedForecasts', { nodeIds, from, to }),
  daysOff: (from, to) => questions.call('daysOff', { from, to }),
  async calls(by) {
    const events = await questions.call('events', undefined)
    const deliveries = await questions.call('deliveries', { from: 0, to: by })
    const { callsByNode } = await import('./replayCalls.ts')
    return callsByNode(data.nodes, events, deliveries, by)
  }
})
const scene = replayScene({ ...data, local, forecasts: foresight.ahead, transformers: () => [] })
const { course, span, arrivals, groups } = scene
const readings = createReplayReadings({
  ...{ groups, arrivals, span },
  reads: () => reader,
  onBroken: () => tell({ event: 'reader-wanted' })
})
const run = createReplayRun({
  ...{ course, span, readings, speed: data.speed },
  isForesightDue: clock => clock >= span.from && foresight.isDue(clock),
  foresee: async clock => course.issued(await foresight.at(clock)),
  wallMs: () => performance.now(),
  tell: progress => tell({ event: 'progress', progress })
})

/** Code and memory that only who asks for a plan pays for. */
let planning: Promise<typeof import('./replayPlanning.ts')> | null = null
let planner: ReturnType<typeof import('./replayPlanning.ts')['createReplayPlanning']> | null = null

const methods: ReplayMethods = {
  acceptReader(next) {
    reader.close()
    reader = storeReader(next)
  },
  change: run.change,
  progress: run.progress,
  view: nodeId => replayView({ ...scene, foresight }, nodeId),
  findings: () => ({ clock: Math.max(course.clock, span.from), findings: course.findings() }),
  async plan(request) {
    planning ??= import('./replayPlanning.ts')
    const { createReplayPlanning } = await planning
    planner ??= createReplayPlanning({
      ...data,
      grid: scene.grid,
      clock: () => Math.max(course.clock, span.from),
      reads: () => reader,
      questions
    })
    const { plan } = planner
    return run.held(() => plan(request))
  }
}
answerCalls(port, methods)
void run.run()
