import sparkplug from 'sparkplug-payload'

export interface RebirthLimits {
  /** An edge node with a thousand metrics needs a while to be born. */
  perNodeMs: number
  /** After a restart all nodes are asked at once. */
  mostPerS: number
  /** Nodes of which is known when they were asked. */
  mostNodes: number
}

/** Asks edge nodes to send their births again, and not too often. */
export interface Rebirths {
  ask(group: string, node: string, now: number): void
  counters(): { asked: number; failed: number }
}

const usual: RebirthLimits = { perNodeMs: 30_000, mostPerS: 20, mostNodes: 20_000 }

export function createRebirths(
  publish: (topic: string, payload: Buffer) => Promise<void>,
  { perNodeMs, mostPerS, mostNodes }: RebirthLimits = usual
): Rebirths {
  /** Oldest first. */
  const askedAt = new Map<string, number>()
  const counters = { asked: 0, failed: 0 }
  let second = 0
  let inSecond = 0

  function may(key: string, now: number): boolean {
    const before = askedAt.get(key)
    // A clock that was set back must not silence us until it catches up.
    if (before !== undefined && now >= before && now - before < perNodeMs) return false
    const thisSecond = Math.floor(now / 1000)
    if (thisSecond !== second) inSecond = 0
    second = thisSecond
    return inSecond < mostPerS
  }

  return {
    ask(group, node, now) {
      const key = `${group}/${node}`
      if (!may(key, now)) return
      inSecond++
      askedAt.delete(key)
      const [oldest] = askedAt.keys()
      if (askedAt.size >= mostNodes && oldest !== undefined) askedAt.delete(oldest)
      askedAt.set(key, now)
      counters.asked++
      publish(`spBv1.0/${group}/NCMD/${node}`, rebirthCommand(now)).catch(() => {
        counters.failed++
        // It was not asked after all.
        askedAt.delete(key)
      })
    },
    counters: () => ({ ...counters })
  }
}

function rebirthCommand(now: number): Buffer {
  const payload = sparkplug.get('spBv1.0')?.encodePayload({
    timestamp: now,
    metrics: [{ name: 'Node Control/Rebirth', timestamp: now, type: 'Boolean', value: true }]
  })
  return Buffer.from(payload ?? [])
}
