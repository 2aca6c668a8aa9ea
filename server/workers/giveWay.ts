import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

const NICENESS = 10

/**
 * This thread works below everybody else's priority from now on. Linux: `/proc/thread-self` is `<process>/task/<thread>`, and
 * a thread has a niceness of its own.
 */
export function giveWay(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICENESS)
  } catch {
    // Elsewhere it runs like the others.
  }
}
