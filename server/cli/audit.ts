/** The audit from outside, also beside a running server: whether it is whole, what is in it, and what to keep of it elsewhere. */
import { parseArgs } from 'node:util'
import { verifyChain } from '../access/auditWatch.ts'
import { signCheckpoint } from '../access/checkpoint.ts'
import type { Environment } from '../config.ts'
import type { AuditEntry } from '../contract/audit.ts'
import { type ExportFormat, exportAudit, exportFormats, verifyExport } from './auditExport.ts'
import { openAuditOf, openKeysOf, publicKeysOf, readCheckpoints, writeNewFile } from './auditFiles.ts'
import {
  type Command,
  CommandFailure,
  exitCodes,
  main,
  type Output,
  settingsOf,
  WrongCommand
} from './command.ts'
import { verify } from './verifyAudit.ts'

const usage = `Usage: npm run audit -- verify [--checkpoint FILE]... [--key FILE] [--file EXPORT.jsonl]
       npm run audit -- checkpoint [--out FILE]
       npm run audit -- public-key
       npm run audit -- list [--limit 20]
       npm run audit -- export --format csv|jsonl [--from HEIGHT] [--out FILE]

  verify      follows the whole chain and names the first entry that was altered, is missing or out of order; exit
              code 1 then. With checkpoints it also shows whether the end was cut off or the chain rewritten.
  checkpoint  signs how the chain stands now. Keep it where nobody who can write to the database can reach it.
  public-key  what checkpoints can be verified with, as a JSON Web Key Set; give it out together with the first one
  list        the newest first
  export      all entries by height: as a table, or line by line so that they can be verified elsewhere

  --file  verifies an export instead of the database    --key  the public keys, where DATA_DIR/keys is not at hand
  The settings are those of the server: DATA_DIR, DATABASE_URL`

const options = {
  verify: ['checkpoint', 'key', 'file'],
  checkpoint: ['out'],
  'public-key': [],
  list: ['limit'],
  export: ['format', 'from', 'out']
}
type Word = keyof typeof options
const isWord = (text: string | undefined): text is Word => text !== undefined && Object.hasOwn(options, text)

async function checkpoint(environment: Environment, out: string | undefined, output: Output) {
  const config = settingsOf(environment)
  const keys = await openKeysOf(config)
  const audit = await openAuditOf(config)
  try {
    const { head, fault } = await verifyChain(audit)
    if (fault !== null) throw new CommandFailure(`${fault.text}: what is not whole is not signed`)
    const text = await signCheckpoint({ ...head, at: new Date().toISOString() }, keys.signing())
    if (out === undefined) output.say(text)
    else {
      await writeNewFile(out, `${text}\n`)
      output.say(`Entry ${head.height} signed in ${out}.`)
    }
    return exitCodes.done
  } finally {
    await audit.stop()
  }
}

async function publicKey(environment: Environment, { say }: Output): Promise<number> {
  const keys = await openKeysOf(settingsOf(environment))
  say(JSON.stringify({ keys: keys.publicKeys() }, null, 2))
  return exitCodes.done
}

async function list(environment: Environment, limit: number, { say }: Output): Promise<number> {
  const audit = await openAuditOf(settingsOf(environment))
  try {
    for (const entry of await audit.list({ limit })) say(lineOf(entry))
    return exitCodes.done
  } finally {
    await audit.stop()
  }
}

/** `#12  2026-11-22T05:00:00.000Z  usr-1  done 200  POST /api/…  event/CE-1  (of #11)` */
function lineOf({ height, at, actorId, outcome, status, action, object, attempt }: AuditEntry): string {
  const came = status === null ? outcome : `${outcome} ${status}`
  const parts = [
    `#${height}`,
    at,
    actorId,
    came,
    action,
    object,
    attempt === null ? null : `(of #${attempt})`
  ]
  // Whoever wrote into the table may have written for the terminal.
  return parts
    .filter(part => part !== null)
    .join('  ')
    .replace(/\p{Cc}/gu, ' ')
}

async function run(args: string[], environment: Environment, output: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      checkpoint: { type: 'string', multiple: true },
      key: { type: 'string' },
      file: { type: 'string' },
      out: { type: 'string' },
      limit: { type: 'string' },
      format: { type: 'string' },
      from: { type: 'string' }
    }
  })
  const [word, ...more] = positionals
  if (!isWord(word) || more.length > 0)
    throw new WrongCommand(`say one of: ${Object.keys(options).join(', ')}`)
  const foreign = Object.keys(values).find(name => !options[word].some(own => own === name))
  if (foreign !== undefined) throw new WrongCommand(`--${foreign} does not belong to ${word}`)
  switch (word) {
    case 'verify':
      return verifyCommand(environment, values, output)
    case 'checkpoint':
      return checkpoint(environment, values.out, output)
    case 'public-key':
      return publicKey(environment, output)
    case 'list':
      return list(environment, wholeNumber(values.limit ?? '20', 'limit'), output)
    case 'export':
      return exportCommand(environment, values, output)
  }
}

async function verifyCommand(
  environment: Environment,
  { checkpoint = [], key, file }: { checkpoint?: string[]; key?: string; file?: string },
  output: Output
): Promise<number> {
  const config = settingsOf(environment)
  const checkpoints =
    checkpoint.length === 0 ? [] : await readCheckpoints(checkpoint, await publicKeysOf(config, key))
  if (file !== undefined) return verifyExport(file, checkpoints, output)
  const audit = await openAuditOf(config)
  try {
    return await verify(audit, checkpoints, output)
  } finally {
    await audit.stop()
  }
}

async function exportCommand(
  environment: Environment,
  { format, from = '1', out }: { format?: string; from?: string; out?: string },
  output: Output
): Promise<number> {
  if (!exportFormats.some(known => known === format))
    throw new WrongCommand(`--format must be one of ${exportFormats.join(', ')}`)
  const first = wholeNumber(from, 'from')
  const audit = await openAuditOf(settingsOf(environment))
  try {
    return await exportAudit(audit.range, { format: format as ExportFormat, first, out }, output)
  } finally {
    await audit.stop()
  }
}

function wholeNumber(text: string, name: string): number {
  const number = Number(text)
  if (!/^\d{1,9}$/.test(text) || number < 1)
    throw new WrongCommand(`--${name} ${text} is not a number from 1`)
  return number
}

export const auditCommand: Command = { usage, run }

if (import.meta.main) await main(auditCommand)
