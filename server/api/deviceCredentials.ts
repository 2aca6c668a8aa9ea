import { Type } from 'typebox'
import { type Caller, DeviceCredential, DeviceKind } from '../contract/access.ts'
import { CredentialsAnswer, MadeCredential, NewCredential } from '../contract/administration.ts'
import type { Denied } from '../contract/login.ts'
import { Id } from '../contract/units.ts'
import { allowed } from './loginVisit.ts'
import type { Routes } from './server.ts'

export interface DeviceCredentialsNeeds {
  credentials: {
    list(): Promise<DeviceCredential[]>
    give(by: Caller, device: NewCredential, now: number): Promise<MadeCredential | Denied>
    revoke(kind: DeviceKind, id: string, now: number): Promise<DeviceCredential | Denied>
  }
  now(): number
}

/** What devices prove themselves by at the broker. */
export const deviceCredentialsRoutes =
  ({ credentials, now }: DeviceCredentialsNeeds): Routes =>
  api => {
    const tags = ['device credentials']
    api.get(
      '/api/device-credentials',
      { schema: { tags, response: { 200: CredentialsAnswer } } },
      async () => ({ credentials: await credentials.list() })
    )

    api.post(
      '/api/device-credentials',
      { schema: { tags, body: NewCredential, response: { 201: MadeCredential } } },
      async ({ caller, body }, reply) => {
        const made = allowed(reply, await credentials.give(caller, body, now()))
        return reply.code(201).send(made)
      }
    )

    api.post(
      '/api/device-credentials/:kind/:id/revoke',
      {
        schema: {
          tags,
          params: Type.Object({ kind: DeviceKind, id: Id }),
          response: { 200: DeviceCredential }
        }
      },
      async ({ params }, reply) => allowed(reply, await credentials.revoke(params.kind, params.id, now()))
    )
  }
