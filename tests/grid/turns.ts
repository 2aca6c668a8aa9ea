/** The pauses between the turns of the roll-ups, which end when a test says so. */
export function turns() {
  let end: (() => void) | null = null
  let onPause: (() => void) | null = null
  const pause = (_ms: number, signal: AbortSignal) =>
    new Promise<void>(resolve => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve())
      end = resolve
      onPause?.()
    })
  const untilPause = async () => {
    if (end !== null) return
    await new Promise<void>(resolve => {
      onPause = resolve
    })
    onPause = null
  }
  /** A whole turn: all that waits is done when it resolves, or has failed. */
  const turn = async () => {
    await untilPause()
    end?.()
    end = null
    await untilPause()
  }
  return { pause, turn }
}
