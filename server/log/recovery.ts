import { open, readFile } from 'node:fs/promises'
import { findFrame, framesIn } from './frame.ts'
import { type Segment, segmentPath } from './segments.ts'

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
export async function recoverTail(
  directory: string,
  segment: Segment,
  warn: (message: string) => void
): Promise<{ sealed: boolean }> {
  const path = segmentPath(directory, segment.number)
  const bytes = await readFile(path)
  const { used, stop } = framesIn(bytes)
  if (stop !== 'end' && findFrame(bytes, used + 1) !== null) {
    warn(
      `${path} is damaged at byte ${used}, whole frames follow: kept as it is, writing goes on in a new file`
    )
    return { sealed: true }
  }
  const handle = await open(path, 'r+')
  try {
    if (stop !== 'end') await handle.truncate(used)
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (stop !== 'end') warn(`${path}: cut a torn tail of ${bytes.length - used} bytes, never acknowledged`)
  segment.bytes = used
  return { sealed: false }
}
