import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../helpers/until.ts'
import { type Fault, type FaultContext, Missing, sized } from '../fault.ts'
import type { Influx } from '../influx.ts'
import { startLiveProbe } from '../liveProbe.ts'
import { openRig, rowOf } from '../rig.ts'

const PER_SECOND = 2000
/** About a second of the load: the store keeps up again. */
const CAUGHT_UP_BYTES = 200_000
/** A dispatcher takes it for live. */
const LIVE_WITHIN_MS = 3000

interface Outage {
  begin(influx: Influx): Promise<void> | void
  end(influx: Influx): Promise<void> | void
}

/**
 *   load     ─────────────────────────────────────────────►
 *   InfluxDB ████████░░░░░ stopped, slow or hung ░░░░████████
 *   backlog  ________/‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾\__________
 *   live     current all the time      ◄─ recovery ─►
 */
async function outage(context: FaultContext, { begin, end }: Outage, seconds: number) {
  const rig = await openRig(context, { store: 'influx' })
  const { influx, product } = rig
  if (influx === null) throw new Missing('influxd')
  const ledger = await rig.ledger({
    plan: { readings: PER_SECOND * (seconds + 20), meters: 500 },
    perSecond: PER_SECOND
  })
  const probe = await startLiveProbe(rig)
  await pause(2000)

  const before = ledger.progress.acked
  ledger.measure()
  await begin(influx)
  await pause(seconds * 1000)
  const duringPerS = (ledger.progress.acked - before) / seconds
  const { p99Ms } = ledger.progress
  const readiness = await product.readiness()
  const { behindBytes } = (await product.ingest()).store
  const endedAt = performance.now()
  await end(influx)
  const isBack = async (): Promise<boolean> => (await product.ingest()).store.behindBytes < CAUGHT_UP_BYTES
  await until(isBack, { what: 'the store has caught up', timeoutMs: 300_000 })
  const recoveryS = (performance.now() - endedAt) / 1000
  const { worstMs, probes } = await probe.stop()

  const failures: string[] = []
  if (duringPerS < 0.8 * PER_SECOND)
    failures.push(`only ${duringPerS.toFixed(0)} of ${PER_SECOND} readings/s acknowledged meanwhile`)
  if (readiness !== 200) failures.push(`readiness was ${readiness}, though readings were durable`)
  if (worstMs > LIVE_WITHIN_MS) failures.push(`the live state was ${worstMs.toFixed(0)} ms behind`)
  if (behindBytes < CAUGHT_UP_BYTES) failures.push('the store never fell behind: nothing was tested')
  return rowOf(rig, await rig.close(ledger), {
    recoveryS,
    failures,
    notes: [
      `${seconds} s`,
      `${duringPerS.toFixed(0)} readings/s acknowledged meanwhile, PUBACK p99 ${p99Ms?.toFixed(0)} ms`,
      `live within ${worstMs.toFixed(0)} ms (${probes} probes)`,
      `backlog ${(behindBytes / 2 ** 20).toFixed(1)} MiB`
    ]
  })
}

const stopped: Outage = { begin: influx => influx.stop(), end: influx => influx.start() }
const slow: Outage = {
  begin: ({ proxy }) => proxy.slow({ latencyMs: 200, bytesPerS: 32_768 }),
  end: ({ proxy }) => proxy.slow(null)
}
const hung: Outage = { begin: influx => influx.hang(), end: influx => influx.goOn() }

const fault = (
  name: string,
  title: string,
  kind: Outage,
  seconds: { short: number; full: number }
): Fault => ({
  name,
  title,
  deadlineS: { short: 90, full: 900 },
  run: context => outage(context, kind, sized(context, seconds))
})

export const influxFaults: Fault[] = [
  fault('influx-stopped', 'InfluxDB stopped', stopped, { short: 5, full: 240 }),
  fault('influx-slow', 'InfluxDB slow (200 ms a chunk, 32 KiB/s)', slow, { short: 6, full: 180 }),
  fault('influx-hung', 'InfluxDB hung (SIGSTOP)', hung, { short: 6, full: 180 })
]
