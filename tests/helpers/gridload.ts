import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { ADMIN_TOKEN, administrator } from './callers.ts'
import { until } from './until.ts'

const root = resolve(import.meta.dirname, '../..')

/** The product, run as a user runs it: a process of its own, told by its environment, read by what it prints. */
export interface Gridload {
  /** `http://localhost:…` */
  address: string
  /** `mqtt://127.0.0.1:…` */
  broker: string
  process: ChildProcess
  output(): string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  patch<T>(path: string, body: unknown): Promise<T>
  /** As the administrator of the tests, whatever the answer. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  importRegistry(csv: string): Promise<void>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
  /** SIGKILL: what it had not made durable is gone. */
  kill(): Promise<void>
}

export interface Ended {
  code: number | null
  output: string
}

/** How `npm start` keeps the process small: small nurseries, little garbage kept, pages that became free given back. */
export const memoryFlags = [
  ...['--min-semi-space-size=1', '--max-semi-space-size=1'],
  ...['--heap-growing-percent=20', '--memory-saver-mode']
]

function launch(entry: string, environment: Record<string, string>) {
  const child = spawn(process.execPath, [...memoryFlags, resolve(root, entry)], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      MALLOC_ARENA_MAX: '1',
      MALLOC_MMAP_THRESHOLD_: '131072',
      MALLOC_TRIM_THRESHOLD_: '131072',
      NODE_COMPILE_CACHE: resolve(root, 'node_modules/.cache/node'),
      PORT: '0',
      MQTT_PORT: '0',
      ADMIN_TOKEN,
      ...environment
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let text = ''
  const collect = (chunk: Buffer): void => {
    text += chunk.toString()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const ended = new Promise<number | null>(done => child.once('close', code => done(code)))
  return { child, ended, output: () => text }
}

/** Runs it to its end: for starts that must fail. */
export async function runToEnd(
  environment: Record<string, string>,
  entry = 'server/main.ts'
): Promise<Ended> {
  const { ended, output } = launch(entry, environment)
  const code = await ended
  return { code, output: output() }
}

/** Starts it and waits until it says that it is open and ready. Throws with its output when it ends instead. */
export async function startGridload(
  environment: Record<string, string>,
  entry = 'server/main.ts'
): Promise<Gridload> {
  const { child, ended, output } = launch(entry, environment)
  let over = false
  void ended.then(() => {
    over = true
  })
  const printed = (pattern: RegExp): string => pattern.exec(output())?.[1] ?? ''
  await until(() => over || (/open at http\S+/.test(output()) && /broker: \S+\n/.test(output())), {
    what: 'Gridload says where it is open',
    timeoutMs: 60_000
  }).catch(error => {
    child.kill('SIGKILL')
    throw error
  })
  if (over) throw new Error(`Gridload ended instead of starting:\n${output()}`)
  const address = printed(/open at (http\S+)/)

  const asAdministrator = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(address + path, { ...init, headers: { ...administrator, ...init.headers } })
  const request = async <T>(path: string, init?: RequestInit): Promise<T> => {
    const response = await asAdministrator(path, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }
  const send = <T>(method: string, path: string, body: unknown): Promise<T> =>
    request(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body)
    })
  const gridload: Gridload = {
    address,
    broker: printed(/broker: (\S+)\n/),
    process: child,
    output,
    get: path => request(path),
    post: (path, body) => send('POST', path, body),
    patch: (path, body) => send('PATCH', path, body),
    fetch: asAdministrator,
    async importRegistry(csv) {
      await request('/api/registry/import?apply=true', {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: csv
      })
    },
    stop() {
      child.kill('SIGTERM')
      return ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    }
  }
  await until(async () => (await fetch(`${address}/api/health/ready`)).ok, {
    what: 'Gridload is ready',
    timeoutMs: 60_000
  }).catch(async error => {
    await gridload.kill()
    throw error
  })
  return gridload
}
