import type { KeptDeadLetter } from '../log/deadLetter.ts'
import type { DeadLetterReader } from '../log/deadLetterReader.ts'
import { CommandFailure, exitCodes, type Output } from './command.ts'
import { messageOf } from './deadLetterMessage.ts'
import type { ReplayClient } from './replayClient.ts'
import { whichThereAre } from './showDeadLetters.ts'

/** Numbers from … to, both included, of those that match. */
export interface Choice {
  from: number
  to: number
  matches: (letter: KeptDeadLetter) => boolean
}

/** Publishes them again, in their order. Throws a CommandFailure where there is none, or no broker. */
export async function replay(
  letters: DeadLetterReader,
  { from, to, matches }: Choice,
  connect: () => Promise<ReplayClient>,
  { say, complain }: Output
): Promise<number> {
  const [newest] = await letters.newest(1)
  // Those that come back while this goes on are left alone.
  const last = Math.min(to, newest?.number ?? 0)
  let client: ReplayClient | null = null
  let skipped = 0
  try {
    for await (const letter of letters.range(from, last)) {
      if (!matches(letter)) continue
      const again = messageOf(letter)
      if ('topic' in again) {
        client ??= await connect()
        await client.publish(letter.number, again.topic, again.payload)
      } else {
        skipped++
        complain(`${letter.number} is not published: ${again.skipped}`)
      }
    }
    await client?.flush()
  } finally {
    await client?.stop()
  }
  const published = client?.published ?? 0
  if (published + skipped === 0)
    throw new CommandFailure(`There is no such dead letter${await whichThereAre(letters)}.`)
  say(`${published} published again, ${skipped} skipped.`)
  return skipped === 0 ? exitCodes.done : exitCodes.failed
}
