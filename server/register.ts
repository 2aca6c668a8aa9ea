import type { Customer } from './contract/customers.ts'
import type { Enrolment } from './contract/enrolments.ts'
import type { GridNode } from './contract/registry.ts'
import type { Records } from './records/openRecords.ts'

/** Who there is, as kept in the records; held in memory because every cycle needs it. */
export interface RegisterState {
  nodes: readonly GridNode[]
  customers: readonly Customer[]
  /** Those in force. */
  enrolments: readonly Enrolment[]
  /** A customer's nodes, by its id. */
  nodesOfCustomer: ReadonlyMap<string, readonly GridNode[]>
}

export interface Register {
  readonly state: RegisterState
  /** Reads it again after a change, and tells the listeners. */
  refresh(): Promise<void>
  onChange(listener: (state: RegisterState) => void): void
}

async function read(records: Records): Promise<RegisterState> {
  const { nodes, customers, enrolments } = await records.registry.currentState()
  const nodesOfCustomer = new Map<string, GridNode[]>()
  for (const node of nodes) {
    if (node.customerId === null) continue
    nodesOfCustomer.set(node.customerId, [...(nodesOfCustomer.get(node.customerId) ?? []), node])
  }
  return { nodes, customers, enrolments, nodesOfCustomer }
}

/**
 * What is committed, each metering point once, in the order of the enrolments: in two programmes it is enrolled twice, and can
 * come down only once, so its larger commitment counts.
 */
export function commitments(
  enrolments: readonly Pick<Enrolment, 'customerId' | 'meteringPointId' | 'committedKw'>[]
): { customerId: string; meteringPointId: string; committedKw: number }[] {
  const byPoint = new Map<string, { customerId: string; meteringPointId: string; committedKw: number }>()
  for (const { customerId, meteringPointId, committedKw } of enrolments) {
    const known = byPoint.get(meteringPointId)
    if (known === undefined) byPoint.set(meteringPointId, { customerId, meteringPointId, committedKw })
    else known.committedKw = Math.max(known.committedKw, committedKw)
  }
  return [...byPoint.values()]
}

export async function openRegister(records: Records): Promise<Register> {
  let state = await read(records)
  const listeners: ((state: RegisterState) => void)[] = []
  return {
    get state() {
      return state
    },
    async refresh() {
      state = await read(records)
      for (const listener of listeners) listener(state)
    },
    onChange: listener => void listeners.push(listener)
  }
}
