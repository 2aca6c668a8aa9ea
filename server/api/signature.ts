import type { FastifyRequest } from 'fastify'
import type { Caller, Signed } from '../contract/access.ts'
import { Refusal } from './problems.ts'

/** A command with who stands behind it. A person signs with its login's name only: another name is refused (400). */
export function signed<Command extends { by?: string }>(
  { caller }: Pick<FastifyRequest, 'caller'>,
  command: Command
): Signed<Command> {
  return { ...command, by: signature(caller, command.by), byId: caller.personId }
}

/** A token may say for whom it acts. */
export function signature({ kind, name }: Pick<Caller, 'kind' | 'name'>, by: string | undefined): string {
  if (by === undefined || by === name) return name
  if (kind === 'token') return `${by} (${name})`
  throw new Refusal(400, 'body: by must be the name of the login; it may be left out')
}
