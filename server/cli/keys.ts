/** The server's own keys: how they stand, and new ones in their place, also beside a running server. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createAudit } from '../access/audit.ts'
import { totpContext } from '../access/codes.ts'
import { type Keys, openKeys } from '../access/keys.ts'
import { type Config, type Environment, shownPath } from '../config.ts'
import {
  type Command,
  CommandFailure,
  exitCodes,
  main,
  type Output,
  settingsOf,
  WrongCommand
} from './command.ts'
import { openRecordsOf } from './openRecordsOf.ts'

const usage = `Usage: npm run keys -- status
       npm run keys -- rotate

  status  which keys there are, and since when
  rotate  puts a new key in the place of each: secrets in the database are encrypted anew, checkpoints are signed with
          the new key from now on. Nobody is logged out, and a running server goes on. The former keys stay for two
          days, then the next rotation removes them; public keys stay for good, to verify what they signed.
          Several servers need the same files: copy the folder to each of them.

  The settings are those of the server: DATA_DIR, DATABASE_URL`

/** No session is older than a day, so no token against forgery is. */
const KEPT_MS = 2 * 86_400_000

function status(keys: Keys, { say }: Output): number {
  for (const { use, path, keys: list } of keys.status()) {
    say(`${use.padEnd(14)} ${shownPath(path)}`)
    for (const { id, createdAt, retiredAt } of list) {
      say(`  ${id}  since ${createdAt}${retiredAt === null ? ', in use' : ` until ${retiredAt}`}`)
    }
  }
  return exitCodes.done
}

async function rotate(config: Config, keys: Keys, now: number, output: Output): Promise<number> {
  await using records = await openRecordsOf(config)
  const { users } = records
  const before = await users.sealedTotps()
  // While a seed cannot be opened, another key on top of it only makes it harder to find out why.
  const lost = before.filter(one => !opens(keys, one))
  if (lost.length > 0) {
    const names = lost.map(({ id }) => id).join(', ')
    throw new CommandFailure(`The one-time codes of ${names} cannot be decrypted: nothing was changed`)
  }
  const audit = createAudit(records.audit, { salt: () => randomBytes(16).toString('hex') })
  const note = { ...ROTATION, at: now, before: idsInUse(keys) }
  const attempt = await audit
    .append({ ...note, outcome: 'attempted', attempt: null, after: null })
    .catch(unaudited)
  await keys.rotate(now)
  let count = 0
  for (const { id, sealed } of before) {
    const anew = keys.seal(keys.open(sealed, totpContext(id)), totpContext(id))
    if (await users.resealTotp(id, sealed, anew)) count++
  }
  const needed = new Set((await users.sealedTotps()).map(({ sealed }) => keys.keyIdOf(sealed)))
  const gone = await keys.forget(now - KEPT_MS, needed)
  await audit.append({ ...note, outcome: 'done', attempt, after: idsInUse(keys) }).catch(unaudited)
  output.say(`New keys are in use; ${count} secrets were encrypted anew.`)
  if (gone.length > 0) output.say(`Removed, as nothing needs them any more: ${gone.join(', ')}`)
  return exitCodes.done
}

const ROTATION = {
  ...{ actorId: 'system', action: 'npm run keys -- rotate', object: null, status: null },
  ...{ personal: null, personalOf: [] }
}

/** `{ sealing: 'k-…', … }` */
const idsInUse = (keys: Keys): Record<string, string | null> =>
  Object.fromEntries(keys.status().map(({ use, keys: [inUse] }) => [use, inUse?.id ?? null]))

function unaudited(error: unknown): never {
  throw new CommandFailure(`The audit cannot be written: ${(error as Error).message}`)
}

function opens(keys: Keys, { id, sealed }: { id: string; sealed: string }): boolean {
  try {
    keys.open(sealed, totpContext(id))
    return true
  } catch {
    return false
  }
}

async function run(args: string[], environment: Environment, output: Output): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} })
  const [word, ...more] = positionals
  if ((word !== 'status' && word !== 'rotate') || more.length > 0)
    throw new WrongCommand('say one of: status, rotate')
  const config = settingsOf(environment)
  const now = Date.now()
  const keys = await openKeys(join(config.dataDirectory, 'keys'), { now, create: false }).catch(
    (error: Error) => {
      throw new CommandFailure(`The keys cannot be read: ${error.message}`)
    }
  )
  return word === 'status' ? status(keys, output) : rotate(config, keys, now, output)
}

export const keysCommand: Command = { usage, run }

if (import.meta.main) await main(keysCommand)
