import { type ChainFault, faultAgainst } from '../access/auditChain.ts'
import { type ReadEntries, verifyChain } from '../access/auditWatch.ts'
import type { AuditHead, KeptAuditEntry } from '../contract/audit.ts'
import type { GivenCheckpoint } from './auditFiles.ts'
import { exitCodes, type Output } from './command.ts'

/** The chain in the database, and whether it still holds what was signed. */
export async function verify(
  audit: { head(): Promise<AuditHead>; range: ReadEntries },
  checkpoints: readonly GivenCheckpoint[],
  output: Output
): Promise<number> {
  const { head, fault } = await verifyChain(audit)
  const signed = new Map<number, KeptAuditEntry>()
  for (const { checkpoint } of checkpoints) {
    const [entry] = await audit.range(checkpoint.height, 1)
    if (entry?.height === checkpoint.height) signed.set(checkpoint.height, entry)
  }
  return tellVerdict(head, fault, checkpoints, signed, output)
}

/** Says what was found; `signed` holds the entries at the heights of the checkpoints. */
export function tellVerdict(
  head: AuditHead,
  fault: ChainFault | null,
  checkpoints: readonly GivenCheckpoint[],
  signed: ReadonlyMap<number, KeptAuditEntry>,
  { say, complain }: Output
): number {
  let faults = 0
  const blame = (text: string): void => {
    faults++
    complain(text)
  }
  if (fault !== null) {
    const before = head.height === 0 ? '' : ` Entries 1 to ${head.height} are whole.`
    blame(`${capitalized(fault.text)}.${before}`)
  }
  for (const { file, checkpoint } of checkpoints) {
    const against = faultAgainst(checkpoint, signed.get(checkpoint.height) ?? null)
    if (against !== null) blame(`${file}, of ${checkpoint.at}: ${against.text}.`)
    else say(`${file}, of ${checkpoint.at}: entry ${checkpoint.height} is the one that was signed.`)
  }
  if (faults > 0) return exitCodes.failed
  say(head.height === 0 ? 'The audit is empty.' : `The audit is whole: ${head.height} entries, ${head.hash}`)
  return exitCodes.done
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
