import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { tempDir } from '../../helpers/tempDir.ts'
import { until } from '../../helpers/until.ts'
import { type Fault, type FaultContext, sized } from '../fault.ts'
import { openRig, rowOf } from '../rig.ts'
import { failingSyncs } from '../servers/preloads.ts'

const PER_SECOND = 2000

/**
 * After a failed fdatasync nobody knows what is on the disk: every PUBACK for what came later would be a false one.
 *
 *   publishers  ████ paused │ ████████████████  │ ███████
 *   fdatasync   ok          │ EIO … EIO … EIO   │ ok (a new process)
 *   PUBACKs     ████        │ 0                 │ ███████
 */
async function failingSync(context: FaultContext) {
  const folder = await tempDir()
  context.cleanup.defer(folder.remove)
  const syncs = await failingSyncs(join(folder.path, 'control'))
  const rig = await openRig(context, { environment: syncs.environment })
  const { product } = rig
  const ledger = await rig.ledger({ plan: { readings: PER_SECOND * 30, meters: 500 }, perSecond: PER_SECOND })
  await pause(2000)
  ledger.pause()
  await until(() => ledger.progress.acked === ledger.progress.sent, { what: 'all sent is acknowledged' })

  const { acked } = ledger.progress
  await syncs.fail(product.pid)
  // The command goes through a pipe that a thread of the library reads.
  await pause(300)
  ledger.resume()
  const holdS = sized(context, { short: 4, full: 20 })
  let readiness = 200
  const startedAt = performance.now()
  while (performance.now() - startedAt < holdS * 1000 && !product.hasEnded) {
    readiness = await product.readiness()
    await pause(100)
  }
  const falseAcks = ledger.progress.acked - acked
  const ended = product.hasEnded
  const failures: string[] = []
  if (falseAcks > 0) failures.push(`${falseAcks} false acknowledgements while every fdatasync failed`)
  if (!ended && readiness !== 503) failures.push(`it neither ended nor said 503 but ${readiness}`)

  await product.kill()
  const killedAt = performance.now()
  // Only what was durable counts, and this life's disk is sound.
  await product.start({ LD_PRELOAD: '' })
  await until(() => ledger.progress.acked > acked, { what: 'acknowledged again', timeoutMs: 60_000 })
  return rowOf(rig, await rig.close(ledger), {
    recoveryS: (performance.now() - killedAt) / 1000,
    failures,
    notes: [`${falseAcks} false acknowledgements`, ended ? 'the process ended by itself' : 'it said 503']
  })
}

export const failingSyncFault: Fault = {
  name: 'fsync',
  title: 'every fsync and fdatasync fails with EIO',
  deadlineS: { short: 90, full: 180 },
  run: failingSync
}
