import type { BrokerConnection } from './connection.ts'
import type { Conduct } from './subscription.ts'

const UNSUBSCRIBE_ID = 1
const QUIET_ROUNDS = 2
const ROUND_MS = 250
const LEAVE_WITHIN_MS = 2000

/**
 * Ends the session of a connection that is no longer wanted, without leaving to the broker what becomes of the messages
 * it holds: not every broker hands them to the other members.
 *
 *   connected ─ session known ─► UNSUBSCRIBE ─► take what comes ─ quiet for two pings ─► connect anew, clean ─► gone
 *       └───── no session ──────────────────────────────────────────────────────────────────────▲
 *
 * Quiet: all is acknowledged, and between a ping and its answer nothing came; a broker sends what an acknowledgement
 * has made room for before it answers the ping after it.
 */
export function createRetirement(filters: readonly string[], onDone: () => void): Conduct {
  let clean = false
  let timer: NodeJS.Timeout | null = null
  let quietRounds = 0
  let receivedBefore = 0

  function ping(connection: BrokerConnection): void {
    receivedBefore = connection.received
    connection.send({ cmd: 'pingreq' })
  }

  function leave(connection: BrokerConnection): void {
    if (clean) {
      onDone()
      return
    }
    clean = true
    connection.stop(LEAVE_WITHIN_MS).catch(() => undefined)
  }

  function onPong(connection: BrokerConnection): void {
    const isQuiet = connection.unacknowledged === 0 && connection.received === receivedBefore
    quietRounds = isQuiet ? quietRounds + 1 : 0
    if (quietRounds >= QUIET_ROUNDS) leave(connection)
    else timer = setTimeout(() => ping(connection), ROUND_MS)
  }

  return {
    get clean() {
      return clean
    },
    onConnected(connection, sessionPresent) {
      quietRounds = 0
      if (clean || !sessionPresent) leave(connection)
      else connection.send({ cmd: 'unsubscribe', messageId: UNSUBSCRIBE_ID, unsubscriptions: [...filters] })
    },
    onPacket(connection, packet) {
      if (packet.cmd === 'unsuback') ping(connection)
      else if (packet.cmd === 'pingresp') onPong(connection)
    },
    onClosed() {
      if (timer !== null) clearTimeout(timer)
    }
  }
}
