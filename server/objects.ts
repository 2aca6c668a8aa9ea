import { cutEvent, seesParticipant } from './api/cut.ts'
import type { GuardNeeds, ReadObject } from './api/guard.ts'
import { notFound, Refusal } from './api/problems.ts'
import { sightOf } from './api/sight.ts'
import type { View } from './contract/access.ts'
import type { CurtailmentEvent } from './contract/events.ts'
import type { ObjectKind } from './contract/rights.ts'
import { seenRewards } from './recognition/rewardBook.ts'
import type { Records } from './records/openRecords.ts'
import type { Register } from './register.ts'

type Params = Readonly<Record<string, string>>

/**
 * Reads what a path names, for the guard. What the view does not reach is answered in the very words of what is not there.
 */
export function objectReaders(records: Records, register: Register): GuardNeeds['objects'] {
  const seen =
    <T>(
      what: string,
      param: string,
      read: (id: string) => Promise<T | null> | T | null,
      isSeen: (one: T, view: View) => boolean
    ): ReadObject =>
    async (params, view) => {
      const id = params[param] ?? ''
      const one = await read(id)
      if (one === null || !isSeen(one, view)) throw notFound(`${what} ${id}`)
      return one
    }
  const always = () => true

  async function event(params: Params, view: View): Promise<CurtailmentEvent> {
    const found = await records.events.get(params.id ?? '')
    if (found === null || cutEvent(found, view) === null) throw notFound(`curtailment event ${params.id}`)
    return found
  }

  const readers: Record<ObjectKind, ReadObject> = {
    node: seen(
      'node',
      'node',
      id => register.state.nodes.find(node => node.id === id) ?? null,
      ({ id }, view) => view.node(id)
    ),
    transformer: seen(
      'transformer',
      'id',
      id => register.state.nodes.find(node => node.id === id && node.kind === 'transformer') ?? null,
      ({ id }, view) => view.node(id)
    ),
    // A device that nobody registered has readings all the same; only who sees the whole may look.
    source({ kind = '', id = '' }, view) {
      if (!view.source(kind === 'forecast' ? 'weather' : kind, id)) throw notFound(`${kind} ${id}`)
      return null
    },
    station({ station = '' }, view) {
      if (!view.source('weather', station)) throw notFound(`weather station ${station}`)
      return null
    },
    customer: seen('customer', 'id', records.customers.get, ({ id }, view) => view.customer(id)),
    event,
    async order(params, view) {
      const found = await event(params, view)
      if (view.node(found.nodeId)) return found
      throw new Refusal(403, `${found.id} is an event of another company`)
    },
    async participant(params, view) {
      const found = await event(params, view)
      const { customer = '' } = params
      const own = found.participants.find(({ customerId }) => customerId === customer)
      if (own !== undefined && seesParticipant(own, view)) return found
      throw new Refusal(404, `customer ${customer} does not take part in ${found.id}`)
    },
    finding: seen('finding', 'id', records.findings.get, ({ nodeId }, view) => view.node(nodeId)),
    enrolment: seen(
      'enrolment',
      'id',
      records.enrolments.get,
      ({ customerId, meteringPointId }, view) => view.customer(customerId) && view.node(meteringPointId)
    ),
    async reward({ id = '' }, view) {
      const kept = await records.rewards.get(id)
      const [found] = kept === null ? [] : await seenRewards([kept], sightOf(view), records.deliveries)
      if (found === undefined) throw notFound(`reward ${id}`)
      return found
    },
    programme: seen('programme', 'id', records.programmes.get, always),
    holiday: seen(
      'holiday',
      'date',
      async date => (await records.holidays.list(date, date))[0] ?? null,
      always
    ),
    user: seen('user', 'id', records.users.get, always),
    token: seen('token', 'id', tokenOf(records), always),
    async credential({ kind, id }) {
      const all = await records.deviceCredentials.list()
      const found = all.find(credential => credential.kind === kind && credential.id === id)
      if (found === undefined) throw notFound(`device credential ${kind}/${id}`)
      return found
    }
  }
  return readers
}

const tokenOf = (records: Records) => async (id: string) => {
  const token = await records.apiTokens.byId(id)
  if (token === null) return null
  const { sha256: _, ...shown } = token
  return shown
}
