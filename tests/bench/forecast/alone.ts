import { rm } from 'node:fs/promises'
import { MessageChannel } from 'node:worker_threads'
import { localTime } from '../../../server/contract/localTime.ts'
import { vietnamHolidays } from '../../../server/curtailment/calendar/vietnamHolidays.ts'
import { nodesAhead } from '../../../server/forecastingNodes.ts'
import { startForecastRun } from '../../../server/forecastingRun.ts'
import { stations } from '../../../server/measuring.ts'
import { answerCalls } from '../../../server/workers/calls.ts'
import type { PackedOutcome } from '../../../server/workers/forecastPort.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { usageOf } from '../ingest/usage.ts'
import type { Row } from '../programme/part.ts'
import { madeRegistry, madeTemperature, writeMade } from './made.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The refit of all nodes and one issue of each, then an intraday issue from what was kept, with nothing else beside. */
export async function refitAlone(count: number, limitS: number | null): Promise<Row[]> {
  const folder = await tempDir()
  const time = localTime(ZONE)
  const midnight = time.dayStart('2026-06-20')
  const { nodes: registered } = madeRegistry(count)
  await writeMade(folder.path, registered, midnight)
  const { nodes } = await nodesAhead(
    registered,
    stations(() => registered)
  )
  const job = {
    nodes: nodes.map(node => ({ ...node, calls: [] })),
    ...{ directory: folder.path, timeZone: ZONE },
    holidays: [2024, 2025, 2026].flatMap(year => vietnamHolidays(year).map(({ date }) => date))
  }
  let [forecasts, steps] = [0, 0]
  const edges = {
    isHeldUp: new SharedArrayBuffer(4),
    openReader,
    async onBatch(batch: readonly PackedOutcome[]) {
      for (const { issue } of batch) {
        if (issue === null) continue
        forecasts++
        steps += issue.kept.numbers.length / 4
      }
    }
  }
  const before = usageOf('self')
  const refit = await timed(async () => {
    const run = { isRefit: true, kind: 'day-ahead', origin: midnight } as const
    return startForecastRun({ ...job, run, issuedAt: midnight + 360_000, fitSince: midnight }, edges).done
  })
  const after = usageOf('self')
  if (refit.result.fitted !== count || refit.result.faults > 0 || forecasts !== count)
    throw new Error(`not all nodes were forecast: ${JSON.stringify(refit.result)}, ${forecasts} of ${count}`)
  const intraday = await timed(async () => {
    const run = { isRefit: false, kind: 'intraday', origin: midnight + 9 * HOUR_MS } as const
    const issuedAt = midnight + 9 * HOUR_MS + 120_000
    return startForecastRun({ ...job, run, issuedAt, fitSince: midnight - DAY_MS }, edges).done
  })
  if (intraday.result.fitted > 0) throw new Error('an intraday issue fitted again')
  await rm(folder.path, { recursive: true, force: true })
  const half = (after.cpuS - before.cpuS) / count
  return [
    {
      ...{ what: `refit of ${count} nodes with two years of half-hours, and the day-ahead issue of each` },
      ...{ value: refit.seconds, unit: 's', limit: limitS },
      note: `${(1000 * half).toFixed(0)} ms of CPU a node, ${Math.round(steps / forecasts)} steps each; always fitted in full`
    },
    {
      ...{ what: 'most memory of the process meanwhile', value: after.peakMiB, unit: 'MiB', limit: null },
      note: `${before.nowMiB} MiB before`
    },
    {
      what: `an intraday issue of ${count} nodes, not fitted again`,
      value: intraday.seconds,
      unit: 's',
      limit: null
    }
  ]
}

/** A store that has nothing newer, but a weather forecast of seven days. */
function openReader() {
  const { port1, port2 } = new MessageChannel()
  answerCalls(port1, {
    query: ({ kind, id, from, to }: { kind: string; id: string; from: number; to: number }) => {
      if (kind !== 'forecast')
        return { t: [], intervalS: [], quality: [], columns: { temp_c: [], humidity_pct: [] } }
      const first = Math.ceil(from / HOUR_MS) * HOUR_MS
      const count = Math.floor((to - first) / HOUR_MS)
      const values = madeTemperature(Number(id.slice(1)), first, 2 * count)
      const t = Array.from({ length: count }, (_, i) => first + i * HOUR_MS)
      const temp_c = t.map((_, i) => values[2 * i] ?? 27)
      return {
        ...{ t, intervalS: t.map(() => 0), quality: t.map(() => 0), issued: t.map(() => from) },
        columns: { temp_c, humidity_pct: t.map(() => 70) }
      }
    },
    queryLoad: () => ({ t: [], kw: [], kwMin: [], kwMax: [], known: [], reported: [], expected: [] })
  } as never)
  port1.unref()
  return port2
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const begun = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - begun) / 1000 }
}
