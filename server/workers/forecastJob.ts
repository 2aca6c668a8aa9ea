import { type LocalTime, localTime } from '../contract/localTime.ts'
import { HALF_HOUR_MS, lengthOf } from '../forecast/history/history.ts'
import { withoutCurtailment } from '../forecast/history/withoutCurtailment.ts'
import { dayNumber } from '../forecast/load/dayGrid.ts'
import { fitLoad, forecastLoad, type LoadModel } from '../forecast/load/model.ts'
import type { RegularSeries } from '../forecast/load/series.ts'
import type { LoadCalendar } from '../forecast/load/types.ts'
import { issueOf } from '../forecast/run/issue.ts'
import { heatIndexC } from '../forecast/weather/heatIndex.ts'
import { StoreError } from '../readings/store.ts'
import { type NodeLoad, readLoads } from './forecastLoads.ts'
import { type KeptModel, modelFiles } from './forecastModels.ts'
import type { ForecastJob, JobOutcome, NodeOutcome } from './forecastPort.ts'
import { readWeather, type StationWeather } from './forecastWeather.ts'
import type { ReaderMethods } from './readingsPort.ts'

/** Their histories are in memory together: up to a quarter of a megabyte each. */
const NODES_AT_ONCE = 50
/** Written by the main thread in one piece, and waited for the disk once: some milliseconds. */
const OUTCOMES_AT_ONCE = 10
const WEEK_MS = 7 * 86_400_000

export interface JobNeeds {
  reader: Pick<ReaderMethods, 'query' | 'queryLoad'>
  /** Waits while the store has better to do. */
  breathe(): Promise<void>
  /** Resolves when there is room for more. */
  give(batch: NodeOutcome[]): Promise<void>
}

/** One run over some nodes: histories up to date, models fitted where they are due, a forecast of each node. */
export async function runForecastJob(job: ForecastJob, needs: JobNeeds): Promise<JobOutcome> {
  const time = localTime(job.timeZone)
  const calendar: LoadCalendar = { time, holidays: new Set(job.holidays) }
  const outcome: JobOutcome = { fitted: 0, faults: 0, firstFault: null, unwritten: null }
  const onUnwritten = (error: Error): void => {
    outcome.unwritten ??= error.message
  }
  const reading = {
    ...{ reader: needs.reader, breathe: needs.breathe, onUnwritten },
    ...{ directory: job.directory, now: job.issuedAt, isDaily: job.run.isRefit }
  }
  const weatherOf = weatherInTurn(station =>
    readWeather(station, { ...reading, origin: job.run.origin, time })
  )
  const files = modelFiles(job.directory, calendar)
  const work: NodeWork = {
    ...{ job, calendar, files, onUnwritten, outcome },
    room: undefined
  }

  for (let first = 0; first < job.nodes.length; first += NODES_AT_ONCE) {
    let batch: NodeOutcome[] = []
    for (const load of await readLoads(job.nodes.slice(first, first + NODES_AT_ONCE), reading)) {
      const weather = load.node.station === null ? null : await weatherOf(load.node.station)
      batch.push(await forecastNode(load, weather, work))
      if (batch.length < OUTCOMES_AT_ONCE) continue
      await needs.give(batch)
      batch = []
    }
    if (batch.length > 0) await needs.give(batch)
  }
  return outcome
}

/** The nodes come by station: the last one's weather stays. */
function weatherInTurn(read: (station: string) => Promise<StationWeather>) {
  let last: { station: string; weather: StationWeather } | null = null
  return async (station: string): Promise<StationWeather> => {
    if (last?.station !== station) last = { station, weather: await read(station) }
    return last.weather
  }
}

interface NodeWork {
  job: ForecastJob
  calendar: LoadCalendar
  files: ReturnType<typeof modelFiles>
  /** The last model fitted: the next fit takes its room. */
  room: LoadModel | undefined
  onUnwritten(error: Error): void
  outcome: JobOutcome
}

/** A node that fails takes none of the others with it; a store that is away ends the run. */
async function forecastNode(
  load: NodeLoad,
  weather: StationWeather | null,
  work: NodeWork
): Promise<NodeOutcome> {
  try {
    return await foretell(load, weather, work)
  } catch (error) {
    if (error instanceof StoreError) throw error
    const { message } = error as Error
    work.outcome.faults++
    work.outcome.firstFault ??= `${load.node.id}: ${message}`
    return { nodeId: load.node.id, forecast: null, reason: `it could not be computed: ${message}` }
  }
}

async function foretell(
  { node, history }: NodeLoad,
  weather: StationWeather | null,
  work: NodeWork
): Promise<NodeOutcome> {
  const { job, calendar, files, outcome } = work
  const { origin } = job.run
  const none = (reason: string): NodeOutcome => ({ nodeId: node.id, forecast: null, reason })
  if (lengthOf(history) === 0) return none('no load is known yet')
  const load = series(history.startMs, new Float64Array(history.columns[0] ?? []))
  withoutCurtailment(load.values, load.startMs, node.calls)
  const isTrained = weather !== null && !weather.isUnknown
  const temperature = isTrained ? series(weather.startMs, weather.temperature) : null

  const kept = job.run.isRefit || !node.keepsModel ? null : files.read(node.id)
  let model = kept?.model
  if (kept === null || isDue(kept, history.startMs, job)) {
    model = fitLoad({ load, temperature, calendar, knownUntil: origin }, work.room)
    work.room = model
    outcome.fitted++
    if (node.keepsModel) keep(node.id, { model, historyStart: history.startMs }, work)
  }
  if (model === undefined || model.reason !== null) return none(model?.reason ?? 'no load is known yet')
  const until = isTrained ? weather.until : origin + WEEK_MS
  const doubt = weather?.usualErrorK == null ? {} : { temperatureErrorK: weather.usualErrorK }
  const ahead = forecastLoad(model, { load, temperature, origin, until, ...doubt })
  if (ahead === null) return none('nothing can be said')
  const facts = {
    ...{ nodeId: node.id, capacityKw: node.capacityKw, kind: job.run.kind, issuedAt: job.issuedAt },
    ...{
      station: node.station,
      weather,
      highestEverKw: model.highestKw,
      heatIndexC,
      date: calendar.time.date
    },
    ...{ trainedDays: knownDays(load, model.knownUntil, calendar.time), trainedUntil: model.knownUntil }
  }
  return { nodeId: node.id, forecast: issueOf(ahead, facts), reason: null }
}

function keep(id: string, model: KeptModel, { files, onUnwritten }: NodeWork): void {
  try {
    files.write(id, model)
  } catch (error) {
    onUnwritten(error as Error)
  }
}

/** Fitted too long ago, to another history, or to too little: then every run looks whether there is more by now. */
function isDue({ model, historyStart }: KeptModel, startMs: number, { fitSince, run }: ForecastJob): boolean {
  const { knownUntil, reason } = model
  return knownUntil < fitSince || knownUntil > run.origin || historyStart !== startMs || reason !== null
}

/** Local days before a moment of which some load is known. */
function knownDays({ startMs, values }: RegularSeries, until: number, time: LocalTime): number {
  const past = Math.min(values.length, Math.ceil((until - startMs) / HALF_HOUR_MS))
  let [days, last] = [0, Number.NaN]
  for (let i = 0; i < past; i++) {
    if (Number.isNaN(values[i])) continue
    const day = dayNumber(time, startMs + i * HALF_HOUR_MS)
    if (day !== last) days++
    last = day
  }
  return days
}

const series = (startMs: number, values: Float64Array): RegularSeries => ({
  startMs,
  stepMs: HALF_HOUR_MS,
  values
})
