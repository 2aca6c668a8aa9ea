import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuditRecord, AuditWriter } from '../contract/audit.ts'
import type { Right } from '../contract/rights.ts'
import { bounded, forTheChain } from './audited.ts'
import { Refusal } from './problems.ts'

/**
 * Two entries a command, each durable before the next step:
 *
 *   attempted (object before, what was asked) ──► the handler ──► done | refused | failed (the answer) ──► the caller hears
 *
 * A command that is refused before it is attempted has one: refused.
 */
export interface CommandAudit {
  /** Rejects (503) when the entry cannot be written: then nothing is done. */
  attempted(request: FastifyRequest, right: Right, before: unknown): Promise<void>
  /** A failure to write it is only logged: what is done is done, and the attempt stands. */
  ended(request: FastifyRequest, reply: FastifyReply, right: Right, payload: unknown): Promise<void>
}

export function commandAudit(audit: AuditWriter, now: () => number): CommandAudit {
  const attempts = new WeakMap<FastifyRequest, number>()

  const record = (
    request: FastifyRequest,
    right: Right,
    what: Pick<AuditRecord, 'object' | 'outcome' | 'status' | 'attempt' | 'before' | 'after'>
  ): AuditRecord => {
    const { caller, ip } = request
    const { before, after, ...others } = what
    const isPersonal = right.keeps === 'personal'
    const inChain = (value: unknown) => (right.keeps === 'nothing' ? null : forTheChain(value, isPersonal))
    // Whose it is must be known, or it could not be erased with the person.
    const isBeside = isPersonal && what.object !== null
    return {
      at: now(),
      actorId: caller.id,
      action: `${request.method} ${request.routeOptions.url}`,
      ...others,
      before: inChain(before),
      after: inChain(after),
      personal: {
        name: caller.name,
        address: ip,
        userAgent: (request.headers['user-agent'] ?? '').slice(0, 200),
        ...(isBeside && { before: bounded(before), after: bounded(after) })
      },
      personalOf: peopleOf(request, right, what.object)
    }
  }

  return {
    async attempted(request, right, before) {
      const entry = record(request, right, {
        object: objectOf(request, right.object),
        outcome: 'attempted',
        status: null,
        attempt: null,
        before,
        after: request.body
      })
      try {
        attempts.set(request, await audit.append(entry))
      } catch (error) {
        request.log.error({ err: error }, 'the audit cannot be written')
        throw new Refusal(503, 'the audit cannot be written, so nothing is done')
      }
    },
    async ended(request, reply, right, payload) {
      const attempt = attempts.get(request) ?? null
      const { statusCode: status } = reply
      const answer = madeBy(right, parsed(payload))
      const entry = record(request, right, {
        object: objectOf(request, right.object) ?? nameOf(right, answer),
        outcome: status < 400 ? 'done' : status < 500 ? 'refused' : 'failed',
        status,
        attempt,
        before: null,
        after: answer
      })
      await audit.append(entry).catch(error => {
        request.log.error({ err: error, attempt }, 'what came of a command is not in the audit')
      })
    }
  }
}

/** `event/CE-1`, `participant/CE-1/C-7`, `credential/meter/M-1` */
function objectOf({ params }: FastifyRequest, kind: Right['object']): string | null {
  if (kind === undefined) return null
  return [kind === 'order' ? 'event' : kind, ...Object.values(params as Record<string, string>)].join('/')
}

type Members = Record<string, unknown>
const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null

/** What is shown once beside what was made, a secret or a link, is not for the audit. */
function madeBy({ makes }: Right, answer: unknown): unknown {
  const made = makes !== undefined && isObject(answer) ? answer[makes] : null
  return isObject(made) ? made : answer
}

function nameOf({ makes }: Right, made: unknown): string | null {
  if (makes === undefined || !isObject(made) || typeof made.id !== 'string') return null
  return [makes, ...(makes === 'credential' ? [made.kind] : []), made.id].join('/')
}

/** Whose data stands in `personal`: who acts, and the user it is done to. */
function peopleOf({ caller }: FastifyRequest, right: Right, object: string | null): string[] {
  const user = object?.startsWith('user/') && right.keeps === 'personal' ? [object.slice('user/'.length)] : []
  return [...new Set([...(caller.kind === 'person' ? [caller.id] : []), ...user])]
}

function parsed(payload: unknown): unknown {
  if (typeof payload !== 'string') return null
  try {
    return JSON.parse(payload)
  } catch {
    return payload
  }
}
