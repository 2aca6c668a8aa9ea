import type { CurtailmentEvent } from '../contract/events.ts'
import { type CommandKey, type CurtailmentNeeds, type Outcome, refuse } from './needs.ts'

type Act = () => Promise<Outcome<CurtailmentEvent>>

export interface RepeatsNeeds {
  events: Pick<CurtailmentNeeds['events'], 'get' | 'byCommandKey'>
  turn<T>(name: string, job: () => Promise<T>): Promise<T>
}

/**
 * Lets a command with a key be done once for its caller. The key is kept in the same transaction as what the command did,
 * so after a crash it is known exactly if that was done; a refusal did nothing and is judged anew.
 */
export function createRepeats({ events, turn }: RepeatsNeeds) {
  async function repeated(
    byId: string,
    { key, sha256 }: CommandKey,
    id: string | null
  ): Promise<Outcome<CurtailmentEvent> | null> {
    const known = await events.byCommandKey(key, byId)
    if (known === null) return null
    if (known.sha256 !== sha256 || (id !== null && id !== known.eventId)) {
      return refuse(422, `the Idempotency-Key ${key} was used for another command: take a new one`)
    }
    const event = await events.get(known.eventId)
    return event === null ? null : { ok: true, value: event }
  }

  return (
    byId: string,
    command: CommandKey | undefined,
    id: string | null,
    act: Act
  ): Promise<Outcome<CurtailmentEvent>> => {
    if (command === undefined) return act()
    return turn(`key ${byId} ${command.key}`, async () => {
      const before = await repeated(byId, command, id)
      if (before !== null) return before
      try {
        const outcome = await act()
        // Another process may have been faster with the same command.
        return outcome.ok ? outcome : ((await repeated(byId, command, id)) ?? outcome)
      } catch (error) {
        const meanwhile = await repeated(byId, command, id)
        if (meanwhile !== null) return meanwhile
        throw error
      }
    })
  }
}
