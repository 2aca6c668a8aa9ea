import { setTimeout as pause } from 'node:timers/promises'

/** Waits until a condition holds; throws with `what` when the deadline passes first. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { what, timeoutMs = 10_000 }: { what: string; timeoutMs?: number }
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`)
    await pause(10)
  }
}
