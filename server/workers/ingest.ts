/**
 * The ingest thread: reads from the broker, decodes, commits and acknowledges. Nothing that the other threads do can
 * delay an acknowledgement; they learn from shared positions, the live ring and a state four times a second.
 */
import { flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import mqttPacket from 'mqtt-packet'
import { shownPath } from '../config.ts'
import { openForeign } from '../foreign.ts'
import type { PackedCredentials } from '../ingest/credentialTable.ts'
import { createIntake } from '../ingest/intake.ts'
import { openDeadLetters } from '../log/deadLetters.ts'
import { openIngestLog } from '../log/ingestLog.ts'
import { LogPositions } from '../log/logPositions.ts'
import { type Mqtt, openMqtt } from '../mqtt.ts'
import { openFailure } from '../startFailure.ts'
import { answerCalls, endThread } from './calls.ts'
import type {
  IngestEvent,
  IngestMethods,
  IngestThreadData,
  IngestThreadState,
  StatusWord
} from './ingestPort.ts'
import { createLiveSender } from './liveRing.ts'

const STATE_EVERY_MS = 250
/** Device statuses that wait for the next state; of one device only the last. */
const MOST_STATUSES = 100_000

const port = parentPort
if (port === null) throw new Error('this file runs as a worker thread')
const tell = (event: IngestEvent): void => port.postMessage(event)
const warn = (text: string): void => tell({ event: 'warn', text })
const now = Date.now
// Else mqtt-packet keeps every 16-bit number as a Buffer of its own, 10 MB, from the first packet on.
mqttPacket.writeToStream.cacheNumbers = false

const { config, positionsBuffer, ring } = workerData as IngestThreadData

async function open() {
  await using opening = new AsyncDisposableStack()
  const { dataDirectory: directory, logQuotaBytes: quotaBytes, logMinFreeShare: minFreeShare } = config
  const inDataDirectory = openFailure('DATA_DIR', shownPath(directory))
  const positions = new LogPositions({ buffer: positionsBuffer })
  const log = await openIngestLog(`${directory}/log`, {
    ...{ positions, quotaBytes, minFreeShare, now, warn }
  }).catch(inDataDirectory)
  opening.defer(() => log.stop())
  const deadLetters = await openDeadLetters(`${directory}/dead-letters`, { warn }).catch(inDataDirectory)
  opening.defer(() => deadLetters.stop())
  const statuses = new Map<string, StatusWord>()
  let droppedStatuses = 0
  let mqtt: Mqtt | null = null
  const foreign = await openForeign(config, {
    publish: (topic, payload) =>
      mqtt?.publish(topic, payload, { retain: false }) ?? Promise.reject(new Error('not connected yet'))
  })
  opening.defer(foreign.stop)
  const intake = createIntake({
    log,
    deadLetters,
    foreign: foreign.decoders,
    now,
    onStatus(id, online, ts) {
      if (statuses.size < MOST_STATUSES || statuses.has(id)) statuses.set(id, { id, online, ts })
      else droppedStatuses++
    }
  })
  log.onDurable(createLiveSender(ring, slot => tell({ event: 'live', slot })))

  function state(): IngestThreadState {
    return {
      broker: mqtt?.state() ?? null,
      counters: intake.counters(now()),
      log: log.status(),
      deadLetters: { total: deadLetters.total, ...deadLetters.status() },
      dropped: { queuedForAbsent: mqtt?.dropped() ?? 0, statuses: droppedStatuses, ...foreign.drops() }
    }
  }
  const timer = setInterval(() => {
    tell({ event: 'state', state: state(), statuses: [...statuses.values()] })
    statuses.clear()
  }, STATE_EVERY_MS)
  opening.defer(() => clearInterval(timer))
  const opened = opening.move()
  return {
    deadLetters,
    state,
    async listen(credentials: PackedCredentials) {
      mqtt = await openMqtt(config, intake, { random: Math.random, now, warn, foreign, credentials })
      opened.defer(mqtt.stop)
      return mqtt.address
    },
    changeCredentials: (put: PackedCredentials, revoked: readonly string[]) =>
      mqtt?.changeCredentials(put, revoked),
    publish: (topic: string, payload: string, retain: boolean) =>
      mqtt?.publish(topic, payload, { retain }) ?? Promise.reject(new Error('not connected yet')),
    accept: (topic: string, payload: string) => intake.accept(topic, Buffer.from(payload)),
    stop: () => opened.disposeAsync()
  }
}

let opened: Awaited<ReturnType<typeof open>> | null = null
const part = () => {
  if (opened === null) throw new Error('the ingest log is not open')
  return opened
}

const methods: IngestMethods = {
  async open() {
    // As in main.ts.
    flushCompileCache()
    opened = await open()
    return opened.state()
  },
  listen: credentials => part().listen(credentials),
  changeCredentials: ({ put, revoked }) => part().changeCredentials(put, revoked),
  publish: ({ topic, payload, retain }) => part().publish(topic, payload, retain),
  accept: ({ topic, payload }) => part().accept(topic, payload),
  putDeadLetter: ({ payload, ...letter }) =>
    part().deadLetters.put({
      ...letter,
      payload: Buffer.from(payload.buffer, payload.byteOffset, payload.length)
    }),
  newestDeadLetters: limit => part().deadLetters.newest(limit),
  state: () => part().state(),
  acceptDeadLetters: ({ from }) => answerCalls(from, { putDeadLetter: methods.putDeadLetter }),
  async stop() {
    try {
      await opened?.stop()
    } finally {
      endThread()
    }
  }
}
answerCalls(port, methods)
