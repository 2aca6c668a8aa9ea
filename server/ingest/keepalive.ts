export interface Keepalive {
  /** `intervalS` 0: neither side asks for any sign of life. */
  start(intervalS: number): void
  /** Something came. */
  heard(): void
  /** While nothing is read, silence says nothing about the broker; it still hears from us. */
  excuse(isPaused: boolean): void
  stop(): void
}

/** A broker waits one and a half keep alive times for its client (MQTT 5, 3.1.2.10), so it is given as long itself. */
const SILENT_TURNS = 3

/**
 * Pings twice within the keep alive time. A broker that works off thousands of acknowledgements may leave a ping
 * unanswered for long; it is gone when one and a half keep alive times bring nothing at all.
 */
export function createKeepalive({
  ping,
  onSilence
}: {
  ping(): void
  onSilence(reason: string): void
}): Keepalive {
  let timer: NodeJS.Timeout | null = null
  let silentTurns = 0
  let excused = false

  function tick(): void {
    if (silentTurns === SILENT_TURNS) {
      onSilence('the broker does not answer')
      return
    }
    if (!excused) silentTurns++
    ping()
  }

  return {
    start(intervalS) {
      if (intervalS > 0) timer = setInterval(tick, intervalS * 500)
    },
    heard() {
      silentTurns = 0
    },
    excuse(isPaused) {
      excused = isPaused
      silentTurns = 0
    },
    stop() {
      if (timer !== null) clearInterval(timer)
    }
  }
}
