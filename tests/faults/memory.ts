import { readFileSync } from 'node:fs'

const EVERY_MS = 250

/** Follows the resident memory of a process that may be replaced by a new one. */
export interface MemoryWatch {
  follow(pid: number): void
  /** The most seen of any of them, MiB. */
  readonly maxMiB: number
  readonly nowMiB: number
  stop(): void
}

export function watchMemory(): MemoryWatch {
  let pid: number | null = null
  let maxMiB = 0
  let nowMiB = 0

  function look(): void {
    const read = pid === null ? null : readMemory(pid)
    if (read === null) return
    nowMiB = read.nowMiB
    maxMiB = Math.max(maxMiB, read.peakMiB)
  }

  const timer = setInterval(look, EVERY_MS)
  return {
    follow(next) {
      pid = next
      look()
    },
    get maxMiB() {
      return maxMiB
    },
    get nowMiB() {
      return nowMiB
    },
    stop: () => clearInterval(timer)
  }
}

/** VmHWM is the kernel's own peak, so nothing between two looks is missed; null once the process has gone. */
function readMemory(pid: number): { nowMiB: number; peakMiB: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const mib = (name: string): number =>
      Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024)
    return { nowMiB: mib('VmRSS'), peakMiB: mib('VmHWM') }
  } catch {
    return null
  }
}
