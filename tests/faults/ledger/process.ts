import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from '../../helpers/until.ts'
import type { Plan } from './plan.ts'

export interface LedgerSettings {
  name: string
  /** Where the two journals are. */
  folder: string
  url: string
  plan: Plan
  connections: number
  /** Most messages without a PUBACK on each connection. */
  window: number
  perSecond: number
  firstMessage: number
  /** null: until told to finish. */
  total: number | null
}

export interface Progress {
  finished: boolean
  /** Messages, each counted once. */
  sent: number
  acked: number
  /** Second acknowledgements of messages that were sent twice. */
  repeats: number
  connected: number
  reconnects: number
  sinceAckMs: number
  sinceConnectMs: number
  /** From the sending of a message to its PUBACK; null while there is none. */
  p50Ms: number | null
  p99Ms: number | null
}

export interface Ledger {
  readonly settings: LedgerSettings
  /** At most 100 ms old. */
  readonly progress: Progress
  pause(): void
  resume(): void
  /** Forgets the latencies so far. */
  measure(): void
  setRate(perSecond: number): void
  /** No new messages (with a `total`: after these); resolves once all are acknowledged and that is durable. */
  finish(timeoutMs: number): Promise<Progress>
  /** SIGKILL; its book stays. */
  kill(): Promise<void>
}

const nothing: Progress = {
  finished: false,
  sent: 0,
  acked: 0,
  repeats: 0,
  connected: 0,
  reconnects: 0,
  sinceAckMs: 0,
  sinceConnectMs: 0,
  p50Ms: null,
  p99Ms: null
}

/** main.ts: many readings over few connections · devices.ts: as many devices as `connections`, a reading each. */
export type LedgerScript = 'main.ts' | 'devices.ts'

/** Starts a ledger and waits until all its connections stand. */
export async function startLedger(
  settings: LedgerSettings,
  script: LedgerScript = 'main.ts'
): Promise<Ledger> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true
  })
  const ended = once(child, 'exit')
  let over = false
  void ended.then(() => {
    over = true
  })
  child.stdin.on('error', () => {})
  let progress = nothing
  createInterface({ input: child.stdout }).on('line', line => {
    progress = JSON.parse(line) as Progress
  })
  const tell = (line: string): void => void (over || child.stdin.write(`${line}\n`))
  const wait = async (condition: () => boolean, what: string, timeoutMs: number): Promise<void> => {
    await until(() => over || condition(), { what, timeoutMs })
    if (!condition()) throw new Error(`the ledger process ended (code ${child.exitCode}) instead: ${what}`)
  }
  const ledger: Ledger = {
    settings,
    get progress() {
      return progress
    },
    pause: () => tell('pause'),
    resume: () => tell('resume'),
    measure: () => tell('measure'),
    setRate: perSecond => tell(`rate ${perSecond}`),
    async finish(timeoutMs) {
      if (settings.total === null) tell('finish')
      await wait(() => progress.finished, 'every message acknowledged', timeoutMs)
      return progress
    },
    async kill() {
      if (over) return
      child.kill('SIGKILL')
      await ended
    }
  }
  await wait(
    () => progress.connected === settings.connections,
    'the ledger has its connections',
    60_000
  ).catch(async error => {
    await ledger.kill()
    throw error
  })
  return ledger
}
