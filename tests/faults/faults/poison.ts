import type { DeadLettersAnswer } from '../../../server/contract/sources.ts'
import type { Gridload } from '../../helpers/gridload.ts'
import { type Fault, type FaultContext, sized } from '../fault.ts'
import { refusedAmong } from '../ledger/plan.ts'
import { openRig, rowOf } from '../rig.ts'

const SHARE = 0.01
const AS_FAST_AS_IT_GOES = 1e9

/** Sends as fast as acknowledgements come; the messages a second, and the rig with everything in it. */
async function measured(context: FaultContext, total: number, poisonShare: number) {
  const rig = await openRig(context)
  const ledger = await rig.ledger({
    plan: { readings: total, meters: 500, poisonShare },
    perSecond: AS_FAST_AS_IT_GOES,
    total
  })
  const startedAt = performance.now()
  await ledger.finish(300_000)
  const perSecond = total / ((performance.now() - startedAt) / 1000)
  return { rig, ledger, perSecond }
}

/** Whether every one of the newest dead letters says why it is one. */
async function reasonsOf(gridload: Gridload): Promise<string[]> {
  const answer = await gridload.get<DeadLettersAnswer>('/api/dead-letters?limit=500')
  return answer.newest.map(({ reason }) => reason)
}

export const poison: Fault = {
  name: 'poison',
  title: '1 % poison (no JSON, bad ids, bad times, NaN, missing members)',
  deadlineS: { short: 90, full: 600 },
  async run(context) {
    const total = sized(context, { short: 60_000, full: 1_000_000 })
    const clean = await measured(context, total, 0)
    const cleanFound = await clean.rig.close(clean.ledger)
    const { rig, ledger, perSecond } = await measured(context, total, SHARE)
    const reasons = await reasonsOf(rig.product.running)
    const counted = await rig.product.countedLetters(refusedAmong(ledger.settings.plan, total))
    const found = await rig.close(ledger)
    const { poisonSent } = found
    const failures: string[] = []
    if (cleanFound.stored !== total) failures.push(`without poison ${cleanFound.stored} stored of ${total}`)
    if (counted !== poisonSent) failures.push(`${counted} dead letters counted, ${poisonSent} poison sent`)
    if (found.deadLetters !== poisonSent)
      failures.push(`${found.deadLetters} dead letters found, ${poisonSent} poison sent`)
    if (reasons.some(reason => reason.trim() === '')) failures.push('a dead letter has no reason')
    const change = 100 * (perSecond / clean.perSecond - 1)
    return rowOf(rig, found, {
      failures,
      notes: [
        `${Math.round(perSecond)} messages/s with, ${Math.round(clean.perSecond)} without (${change.toFixed(1)} %)`,
        `${new Set(reasons).size} different reasons`
      ]
    })
  }
}
