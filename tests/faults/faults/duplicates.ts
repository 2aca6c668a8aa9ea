import { type Fault, sized } from '../fault.ts'
import { openRig, rowOf } from '../rig.ts'

/** Every third message twice: at once with the DUP flag, or later as a fresh one; then all the same on both stores. */
export const duplicates: Fault = {
  name: 'duplicates',
  title: 'every third message sent twice (DUP and fresh)',
  deadlineS: { short: 60, full: 180 },
  async run(context) {
    const total = sized(context, { short: 20_000, full: 200_000 })
    const rig = await openRig(context)
    const ledger = await rig.ledger({
      plan: { readings: total, meters: 500, duplicateShare: 1 / 3 },
      perSecond: 5000,
      total
    })
    const { repeats } = await ledger.finish(120_000)
    const found = await rig.close(ledger)
    const failures = found.stored === total ? [] : [`${found.stored} stored of ${total} sent`]
    if (repeats < total / 4) failures.push(`only ${repeats} repeats were sent: nothing was tested`)
    return rowOf(rig, found, { notes: [`${repeats} repeats acknowledged`], failures })
  }
}
