import { mkdir, open } from 'node:fs/promises'
import { scanSegment } from './segmentReader.ts'
import { listSegments, type Segment, segmentPath } from './segments.ts'

/** The segments of a folder, created if missing, to be appended to: in a new one where the last is `sealed`. */
export async function openSegments(
  directory: string,
  warn: (message: string) => void
): Promise<{ segments: Segment[]; sealed: boolean }> {
  await mkdir(directory, { recursive: true })
  const segments = await listSegments(directory)
  const last = segments.at(-1)
  const { sealed } = last ? await recoverTail(directory, last, warn) : { sealed: false }
  return { segments, sealed }
}

/**
 * Makes the last segment fit to be appended to. Bytes behind its last whole frame are the torn tail of a group that was
 * never acknowledged, and go. Where whole frames follow a bad place it is damage, not a tail: the file stays untouched
 * and `sealed` says that writing goes on in a new one.
 *
 *   frame│frame│fra              torn tail: truncated
 *   frame│#####│frame│frame      damage: kept, sealed
 *
 * Whole frames that a killed process had written and not synced are read from now on, so they are synced here: a cursor
 * must never be more durable than what it has passed.
 */
async function recoverTail(
  directory: string,
  segment: Segment,
  warn: (message: string) => void
): Promise<{ sealed: boolean }> {
  const path = segmentPath(directory, segment.number)
  let wholeBytes = 0
  let tailBytes = 0
  for await (const { at, damagedBytes, next, isTail } of scanSegment(directory, segment.number)) {
    if (isTail) tailBytes = damagedBytes
    else if (damagedBytes === 0) wholeBytes = next
    else {
      warn(
        `${path} is damaged at byte ${at}, whole frames follow: kept as it is, writing goes on in a new file`
      )
      return { sealed: true }
    }
  }
  const handle = await open(path, 'r+')
  try {
    if (tailBytes > 0) await handle.truncate(wholeBytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (tailBytes > 0) warn(`${path}: cut a torn tail of ${tailBytes} bytes, never acknowledged`)
  segment.bytes = wholeBytes
  return { sealed: false }
}
