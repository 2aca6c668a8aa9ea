import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../helpers/until.ts'
import { type Fault, type FaultContext, Missing, sized } from '../fault.ts'
import type { Ledger } from '../ledger/process.ts'
import { openRig, type Rig, rowOf } from '../rig.ts'
import { mountSmallDisk } from '../servers/tmpfs.ts'

/**
 * Where nothing more can be made durable, nothing more is acknowledged; it goes on by itself:
 *
 *   space          ████████░░░░░░░░░░░░████████
 *   PUBACK         ────────┤           ├───────
 *   readiness      200     │    503    │  200
 */
interface Shortage {
  end(): Promise<void> | void
  holdS: number
}

/** Waits for the stop, holds it, ends it; returns the failures and seconds until PUBACKs came again. */
async function heldBack({ product }: Rig, ledger: Ledger, shortage: Shortage) {
  const failures: string[] = []
  await until(() => ledger.progress.sinceAckMs > 1500, {
    what: 'acknowledging has stopped',
    timeoutMs: 120_000
  })
  await until(async () => (await product.readiness()) === 503, { what: 'readiness says 503' })
  const { acked } = ledger.progress
  const { blocked } = (await product.ingest()).log
  if (blocked === null) failures.push('/api/ingest does not say why acknowledging has stopped')
  const heldMiB = product.memory.nowMiB
  await pause(shortage.holdS * 1000)
  if (product.hasEnded) throw new Error(`Gridload ended: ${product.running.output().slice(-500)}`)
  // What had been made durable just before may be told late; more would be a promise without a disk.
  const meanwhile = ledger.progress.acked - acked
  if (meanwhile > 0) failures.push(`${meanwhile} acknowledged without space`)
  const endedAt = performance.now()
  await shortage.end()
  await until(() => ledger.progress.acked > acked, { what: 'acknowledging goes on', timeoutMs: 120_000 })
  const recoveryS = (performance.now() - endedAt) / 1000
  await until(async () => (await product.readiness()) === 200, { what: 'ready again', timeoutMs: 60_000 })
  return { failures, recoveryS, notes: [`503: "${blocked}"`, `${heldMiB} MiB when it stopped`] }
}

async function diskFull(context: FaultContext) {
  const disk = await mountSmallDisk(128)
  context.cleanup.defer(disk.remove)
  const rig = await openRig(context, { dataDirectory: `${disk.path}/data` })
  const perSecond = 2000
  const ledger = await rig.ledger({ plan: { readings: perSecond * 60, meters: 500 }, perSecond })
  await pause(2000)
  disk.fill()
  const end = (): void => disk.free()
  const { recoveryS, failures, notes } = await heldBack(rig, ledger, {
    end,
    holdS: sized(context, { short: 3, full: 60 })
  })
  await pause(1000)
  return rowOf(rig, await rig.close(ledger), { recoveryS, failures, notes })
}

async function logQuota(context: FaultContext) {
  const rig = await openRig(context, { store: 'influx', environment: { LOG_QUOTA_GIB: '0.125' } })
  const { influx } = rig
  if (influx === null) throw new Missing('influxd')
  await influx.stop()
  // Wide readings in arrays: 128 MiB in seconds.
  const ledger = await rig.ledger({
    plan: { readings: 1_000_000, meters: 5000, arraySize: 250, isWide: true },
    connections: 4,
    window: 8,
    perSecond: 240
  })
  const { recoveryS, failures, notes } = await heldBack(rig, ledger, {
    end: () => influx.start(),
    holdS: sized(context, { short: 1, full: 60 })
  })
  return rowOf(rig, await rig.close(ledger, { storeMs: 300_000 }), { recoveryS, failures, notes })
}

export const noSpaceFaults: Fault[] = [
  {
    name: 'disk-full',
    title: 'disk full (tmpfs of 128 MiB, 0 bytes left)',
    deadlineS: { short: 90, full: 300 },
    run: diskFull
  },
  {
    name: 'log-quota',
    title: 'log quota of 128 MiB reached, InfluxDB stopped',
    deadlineS: { short: 180, full: 600 },
    run: logQuota
  }
]
