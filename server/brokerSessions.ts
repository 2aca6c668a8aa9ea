import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from './log/durableFile.ts'

/** What the broker may hold of us: so many sessions, none of them subscribed to anything else. */
export interface HeldSessions {
  connections: number
  filters: readonly string[]
}

/** What is kept in the data directory of our sessions at a broker, which outlive the process. */
export interface BrokerSessions {
  /** The sessions, and what the broker keeps for us while we are away, go by it. */
  clientId: string
  /** What earlier runs may have left there. */
  former: HeldSessions
  /** Before it is asked for: the broker may hold this, too, from now on. */
  add(more: HeldSessions): Promise<void>
  /** The broker holds this and no more. */
  replace(all: HeldSessions): Promise<void>
}

export async function openBrokerSessions(directory: string): Promise<BrokerSessions> {
  const file = join(directory, 'mqtt-connections')
  const former = readHeld(await textOf(file))
  let kept = former

  async function replace(all: HeldSessions): Promise<void> {
    const text = JSON.stringify(all)
    if (text === JSON.stringify(kept)) return
    await replaceFile(file, `${text}\n`)
    kept = all
  }

  return {
    clientId: await keptClientId(join(directory, 'mqtt-client-id')),
    former,
    add: ({ connections, filters }) =>
      replace({
        connections: Math.max(kept.connections, connections),
        filters: [...new Set([...kept.filters, ...filters])]
      }),
    replace
  }
}

async function textOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.trim()
}

async function keptClientId(file: string): Promise<string> {
  const kept = await textOf(file)
  if (kept !== '') return kept
  const id = `gridload-${randomUUID().slice(0, 8)}`
  await replaceFile(file, `${id}\n`)
  return id
}

/** One session that is subscribed to nothing, where the text does not say anything. */
function readHeld(text: string): HeldSessions {
  try {
    const { connections, filters } = JSON.parse(text)
    if (Number.isInteger(connections) && Array.isArray(filters) && filters.every(isText))
      return { connections, filters }
  } catch {}
  return { connections: 1, filters: [] }
}

const isText = (value: unknown): boolean => typeof value === 'string'
