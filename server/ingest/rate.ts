const WINDOW_S = 10

/** Events a second over the last ten whole seconds, from a count per second. */
export function createRate(): { add(count: number, now: number): void; perSecond(now: number): number } {
  const counts = new Array<number>(WINDOW_S + 1).fill(0)
  let newestSecond = 0

  function moveTo(now: number): void {
    const second = Math.floor(now / 1000)
    if (second <= newestSecond) return
    const passed = Math.min(second - newestSecond, counts.length)
    for (let step = 0; step < passed; step++) counts[(second - step) % counts.length] = 0
    newestSecond = second
  }

  return {
    add(count, now) {
      moveTo(now)
      const slot = newestSecond % counts.length
      counts[slot] = (counts[slot] ?? 0) + count
    },
    perSecond(now) {
      moveTo(now)
      const unfinished = counts[newestSecond % counts.length] ?? 0
      return (counts.reduce((sum, count) => sum + count, 0) - unfinished) / WINDOW_S
    }
  }
}
