import type { KeptDeadLetter } from '../log/deadLetter.ts'
import type { DeadLetterReader } from '../log/deadLetterReader.ts'
import { CommandFailure, counted, exitCodes, type Output } from './command.ts'

/** Only letters whose reason holds the text, in capitals or not; without a text all. */
export function withReason(text: string | undefined): (letter: KeptDeadLetter) => boolean {
  const wanted = text?.toLowerCase()
  return ({ reason }) => wanted === undefined || reason.toLowerCase().includes(wanted)
}

/** The newest first; with those of a reason only. */
export async function list(
  letters: DeadLetterReader,
  limit: number,
  reason: string | undefined,
  { say }: Output
) {
  const newest = await letters.newest(limit, reason === undefined ? undefined : withReason(reason))
  for (const { number, at, topic, reason: why, payload, bytes } of newest) {
    say(`${number}  ${at}  ${topicWords(topic)}`)
    say(`    ${why}`)
    say(`    ${counted(bytes, 'byte')}: ${oneLine(payload)}`)
  }
  if (newest.length === 0)
    say(reason === undefined ? 'No dead letters.' : `No dead letter has "${reason}" in its reason.`)
  return exitCodes.done
}

const SHOWN_LENGTH = 100

function oneLine(payload: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: whatever came, it must not move the cursor.
  const line = payload.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ')
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)} …` : line
}

/** All of one letter. Throws a CommandFailure where there is none. */
export async function show(letters: DeadLetterReader, number: number, { say }: Output): Promise<number> {
  const letter = await letters.get(number)
  if (letter === null)
    throw new CommandFailure(`There is no dead letter ${number}${await whichThereAre(letters)}.`)
  const { at, topic, reason, payload, bytes } = letter
  say(`number   ${number}`)
  say(`arrived  ${new Date(at).toISOString()}`)
  say(`topic    ${topicWords(topic)}`)
  say(`reason   ${reason}`)
  say(
    `payload  ${counted(bytes, 'byte')}${payload.length < bytes ? `, of which ${payload.length} were kept` : ''}`
  )
  say('')
  say(textOf(payload) ?? `base64: ${payload.toString('base64')}`)
  return exitCodes.done
}

const topicWords = (topic: string): string => (topic === '' ? '(no topic)' : topic)

/** For the end of a sentence that a letter is not there. */
export async function whichThereAre(letters: DeadLetterReader): Promise<string> {
  const [newest] = await letters.newest(1)
  if (newest === undefined) return ': there are none'
  for await (const { number } of letters.range(1, newest.number))
    return `: those kept are ${number} to ${newest.number}`
  return ''
}

/** null for bytes that are not text. */
function textOf(payload: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these make it no text.
    return /[\x00-\x08\x0e-\x1f]/.test(text) ? null : text
  } catch {
    return null
  }
}
