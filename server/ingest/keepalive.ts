export interface Keepalive {
  /** `intervalS` 0: neither side asks for any sign of life. */
  start(intervalS: number): void
  /** Something came. */
  heard(): void
  /** While nothing is read, silence says nothing about the broker; it still hears from us. */
  excuse(isPaused: boolean): void
  stop(): void
}

/** Pings twice within the keep alive time; when a ping and what follows it bring nothing at all, the broker is gone. */
export function createKeepalive({
  ping,
  onSilence
}: {
  ping(): void
  onSilence(reason: string): void
}): Keepalive {
  let timer: NodeJS.Timeout | null = null
  let heardSincePing = true
  let excused = false

  function tick(): void {
    if (!heardSincePing && !excused) {
      onSilence('the broker does not answer')
      return
    }
    heardSincePing = excused
    ping()
  }

  return {
    start(intervalS) {
      if (intervalS > 0) timer = setInterval(tick, intervalS * 500)
    },
    heard() {
      heardSincePing = true
    },
    excuse(isPaused) {
      excused = isPaused
      heardSincePing = true
    },
    stop() {
      if (timer !== null) clearInterval(timer)
    }
  }
}
