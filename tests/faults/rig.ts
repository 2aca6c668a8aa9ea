import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { createMosquitto, type Mosquitto, mosquittoPath } from '../helpers/mosquitto.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { type Comparison, compare, failuresOf } from './compare.ts'
import { deadLetterMarks } from './deadLetterMarks.ts'
import { type FaultContext, Missing, type Row } from './fault.ts'
import { DATABASE, type Influx, startInflux } from './influx.ts'
import { type Plan, planOf } from './ledger/plan.ts'
import { type Ledger, type LedgerScript, type LedgerSettings, startLedger } from './ledger/process.ts'
import { createProduct, type Product } from './product.ts'
import { type AckWitness, startAckWitness } from './servers/ackWitness.ts'
import { stablePort } from './servers/ports.ts'
import { storedInInflux, storedInSqlite } from './stored.ts'

/** The whole process, all threads: what it may grow to under a fault. In rest it is about half. */
export const RSS_LIMIT_MIB = 450

export interface RigOptions {
  broker?: 'built-in' | 'mosquitto'
  store?: 'sqlite' | 'influx'
  environment?: Record<string, string>
  /** Else a temporary folder. */
  dataDirectory?: string
  /** Notes between Mosquitto and Gridload what Gridload acknowledged. */
  witness?: boolean
}

/** The product between a broker and a store, with a ledger outside: what every fault is done to. */
export interface Rig {
  product: Product
  mosquitto: Mosquitto | null
  witness: AckWitness | null
  influx: Influx | null
  dataDirectory: string
  brokerUrl: string
  ledger(settings: RigLedger, script?: LedgerScript): Promise<Ledger>
  /** Everything acknowledged and stored, the product stopped, the books compared. */
  close(ledger: Ledger, options?: Closing): Promise<Outcome>
}

export interface Outcome extends Comparison {
  /** What was wrong with the end of the product; null: nothing. */
  badEnd: string | null
}

export interface RigLedger extends Partial<Omit<LedgerSettings, 'plan' | 'folder'>> {
  /** `readings`: about how many will come; only their times depend on it. */
  plan: Partial<Plan> & { readings: number; meters: number }
}

export interface Closing {
  finishMs?: number
  storeMs?: number
  mayRefuseGood?: boolean
  /** What Gridload acknowledged, where a broker stands between that loses messages. */
  ours?: ReadonlySet<number>
}

/** What the queue of a real broker must be so that the broker itself throws nothing away. */
const ample = ['allow_anonymous true', 'max_queued_messages 0', 'max_inflight_messages 1000']

export async function openRig({ cleanup }: FaultContext, options: RigOptions = {}): Promise<Rig> {
  const scratch = await tempDir()
  cleanup.defer(scratch.remove)
  const dataDirectory = options.dataDirectory ?? join(scratch.path, 'data')
  const influx = options.store === 'influx' ? await startInflux(cleanup) : null
  const mosquitto = options.broker === 'mosquitto' ? await openMosquitto(cleanup) : null
  const witness =
    mosquitto === null || options.witness !== true
      ? null
      : await startAckWitness(new URL(mosquitto.url), await stablePort())
  cleanup.defer(async () => witness?.stop())
  const port = await stablePort()
  const product = createProduct({
    DATA_DIR: dataDirectory,
    ...influx?.environment,
    ...(mosquitto === null ? { MQTT_PORT: String(port) } : { MQTT_URL: witness?.url ?? mosquitto.url }),
    ...options.environment
  })
  cleanup.defer(() => product.dispose())
  await product.start()
  const brokerUrl = mosquitto?.url ?? `mqtt://127.0.0.1:${port}`

  return {
    product,
    mosquitto,
    witness,
    influx,
    dataDirectory,
    brokerUrl,
    async ledger({ plan, ...settings }, script) {
      const folder = await mkdtemp(join(scratch.path, 'ledger-'))
      const ledger = await startLedger(
        {
          name: 'ledger',
          url: brokerUrl,
          connections: 8,
          window: 200,
          perSecond: 1000,
          firstMessage: 0,
          total: null,
          ...settings,
          folder,
          plan: planOf(Date.now(), plan)
        },
        script
      )
      cleanup.defer(() => ledger.kill())
      return ledger
    },
    async close(ledger, { finishMs = 60_000, storeMs = 120_000, ...more } = {}) {
      if (!ledger.progress.finished) await ledger.finish(finishMs)
      await product.untilStored(storeMs)
      const badEnd = await product.stop()
      const { plan, folder } = ledger.settings
      const stored = influx === null ? storedInSqlite(dataDirectory) : storedInInflux(influx.url, DATABASE)
      const found = await compare({
        plan,
        folder,
        stored,
        deadLetters: deadLetterMarks(dataDirectory),
        ...more
      })
      return { ...found, badEnd }
    }
  }
}

async function openMosquitto(cleanup: AsyncDisposableStack): Promise<Mosquitto> {
  if (mosquittoPath === null) throw new Missing('mosquitto is not installed')
  const mosquitto = await createMosquitto(ample, await stablePort())
  cleanup.defer(() => mosquitto.remove())
  await mosquitto.start()
  return mosquitto
}

/** The line of a fault: the comparison, the memory, and what else was measured. */
export function rowOf(
  rig: Rig,
  found: Outcome,
  more: {
    recoveryS?: number | null
    notes?: string[]
    failures?: string[]
    rssLimitMiB?: number
  } = {}
): Omit<Row, 'fault'> {
  const { acked, stored, lost, extra, duplicates, deadLetters } = found
  const { maxMiB } = rig.product.memory
  const limit = more.rssLimitMiB ?? RSS_LIMIT_MIB
  const failures = [...failuresOf(found), ...(more.failures ?? [])]
  if (found.badEnd !== null) failures.push(found.badEnd)
  if (maxMiB > limit) failures.push(`${maxMiB} MiB resident, more than ${limit}`)
  const { recoveryS = null, notes = [] } = more
  return {
    acked,
    stored,
    lost,
    extra,
    duplicates,
    deadLetters,
    recoveryS,
    maxRssMiB: maxMiB,
    notes,
    failures
  }
}
