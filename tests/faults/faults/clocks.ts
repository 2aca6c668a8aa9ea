import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { tempDir } from '../../helpers/tempDir.ts'
import { until } from '../../helpers/until.ts'
import { type Fault, type FaultContext, sized } from '../fault.ts'
import { refusedAmong } from '../ledger/plan.ts'
import { openRig, rowOf } from '../rig.ts'
import { movedClock } from '../servers/preloads.ts'

const DAY_S = 86_400
const PER_SECOND = 2000

/** A tenth of the devices a day behind: stored by their time. A tenth a day ahead: dead letters. */
async function devices(context: FaultContext) {
  const total = sized(context, { short: 10_000, full: 200_000 })
  const rig = await openRig(context)
  const ledger = await rig.ledger({
    plan: { readings: total, meters: 500, futureShare: 0.1, pastShare: 0.1 },
    perSecond: 4000,
    total
  })
  await ledger.finish(120_000)
  const counted = await rig.product.countedLetters(refusedAmong(ledger.settings.plan, total))
  const found = await rig.close(ledger)
  const failures: string[] = []
  if (counted !== found.poisonSent)
    failures.push(`${counted} dead letters, ${found.poisonSent} came from ahead`)
  if (found.stored !== total - found.poisonSent) failures.push(`${found.stored} stored of ${total}`)
  return rowOf(rig, found, { failures, notes: ['10 % a day ahead, 10 % a day behind'] })
}

/**
 * The server's clock jumps; devices and timers go on. A day ahead all is stored. A day behind every reading comes from
 * the future: refused, but kept among the dead letters.
 */
async function server(context: FaultContext) {
  const folder = await tempDir()
  context.cleanup.defer(folder.remove)
  const clock = await movedClock(join(folder.path, 'clock'))
  const rig = await openRig(context, { environment: clock.environment })
  const ledger = await rig.ledger({ plan: { readings: PER_SECOND * 30, meters: 500 }, perSecond: PER_SECOND })
  const holdMs = sized(context, { short: 2000, full: 15_000 })
  const failures: string[] = []
  const notes: string[] = []
  let recoveryS = 0
  await pause(1500)
  for (const offsetS of [DAY_S, 0, -DAY_S, 0]) {
    const before = ledger.progress.acked
    await clock.moveTo(offsetS)
    const movedAt = performance.now()
    await until(() => ledger.progress.acked > before + PER_SECOND / 2, {
      what: `acknowledged after the clock went to ${offsetS} s`,
      timeoutMs: 30_000
    })
    recoveryS = Math.max(recoveryS, (performance.now() - movedAt) / 1000)
    await pause(holdMs)
    const status = await rig.product.readiness()
    if (status !== 200) failures.push(`readiness ${status} with the clock at ${offsetS} s`)
  }
  const { deadLetters } = await rig.product.ingest()
  const found = await rig.close(ledger, { mayRefuseGood: true })
  notes.push(
    'the server jumped +1 d, back, −1 d, back',
    `${found.wronglyRefused} refused while it was behind`
  )
  if (deadLetters === 0) failures.push('no reading seemed to come from the future: the clock never moved')
  return rowOf(rig, { ...found, wronglyRefused: 0 }, { recoveryS, failures, notes })
}

export const clockFaults: Fault[] = [
  {
    name: 'clock-devices',
    title: 'clocks of devices a day off',
    deadlineS: { short: 60, full: 180 },
    run: devices
  },
  {
    name: 'clock-server',
    title: 'the clock of the server a day off (libfaketime)',
    deadlineS: { short: 90, full: 240 },
    run: server
  }
]
