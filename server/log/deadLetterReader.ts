import type { DeadLetter } from '../contract/sources.ts'
import { decodeLetter, type KeptDeadLetter, shownLetter } from './deadLetter.ts'
import type { RawFrame } from './frame.ts'
import { ReadMemory, SegmentReader, scanSegment } from './segmentReader.ts'
import { nullIfMissing, segmentNumbers } from './segments.ts'

/** Reads the dead letters of a folder; writes nothing, so it may stand on any thread or process beside their owner. */
export interface DeadLetterReader {
  /** As shown to people, newest first; only those that match, where asked. */
  newest(limit: number, matches?: (letter: KeptDeadLetter) => boolean): Promise<DeadLetter[]>
  /** null for one that never was or has gone. */
  get(number: number): Promise<KeptDeadLetter | null>
  /** Those kept from one number to another, both included, oldest first. A payload is valid until the next letter. */
  range(from: number, to: number): AsyncGenerator<KeptDeadLetter>
}

/** A folder that is not there has no letters. */
export function openDeadLetterReader(directory: string): DeadLetterReader {
  const segments = async (): Promise<number[]> => (await segmentNumbers(directory).catch(nullIfMissing)) ?? []

  async function newest(limit: number, matches?: (letter: KeptDeadLetter) => boolean): Promise<DeadLetter[]> {
    const found: DeadLetter[] = []
    for (const segment of (await segments()).reverse()) {
      if (found.length >= limit) break
      const frames = await lastFrames(directory, segment, limit - found.length, matches)
      for (const frame of frames.reverse()) found.push(shownLetter(decodeLetter(frame)))
    }
    return found
  }

  async function* range(from: number, to: number): AsyncGenerator<KeptDeadLetter> {
    const numbers = await segments()
    const firsts: (number | null)[] = []
    for (const segment of numbers) firsts.push(await firstNumber(directory, segment))
    for (const [index, segment] of numbers.entries()) {
      const first = firsts[index] ?? null
      const following = firsts.slice(index + 1).find(number => number !== null) ?? Infinity
      if (first === null || first > to || following <= from) continue
      for await (const { frames } of scanSegment(directory, segment)) {
        for (const frame of frames) {
          const letter = decodeLetter(frame)
          if (letter.number >= from && letter.number <= to) yield letter
        }
      }
    }
  }

  async function get(number: number): Promise<KeptDeadLetter | null> {
    for await (const letter of range(number, number))
      return { ...letter, payload: Buffer.from(letter.payload) }
    return null
  }

  return { newest, get, range }
}

async function lastFrames(
  directory: string,
  segment: number,
  count: number,
  matches?: (letter: KeptDeadLetter) => boolean
): Promise<RawFrame[]> {
  let last: RawFrame[] = []
  for await (const { frames } of scanSegment(directory, segment, null)) {
    const matching = matches === undefined ? frames : frames.filter(frame => matches(decodeLetter(frame)))
    last = [...last, ...matching].slice(-count)
  }
  return last
}

/** The number of the first letter in a segment; null where there is none. */
export async function firstNumber(directory: string, segment: number): Promise<number | null> {
  const reader = await SegmentReader.open(directory, segment, new ReadMemory()).catch(nullIfMissing)
  if (reader === null) return null
  try {
    const size = await reader.size()
    for (let at = 0; at < size; ) {
      const stretch = await reader.stretch(at, size, 4096)
      const [frame] = stretch?.frames ?? []
      if (frame !== undefined) return decodeLetter(frame).number
      at = stretch?.next ?? size
    }
    return null
  } finally {
    await reader.close()
  }
}
