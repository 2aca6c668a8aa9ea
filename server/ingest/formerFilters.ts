import type { IUnsubackPacket } from 'mqtt-packet'
import type { BrokerConnection } from './connection.ts'
import { reasonWords } from './reasonCodes.ts'

export interface FormerFilters {
  onConnected(connection: BrokerConnection, sessionPresent: boolean): void
  onUnsuback(packet: IUnsubackPacket): void
}

const UNSUBSCRIBE_ID = 2
const FAILURE = 0x80

/**
 * Takes back what earlier runs subscribed the session to and this one does not want: under another share group the same
 * messages would come twice, of a topic no longer mapped they would all become dead letters.
 *
 *   connected ─┬─ no session ──────────────────────────────────┬─► left
 *              └─ session known ─► UNSUBSCRIBE ─► UNSUBACK ─ all ┘
 *                      ▲ next connection              └ refused: said, and kept in mind
 */
export function leaveFormerFilters({
  filters,
  formerFilters,
  onLeft,
  warn
}: {
  filters: readonly string[]
  formerFilters: readonly string[]
  onLeft(): void
  warn(message: string): void
}): FormerFilters {
  let unwanted = formerFilters.filter(filter => !filters.includes(filter))
  let left = false

  function keep(still: string[]): void {
    unwanted = still
    if (left || unwanted.length > 0) return
    left = true
    onLeft()
  }

  return {
    onConnected(connection, sessionPresent) {
      if (!sessionPresent) unwanted = []
      keep(unwanted)
      if (unwanted.length > 0)
        connection.send({ cmd: 'unsubscribe', messageId: UNSUBSCRIBE_ID, unsubscriptions: unwanted })
    },
    onUnsuback({ granted }) {
      // MQTT 3.1.1 knows no refusal.
      const codes = granted ?? []
      const refused = unwanted.flatMap((filter, index) => {
        const code = codes[index] ?? 0
        return code < FAILURE ? [] : [{ filter, words: `${filter}: ${reasonWords(code)}` }]
      })
      if (refused.length > 0) warn(`still subscribed to ${refused.map(({ words }) => words).join('; ')}`)
      keep(refused.map(({ filter }) => filter))
    }
  }
}
