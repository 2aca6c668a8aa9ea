/**
 * Publishes readings over mqtt.js to the built-in broker in a process of its own, and prints what became durable:
 *
 *   node tests/bench/ingest.ts [readings a second = 10000] [seconds = 20] [clients = 10]
 *
 * The publishers share the machine with the broker, so the figures are a floor. With `node --expose-gc` the memory is
 * measured after a collection: what is really held.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import { topics } from '../../server/contract/topics.ts'
import { startBroker } from '../../server/ingest/broker.ts'
import { createIntake, type IntakeCounters } from '../../server/ingest/intake.ts'
import { openDeadLetters } from '../../server/log/deadLetters.ts'
import { openIngestLog } from '../../server/log/ingestLog.ts'

interface Report {
  counters: IntakeCounters
  rssMiB: number
  usedMiB: number
  cpuS: number
  deadLetters: number
  logMiB: number
}

const mib = (bytes: number) => Math.round((bytes / 1024 / 1024) * 10) / 10

async function serve(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'gridload-bench-'))
  const log = await openIngestLog(join(directory, 'log'), { now: Date.now })
  const deadLetters = await openDeadLetters(join(directory, 'dead'))
  const nothing = () => undefined
  const intake = createIntake({ log, deadLetters, now: Date.now, onReadings: nothing, onStatus: nothing })
  const broker = await startBroker({ intake, host: '127.0.0.1', port: 0 })
  const report = (): Report => {
    globalThis.gc?.()
    const { rss, heapUsed, external } = process.memoryUsage()
    return {
      counters: intake.counters(Date.now()),
      rssMiB: mib(rss),
      usedMiB: mib(heapUsed + external),
      cpuS: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
      deadLetters: deadLetters.total,
      logMiB: mib(log.status().bytes)
    }
  }
  process.on('message', async message => {
    if (message === 'report') process.send?.(report())
    if (message !== 'stop') return
    await broker.stop()
    await log.stop()
    await deadLetters.stop()
    await rm(directory, { recursive: true })
    process.disconnect()
  })
  process.send?.(broker.state().address)
}

/** Sends `perSecond` readings a second in slices of 20 ms, and waits for the acknowledgements of a slice's client. */
async function publish(clients: MqttClient[], perSecond: number, seconds: number): Promise<number> {
  const sliceMs = 20
  const slices = (seconds * 1000) / sliceMs
  const pending = new Set<Promise<unknown>>()
  const started = performance.now()
  let sent = 0
  for (let slice = 1; slice <= slices; slice++) {
    for (const due = (perSecond * sliceMs * slice) / 1000; sent < due; sent++) {
      const meter = sent % 10_000
      const payload = `{"ts":${Date.now()},"kw":${(meter % 97) / 10},"kvar":0.2,"v":229.8,"pf":0.98}`
      const client = clients[sent % clients.length]
      const acknowledged = client?.publishAsync(topics.meterReading(`M${meter}`), payload, { qos: 1 })
      if (acknowledged === undefined) continue
      pending.add(acknowledged)
      void acknowledged.finally(() => pending.delete(acknowledged))
    }
    await pause(Math.max(0, started + slice * sliceMs - performance.now()))
    if (pending.size > perSecond) await Promise.race(pending)
  }
  await Promise.all(pending)
  return (performance.now() - started) / 1000
}

async function main([perSecond = 10_000, seconds = 20, clientCount = 10]: number[]): Promise<void> {
  const server = fork(import.meta.filename, ['serve'])
  const [address] = (await once(server, 'message')) as [string]
  const ask = async (): Promise<Report> => {
    server.send('report')
    return ((await once(server, 'message')) as [Report])[0]
  }
  const clients = await Promise.all(
    Array.from({ length: clientCount }, () => connectAsync(address, { protocolVersion: 4 }))
  )
  await publish(clients, perSecond, 1)
  const before = await ask()
  const memory = [before]
  let elapsedS = 0
  for (let quarter = 0; quarter < 4; quarter++) {
    elapsedS += await publish(clients, perSecond, seconds / 4)
    memory.push(await ask())
  }
  const after = await ask()
  for (const client of clients) await client.endAsync()
  server.send('stop')
  await once(server, 'exit')

  const readings = after.counters.readings - before.counters.readings
  const cpuS = after.cpuS - before.cpuS
  console.log(`readings acknowledged  ${readings} in ${elapsedS.toFixed(2)} s`)
  console.log(`achieved               ${Math.round(readings / elapsedS)} readings/s`)
  console.log(
    `server CPU             ${((cpuS / readings) * 1e6).toFixed(1)} µs/reading, ${((cpuS / elapsedS) * 100).toFixed(0)} % of a core`
  )
  const course = (of: (report: Report) => number) => `${memory.map(of).join(' → ')} MiB`
  console.log('memory at the start and after each quarter:')
  console.log(`server RSS             ${course(({ rssMiB }) => rssMiB)}`)
  console.log(`heap and buffers       ${course(({ usedMiB }) => usedMiB)}`)
  console.log(`dead letters           ${after.deadLetters}`)
  console.log(`ingest log             ${after.logMiB} MiB`)
}

if (process.argv[2] === 'serve') await serve()
else await main(process.argv.slice(2).map(Number))
