import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../helpers/until.ts'
import { type Fault, type FaultContext, Missing, sized } from '../fault.ts'
import { openRig, rowOf } from '../rig.ts'

const PER_SECOND = 2000

/** A message that Mosquitto acknowledged and never delivered is its own loss; what Gridload acknowledged is ours. */
async function brokerKilled(context: FaultContext) {
  const kills = sized(context, { short: 2, full: 10 })
  const rig = await openRig(context, { broker: 'mosquitto', witness: true })
  const { product, mosquitto, witness } = rig
  if (mosquitto === null || witness === null) throw new Missing('mosquitto')
  const ledger = await rig.ledger({
    plan: { readings: PER_SECOND * 8 * kills, meters: 500 },
    perSecond: PER_SECOND
  })
  const recoveries: number[] = []
  for (let n = 0; n < kills; n++) {
    await pause(2000)
    await mosquitto.kill()
    const killedAt = performance.now()
    await until(async () => (await product.readiness()) === 503, { what: 'not ready without a broker' })
    await mosquitto.start()
    const before = witness.acknowledged.size
    await until(() => witness.acknowledged.size > before, {
      what: 'Gridload takes in readings of the new broker',
      timeoutMs: 60_000
    })
    recoveries.push((performance.now() - killedAt) / 1000)
  }
  await pause(1000)
  await ledger.finish(60_000)
  await until(() => witness.quietMs() > 1000, { what: 'the broker delivers nothing more', timeoutMs: 60_000 })
  const found = await rig.close(ledger, { ours: witness.acknowledged })
  return rowOf(rig, found, {
    recoveryS: Math.max(...recoveries),
    notes: [
      `${kills} kills; acked is what Gridload acknowledged to the broker`,
      `Mosquitto acknowledged ${found.brokerAcked} to the publishers and lost ${found.brokerLost} of them (persistence true)`
    ]
  })
}

export const mosquittoKilled: Fault = {
  name: 'broker-killed',
  title: 'kill -9 of Mosquitto under load',
  deadlineS: { short: 90, full: 300 },
  run: brokerKilled
}
