/**
 * The server's own keys, one file for each use, in a folder that only its user may read:
 *
 *   keys/sealing.json         AES-256-GCM: secrets in the database, such as seeds of one-time codes
 *   keys/csrf.json            HMAC-SHA-256: tokens against forged requests
 *   keys/audit-signing.json   Ed25519: checkpoints of the audit chain
 *
 * Several server processes on one database need the same files. A file is replaced as a whole, and read again when it
 * has been: a rotation reaches a running server. Keys that were in use before stay in it, to open and check with.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { chmod, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Says which file is in the way, and why. */
export class KeyFileError extends Error {}

/** One key; what it consists of depends on its use. Times are RFC 3339. */
export interface KeyRecord {
  id: string
  createdAt: string
  retiredAt: string | null
}

/** The first key is the one in use. */
export interface KeyFile<K extends KeyRecord> {
  readonly path: string
  /** Read again from the disk when the file has changed. Throws a KeyFileError. */
  keys(): readonly [K, ...K[]]
  /** Replaces what is in the file; durable when resolved. */
  write(keys: readonly [K, ...K[]]): Promise<void>
}

const isPosix = process.platform !== 'win32'
const OTHERS = 0o077

/** Makes the folder when it is missing and may be made; throws a KeyFileError when others than its owner may enter it. */
export async function openKeyFolder(directory: string, create: boolean): Promise<void> {
  if (create) await mkdir(directory, { recursive: true, mode: 0o700 }).catch(failure(directory))
  checkOwnerOnly(directory, await lstat(directory).catch(failure(directory)), 'chmod 700')
}

/** Opens a key file. When there is none, `first` makes its key; null instead of it: a missing file is an error. */
export async function openKeyFile<K extends KeyRecord>(
  path: string,
  isKey: (value: unknown) => value is K,
  first: (() => K) | null
): Promise<KeyFile<K>> {
  let read: { stamp: string; keys: [K, ...K[]] } | null = null
  function keys(): [K, ...K[]] {
    const stamp = stampOf(path)
    if (read?.stamp !== stamp) read = { stamp, keys: readKeys(path, isKey) }
    return read.keys
  }
  if (first !== null && !(await exists(path))) await create(path, textOf([first()]))
  keys()
  return { path, keys, write: list => replace(path, textOf(list)) }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    return failure(path)(error)
  }
}

/** Which version of the file is there; checks at the same time that nobody else may read it. */
function stampOf(path: string): string {
  try {
    const found = statSync(path)
    checkOwnerOnly(path, found, 'chmod 600')
    return `${found.ino} ${found.mtimeMs} ${found.size}`
  } catch (error) {
    return failure(path)(error)
  }
}

function readKeys<K extends KeyRecord>(path: string, isKey: (value: unknown) => value is K): [K, ...K[]] {
  let list: unknown
  try {
    list = JSON.parse(readFileSync(path, 'utf8')).keys
  } catch (error) {
    // The message of a syntax error would repeat what is in the file.
    if (error instanceof SyntaxError) throw new KeyFileError(`${path}: is not JSON`)
    return failure(path)(error)
  }
  const found = Array.isArray(list) && list.every(isKey) ? list : []
  const [first, ...more] = found
  if (first === undefined) throw new KeyFileError(`${path}: holds no keys as Gridload writes them`)
  return [first, ...more]
}

function checkOwnerOnly(path: string, found: { mode: number; uid: number }, remedy: string): void {
  if (!isPosix) return
  const mode = (found.mode & 0o777).toString(8).padStart(3, '0')
  if ((found.mode & OTHERS) !== 0) {
    throw new KeyFileError(`${path}: others than its owner may read it (mode ${mode}): ${remedy} it`)
  }
  const user = process.getuid?.()
  if (user !== 0 && user !== undefined && found.uid !== user)
    throw new KeyFileError(`${path}: belongs to another user (${found.uid})`)
}

const textOf = (keys: readonly KeyRecord[]): string => `${JSON.stringify({ keys }, null, 2)}\n`

/** Of two that create it at once, the first one's stays. */
async function create(path: string, text: string): Promise<void> {
  const draft = await writeDraft(path, text)
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') failure(path)(error)
  } finally {
    await rm(draft, { force: true })
  }
  await syncFolder(dirname(path))
}

async function replace(path: string, text: string): Promise<void> {
  const draft = await writeDraft(path, text)
  await rename(draft, path).catch(failure(path))
  await syncFolder(dirname(path))
}

async function writeDraft(path: string, text: string): Promise<string> {
  const draft = join(dirname(path), `.${randomUUID()}.draft`)
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    // What the umask left out.
    await chmod(draft, 0o600)
    return draft
  } catch (error) {
    await rm(draft, { force: true })
    return failure(path)(error)
  }
}

async function syncFolder(directory: string): Promise<void> {
  if (!isPosix) return
  const folder = await open(directory, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function failure(path: string) {
  return (error: unknown): never => {
    if (error instanceof KeyFileError) throw error
    throw new KeyFileError(`${path}: ${(error as Error).message}`)
  }
}
