import { setTimeout as pause } from 'node:timers/promises'
import { type Fault, type FaultContext, sized } from '../fault.ts'
import type { FloodReport } from '../outsiders/flood.ts'
import { startOutsider } from '../outsiders/outsider.ts'
import { openRig, rowOf } from '../rig.ts'

const PER_SECOND = 1000
/**
 * A good publisher beside a flood still has its PUBACK within this, in 99 of 100 cases. In the five seconds of the short run
 * one stall of the disk decides the 99th percentile: there it only shows that nobody starves.
 */
const P99_LIMIT_MS = { short: 1000, full: 250 }

/** Good publishers before and during a flood of malformed packets, oversized payloads and JSON bombs. */
async function flooded(context: FaultContext) {
  const rig = await openRig(context)
  const seconds = sized(context, { short: 5, full: 60 })
  const ledger = await rig.ledger({
    plan: { readings: PER_SECOND * (seconds + 20), meters: 500 },
    perSecond: PER_SECOND
  })
  await pause(1500)
  ledger.measure()
  await pause(sized(context, { short: 2500, full: 10_000 }))
  const { p99Ms: beforeMs, acked } = ledger.progress
  ledger.measure()
  const flood = startOutsider<FloodReport>('flood.ts', { url: rig.brokerUrl, seconds, offenders: 40 })
  context.cleanup.defer(flood.kill)
  await pause(seconds * 1000)
  const { p99Ms: duringMs, acked: ackedAfter, reconnects } = ledger.progress
  const { committed, closed, acknowledged, tolerated } = await flood.result

  const failures: string[] = []
  const perSecond = (ackedAfter - acked) / seconds
  if (perSecond < 0.8 * PER_SECOND) failures.push(`only ${perSecond.toFixed(0)} good readings/s acknowledged`)
  if (duringMs === null || duringMs > sized(context, P99_LIMIT_MS))
    failures.push(`good PUBACK p99 ${duringMs?.toFixed(0)} ms`)
  if (reconnects > 0) failures.push(`${reconnects} good connections were cut`)
  for (const [name, count] of Object.entries(tolerated))
    failures.push(`neither thrown out nor answered: ${count} × ${name}`)
  if (committed < 100) failures.push(`only ${committed} offences: nothing was tested`)
  return rowOf(rig, await rig.close(ledger), {
    failures,
    notes: [
      `${committed} offences: ${closed} connections thrown out, ${acknowledged} refused messages acknowledged`,
      `good PUBACK p99 ${beforeMs?.toFixed(1)} ms before, ${duringMs?.toFixed(1)} ms during`
    ]
  })
}

export const flood: Fault = {
  name: 'flood',
  title: 'malformed packets, oversized payloads and JSON bombs beside good publishers',
  deadlineS: { short: 90, full: 240 },
  run: flooded
}
