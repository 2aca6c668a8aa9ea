import { afterEach, describe, expect, it } from 'vitest'
import { followAnswers, type LoggedAnswer } from '../../server/curtailment/followAnswers.ts'
import { memoryLog } from '../helpers/memoryLog.ts'
import { until } from '../helpers/until.ts'

const answerOf = (customerId: string): LoggedAnswer => ({
  customerId,
  message: { event: 'CE-1', version: 2, answer: 'accept' }
})
const bodyOf = (customerId: string) => Buffer.from(JSON.stringify(answerOf(customerId)))

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())

/** A follower that refuses everybody but those who are told to fail, as long as they are. */
function follow(failing: Set<string>) {
  const log = memoryLog()
  const cursor = log.cursor()
  const seen = { acted: [] as string[], refused: [] as string[], faults: 0 }
  const start = () => {
    const follower = followAnswers({
      log,
      cursor,
      async act({ customerId }) {
        if (failing.has(customerId)) throw new Error('no records')
        seen.acted.push(customerId)
        return 'not known'
      },
      refuse: async ({ customerId }) => void seen.refused.push(customerId),
      onFault: () => void seen.faults++,
      retryMs: 1
    })
    stop = follower.stop
  }
  return { log, cursor, seen, start }
}

describe('the follower of the answers', () => {
  it('acts in order, passes readings by, and goes on after a restart', async () => {
    const { log, cursor, seen, start } = follow(new Set())
    log.append('answer', 1, bodyOf('A'))
    log.append('readings', 2, Buffer.from('x'))
    start()
    await until(() => seen.acted.length === 1, { what: 'the first answer' })
    await stop()
    expect(cursor.position).toEqual({ segment: 1, offset: bodyOf('A').length + 1 })
    start()
    log.append('answer', 3, bodyOf('B'))
    await until(() => seen.acted.length === 2, { what: 'the second answer' })
    expect(seen.acted).toEqual(['A', 'B'])
  })

  it('tries an answer again after a fault, and refuses nobody before it twice', async () => {
    const failing = new Set(['B'])
    const { log, seen, start } = follow(failing)
    for (const customerId of ['A', 'B', 'C']) log.append('answer', 1, bodyOf(customerId))
    start()
    await until(() => seen.faults >= 3, { what: 'some retries' })
    failing.clear()
    await until(() => seen.refused.length >= 3, { what: 'all of them' })
    expect(seen.refused).toEqual(['A', 'B', 'C'])
  })
})
