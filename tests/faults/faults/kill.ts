import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../helpers/until.ts'
import { type Fault, type FaultContext, sized } from '../fault.ts'
import { drawn } from '../ledger/plan.ts'
import type { Ledger } from '../ledger/process.ts'
import { openRig, type Rig, rowOf } from '../rig.ts'

const PER_SECOND = 4000

/**
 *   load ──────────────────────────────────────────────►
 *   Gridload  ███████╳  ██████████╳  █████╳  ██████████
 *             random instants of kill -9, started again at once
 */
async function killed(context: FaultContext, broker: 'built-in' | 'mosquitto') {
  const kills = sized(context, { short: 3, full: 20 })
  const rig = await openRig(context, { broker })
  const readings = PER_SECOND * 5 * kills
  const ledger = await rig.ledger({ plan: { readings, meters: 500 }, perSecond: PER_SECOND })
  const recoveries: number[] = []
  for (let n = 0; n < kills; n++) {
    await until(() => ledger.progress.acked > 0, { what: 'a first acknowledgement' })
    await pause(300 + 1700 * drawn(11, n))
    recoveries.push(await killOnce(rig, ledger, broker))
    context.say(`kill ${n + 1} of ${kills}: back after ${recoveries.at(-1)?.toFixed(1)} s`)
  }
  const found = await rig.close(ledger)
  const worst = Math.max(...recoveries)
  const mean = recoveries.reduce((sum, s) => sum + s, 0) / kills
  return rowOf(rig, found, {
    recoveryS: worst,
    notes: [`${kills} kills`, `mean recovery ${mean.toFixed(1)} s`]
  })
}

/** Seconds from the kill until readings were acknowledged (built-in) or taken in (a broker that keeps them) again. */
async function killOnce({ product }: Rig, ledger: Ledger, broker: string): Promise<number> {
  await product.kill()
  const killedAt = performance.now()
  await product.start()
  const isBack = async (): Promise<boolean> => {
    if (broker === 'mosquitto') return (await product.ingest()).messages > 0
    const { sinceConnectMs, sinceAckMs, connected } = ledger.progress
    return connected > 0 && sinceAckMs < sinceConnectMs && sinceConnectMs < performance.now() - killedAt
  }
  await until(isBack, { what: 'readings are taken in again after the kill', timeoutMs: 60_000 })
  return (performance.now() - killedAt) / 1000
}

export const killFaults: Fault[] = [
  {
    name: 'kill',
    title: 'kill -9 of Gridload under load, built-in broker',
    deadlineS: { short: 90, full: 600 },
    run: context => killed(context, 'built-in')
  },
  {
    name: 'kill-mosquitto',
    title: 'kill -9 of Gridload under load, behind Mosquitto',
    deadlineS: { short: 90, full: 600 },
    run: context => killed(context, 'mosquitto')
  }
]
