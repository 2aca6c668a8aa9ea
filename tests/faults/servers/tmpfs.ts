import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '../../helpers/tempDir.ts'
import { Missing } from '../fault.ts'

export interface SmallDisk {
  path: string
  freeBytes(): number
  /** Writes until the system says that the disk is full. */
  fill(): void
  /** Takes that away again. */
  free(): void
  remove(): Promise<void>
}

/** A file system of its own, of a few MiB in memory. Mounting one needs root. */
export async function mountSmallDisk(mebibytes: number): Promise<SmallDisk> {
  const directory = await tempDir()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', directory.path], {
      stdio: 'pipe'
    })
  } catch (error) {
    await directory.remove()
    throw new Missing(`a tmpfs cannot be mounted (root?): ${(error as Error).message.trim()}`)
  }
  const filler = join(directory.path, 'filler')
  return {
    path: directory.path,
    freeBytes() {
      const { bavail, bsize } = statfsSync(directory.path)
      return bavail * bsize
    },
    fill: () => writeUntilFull(filler),
    free: () => rmSync(filler, { force: true }),
    async remove() {
      execFileSync('umount', ['--lazy', directory.path])
      await directory.remove()
    }
  }
}

function writeUntilFull(file: string): void {
  const fd = openSync(file, 'a')
  try {
    for (let size = 1 << 20; size >= 512; size >>= 1) {
      const block = Buffer.alloc(size, 1)
      try {
        for (;;) if (writeSync(fd, block) < size) break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    }
  } finally {
    closeSync(fd)
  }
}
