import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { View } from '../contract/access.ts'
import type { Finding } from '../contract/findings.ts'
import { Plan, PlanRequest } from '../contract/plans.ts'
import {
  NewReplay,
  Replay,
  ReplayChange,
  ReplayComparison,
  ReplaysAnswer,
  ReplayView
} from '../contract/replays.ts'
import { Id } from '../contract/units.ts'
import { cutAll, cutFinding } from './cut.ts'
import { notFound, Refusal } from './problems.ts'
import type { Routes } from './server.ts'

/** Who asks. A replay is seen by who sees the whole, and by who sees the same as its owner; its owner changes it. */
export interface ReplayCaller {
  id: string
  name: string
  /** Whoever has the same sees the same. */
  key: string
  whole: boolean
  /** It may change what others started. */
  mayAll: boolean
}

type Outcome<T> = { ok: true; value: T } | { ok: false; status: 404 | 409 | 422; reason: string }

/** Each may reject with a Refusal. */
export interface ReplaysNeeds {
  list(who: ReplayCaller): Replay[]
  start(wanted: NewReplay, who: ReplayCaller): Promise<Replay>
  view(id: string, nodeId: string, who: ReplayCaller): Promise<ReplayView>
  change(id: string, change: ReplayChange, who: ReplayCaller): Promise<Replay>
  end(id: string, who: ReplayCaller): Promise<void>
  plan(id: string, request: PlanRequest, who: ReplayCaller): Promise<Outcome<Plan>>
  /** Of the findings that `cut` leaves. */
  compare(
    id: string,
    otherId: string,
    who: ReplayCaller,
    cut: (findings: Finding[]) => Finding[]
  ): Promise<ReplayComparison>
  nodes(): readonly { id: string; parent: string | null }[]
}

const tags = ['replays']
const params = Type.Object({ id: Id })

/** Past days with clocks of their own: looked at, run, planned in, compared. Nothing of them is kept or sent. */
export const replaysRoutes =
  (needs: ReplaysNeeds): Routes =>
  api => {
    api.get('/api/replays', { schema: { tags, response: { 200: ReplaysAnswer } } }, async request => ({
      replays: needs.list(callerOf(request))
    }))

    api.post(
      '/api/replays',
      { schema: { tags, body: NewReplay, response: { 201: Replay } } },
      async (request, reply) => reply.code(201).send(await needs.start(request.body, callerOf(request)))
    )

    api.get(
      '/api/replays/:id',
      {
        schema: {
          ...{ tags, params, response: { 200: ReplayView } },
          querystring: Type.Object({ node: Type.Optional(Id) }, { additionalProperties: false })
        }
      },
      async request => {
        const { params, query, view } = request
        const seen = needs.nodes().filter(({ id }) => view.node(id))
        const nodeId = query.node ?? topmost(seen) ?? 'none'
        if (query.node !== undefined && !seen.some(({ id }) => id === nodeId))
          throw notFound(`node ${nodeId}`)
        return cutView(await needs.view(params.id, nodeId, callerOf(request)), view)
      }
    )

    api.patch(
      '/api/replays/:id',
      { schema: { tags, params, body: ReplayChange, response: { 200: Replay } } },
      async request => needs.change(request.params.id, request.body, callerOf(request))
    )

    api.delete(
      '/api/replays/:id',
      { schema: { tags, params, response: { 204: Type.Null() } } },
      async (request, reply) => {
        await needs.end(request.params.id, callerOf(request))
        return reply.code(204).send(null)
      }
    )

    api.post(
      '/api/replays/:id/plan',
      { schema: { tags, params, body: PlanRequest, response: { 200: Plan } } },
      async request => {
        const { params, body, view } = request
        if (!view.node(body.nodeId)) throw new Refusal(422, `there is no node ${body.nodeId}`)
        const outcome = await needs.plan(params.id, body, callerOf(request))
        if (!outcome.ok) throw new Refusal(outcome.status, outcome.reason)
        return outcome.value
      }
    )

    api.get(
      '/api/replays/:id/comparison',
      {
        schema: {
          ...{ tags, params, response: { 200: ReplayComparison } },
          querystring: Type.Object({ with: Id }, { additionalProperties: false })
        }
      },
      async request => {
        const { params, query, view } = request
        const cut = (findings: Finding[]) => cutAll(findings, view, cutFinding)
        return needs.compare(params.id, query.with, callerOf(request), cut)
      }
    )
  }

function callerOf({ caller, view }: Pick<FastifyRequest, 'caller' | 'view'>): ReplayCaller {
  const { id, name, roles } = caller
  return { id, name, key: view.key, whole: view.whole, mayAll: roles.includes('administrator') }
}

function topmost(nodes: readonly { id: string; parent: string | null }[]): string | undefined {
  const ids = new Set(nodes.map(({ id }) => id))
  return nodes.find(({ parent }) => parent === null || !ids.has(parent))?.id
}

function cutView(answer: ReplayView, view: View): ReplayView {
  if (view.whole) return answer
  return {
    ...answer,
    findings: cutAll(answer.findings, view, cutFinding),
    nodes: answer.nodes.filter(({ id }) => view.node(id))
  }
}
