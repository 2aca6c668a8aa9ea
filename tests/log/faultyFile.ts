import { openSegmentFile, type SegmentFile } from '../../server/log/segmentAppender.ts'

/** A disk that can be told to fail: `failing.write` and `failing.datasync` hold the error code to throw, or null. */
export function faultyDisk(): {
  openFile: (path: string) => Promise<SegmentFile>
  failing: { write: string | null; datasync: string | null }
  /** While set, fdatasync waits for it. */
  hold: { datasync: Promise<void> | null }
  syncs: () => number
} {
  const failing: { write: string | null; datasync: string | null } = { write: null, datasync: null }
  const hold: { datasync: Promise<void> | null } = { datasync: null }
  let syncs = 0
  const error = (code: string) => Object.assign(new Error(`${code}: as told`), { code })

  async function openFile(path: string): Promise<SegmentFile> {
    const file = await openSegmentFile(path)
    return {
      write: async (bytes, offset, length, position) => {
        const told = failing.write
        if (told !== null) {
          // A full disk takes a part of what it is given.
          await file.write(bytes, offset, Math.floor(length / 2), position)
          throw error(told)
        }
        return file.write(bytes, offset, length, position)
      },
      datasync: async () => {
        syncs++
        if (hold.datasync !== null) await hold.datasync
        if (failing.datasync !== null) throw error(failing.datasync)
        await file.datasync()
      },
      truncate: length => file.truncate(length),
      close: () => file.close()
    }
  }
  return { openFile, failing, hold, syncs: () => syncs }
}
