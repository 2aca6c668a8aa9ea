import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type ChainFault, verifyEntries } from '../access/auditChain.ts'
import type { ReadEntries } from '../access/auditWatch.ts'
import { AUDIT_GENESIS, type AuditHead, type KeptAuditEntry } from '../contract/audit.ts'
import { csvCell } from '../contract/csvCell.ts'
import { type GivenCheckpoint, openNewFile } from './auditFiles.ts'
import { CommandFailure, exitCodes, type Output } from './command.ts'
import { tellVerdict } from './verifyAudit.ts'

export const exportFormats = ['csv', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]

const columns = [
  'height',
  'at',
  'actorId',
  'action',
  'object',
  'outcome',
  'status',
  'attempt',
  'before',
  'after',
  'personal',
  'personalHash',
  'previousHash',
  'hash'
] as const

const PIECE = 500

/** To a new file, or line by line to the terminal. Holds a piece at a time. */
export async function exportAudit(
  range: ReadEntries,
  { format, first, out }: { format: ExportFormat; first: number; out: string | undefined },
  output: Output
): Promise<number> {
  const file = out === undefined ? null : await openNewFile(out)
  const write = async (lines: string[]): Promise<void> => {
    if (file === null) for (const line of lines) output.say(line)
    else if (lines.length > 0) await file.appendFile(`${lines.join('\n')}\n`)
  }
  try {
    let count = 0
    if (format === 'csv') await write([columns.join(',')])
    for (let from = first; ; ) {
      const entries = await range(from, PIECE)
      await write(entries.map(format === 'csv' ? csvLine : entry => JSON.stringify(entry)))
      count += entries.length
      const last = entries.at(-1)
      if (last === undefined) break
      from = last.height + 1
    }
    if (file !== null) {
      await file.sync()
      output.say(`${count} entries in ${out}`)
    }
    return exitCodes.done
  } finally {
    await file?.close()
  }
}

function csvLine(entry: KeptAuditEntry): string {
  return columns
    .map(name => {
      const value = entry[name]
      const isCell = value === null || typeof value === 'string' || typeof value === 'number'
      return csvCell(isCell ? value : JSON.stringify(value))
    })
    .join(',')
}

/** An export as lines of JSON, from the first entry on: needs no database. */
export async function verifyExport(
  path: string,
  checkpoints: readonly GivenCheckpoint[],
  output: Output
): Promise<number> {
  const wanted = new Set(checkpoints.map(({ checkpoint }) => checkpoint.height))
  const signed = new Map<number, KeptAuditEntry>()
  let head: AuditHead = AUDIT_GENESIS
  let fault: ChainFault | null = null
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })
  try {
    for await (const line of lines) {
      const entry = entryOf(line)
      if (entry === null) {
        fault = unreadable(head.height + 1)
        break
      }
      const verdict = verifyEntries([entry], head, AUDIT_GENESIS)
      fault = verdict.fault
      if (fault !== null) break
      head = verdict.head
      if (wanted.has(entry.height)) signed.set(entry.height, entry)
    }
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read: ${(error as Error).message}`)
  }
  return tellVerdict(head, fault, checkpoints, signed, output)
}

const unreadable = (height: number): ChainFault => ({
  ...{ height, what: 'unreadable', text: `line ${height} is no entry` }
})

function entryOf(line: string): KeptAuditEntry | null {
  try {
    const value = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}
