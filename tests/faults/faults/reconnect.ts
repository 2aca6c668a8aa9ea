import { readFileSync } from 'node:fs'
import { until } from '../../helpers/until.ts'
import type { Fault, FaultContext } from '../fault.ts'
import { openRig, rowOf } from '../rig.ts'

const DEVICES = 10_000
/** A connection costs memory; this is the process with 10,000 of them. */
const RSS_LIMIT_MIB = 500

/** As many as the limit of open files lets one process hold, with room for its own. */
function possibleDevices(): number {
  const files = Number(/Max open files\s+\d+\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1])
  return Math.min(DEVICES, Math.floor(0.8 * files))
}

/** Every device has its connection; Gridload is killed; all come back at once, each with a reading. */
async function stormed(context: FaultContext) {
  const devices = possibleDevices()
  const rig = await openRig(context)
  const { product } = rig
  const startedAt = performance.now()
  const ledger = await rig.ledger(
    { plan: { readings: 5 * devices, meters: devices }, connections: devices, window: 10 },
    'devices.ts'
  )
  const isSettled = (rounds: number): boolean => {
    const { connected, acked, sent } = ledger.progress
    return connected === devices && acked === sent && sent >= rounds * devices
  }
  await until(() => isSettled(1), { what: 'all devices have come', timeoutMs: 60_000 })
  const firstS = (performance.now() - startedAt) / 1000
  context.say(`${devices} devices in ${firstS.toFixed(1)} s, ${product.memory.nowMiB} MiB`)

  await product.kill()
  const killedAt = performance.now()
  ledger.measure()
  await product.start()
  const restartS = (performance.now() - killedAt) / 1000
  await until(() => isSettled(2), {
    what: 'all devices are back, their readings acknowledged',
    timeoutMs: 120_000
  })
  const recoveryS = (performance.now() - killedAt) / 1000
  const { p99Ms } = ledger.progress
  const nowMiB = product.memory.nowMiB
  return rowOf(rig, await rig.close(ledger), {
    recoveryS,
    rssLimitMiB: RSS_LIMIT_MIB,
    failures: devices < DEVICES ? [`only ${devices} devices: the limit of open files is too low`] : [],
    notes: [
      `${devices} devices back, of it ${restartS.toFixed(1)} s the restart`,
      `first time ${firstS.toFixed(1)} s`,
      `PUBACK p99 ${p99Ms?.toFixed(0)} ms`,
      `${nowMiB} MiB with all connected`
    ]
  })
}

export const reconnect: Fault = {
  name: 'reconnect',
  title: '10,000 devices come back at once',
  deadlineS: { short: 150, full: 300 },
  run: stormed
}
