import type { CustomersNeeds } from './api/customers.ts'
import { seesParticipant } from './api/cut.ts'
import { Refusal } from './api/problems.ts'
import type { View } from './contract/access.ts'
import type { CustomerRow } from './contract/customers.ts'
import type { Recognition } from './recognition/recognition.ts'
import type { Records } from './records/openRecords.ts'
import { commitments, type Register } from './register.ts'

export interface CustomerParts {
  records: Records
  register: Register
  recognition: Recognition
  /** Fresh load of a node, kW; null where it is unknown. */
  presentKw(nodeId: string): number | null
}

/** What the routes of the customers need, taken from records, recognition and the live state. */
export function customerNeeds({ records, register, recognition, presentKw }: CustomerParts): CustomersNeeds {
  const nodesOf = (customerId: string, view: View) =>
    (register.state.nodesOfCustomer.get(customerId) ?? []).filter(({ id }) => view.node(id))

  /** The sum over a customer's metering points that are seen; unknown as soon as one of them is. */
  const loadOf = (customerId: string, view: View): number | null => {
    const loads = nodesOf(customerId, view).map(node => presentKw(node.id))
    return loads.length === 0 || loads.includes(null)
      ? null
      : loads.reduce<number>((sum, kw) => sum + (kw ?? 0), 0)
  }

  const changing = async <T>(change: Promise<T>): Promise<T> => {
    const value = await change
    await register.refresh()
    return value
  }

  return {
    async rows(view): Promise<CustomerRow[]> {
      const { customers, enrolments } = register.state
      const committed = new Map<string, number>()
      for (const { customerId, meteringPointId, committedKw } of commitments(enrolments)) {
        if (!view.node(meteringPointId)) continue
        committed.set(customerId, (committed.get(customerId) ?? 0) + committedKw)
      }
      const seen = customers.filter(({ id }) => view.customer(id))
      return seen.map(({ id, name }) => ({
        id,
        name,
        meteringPointIds: nodesOf(id, view).map(node => node.id),
        enrolled: committed.has(id),
        committedKw: committed.get(id) ?? null,
        presentKw: loadOf(id, view)
      }))
    },
    async insert(customer) {
      if (await changing(records.customers.insert(customer))) return customer
      throw new Refusal(409, `customer ${customer.id} is there already`)
    },
    rename: (id, name) => changing(records.customers.rename(id, name)),
    record: (id, view) =>
      recognition.record(id, loadOf(id, view), participant => seesParticipant(participant, view))
  }
}
