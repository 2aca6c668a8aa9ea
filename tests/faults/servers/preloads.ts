import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Missing } from '../fault.ts'

/** Libraries that stand between a process and the system; they are told what to do while it runs. */

const run = promisify(execFile)
const fiu = ['/usr/lib/fiu/fiu_run_preload.so', '/usr/lib/fiu/fiu_posix_preload.so']

export interface FailingSyncs {
  environment: Record<string, string>
  /** From now on every fsync and fdatasync of that process fails with EIO. */
  fail(pid: number): Promise<void>
}

/** libfiu: Debian's fiu-utils. Its remote control is a named pipe for each process. */
export async function failingSyncs(folder: string): Promise<FailingSyncs> {
  if (!fiu.every(file => existsSync(file))) throw new Missing('fiu-utils is not installed')
  await mkdir(folder, { recursive: true })
  const pipes = join(folder, 'fiu')
  return {
    environment: { LD_PRELOAD: fiu.join(' '), FIU_CTRL_FIFO: pipes, FIU_ENABLE: '' },
    async fail(pid) {
      const command = 'enable name=posix/io/sync/*,failinfo=5'
      await run('fiu-ctrl', ['-f', pipes, '-c', command, String(pid)], { timeout: 5000 })
    }
  }
}

export interface MovedClock {
  environment: Record<string, string>
  /** Moves the wall clock of the process; timers go on as they were. */
  moveTo(offsetS: number): Promise<void>
}

/** libfaketime: Debian's faketime. */
export async function movedClock(folder: string): Promise<MovedClock> {
  const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')
  if (library === undefined) throw new Missing('faketime is not installed')
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'faketime')
  const moveTo = (offsetS: number) => writeFile(file, `${offsetS < 0 ? '' : '+'}${offsetS}\n`)
  await moveTo(0)
  return {
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_RESET: '1'
    },
    moveTo
  }
}
