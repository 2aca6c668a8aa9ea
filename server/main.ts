/** The process: settings, the app, signals. Exit code 1 with one line for each mistake when it cannot start. */
import { flushCompileCache } from 'node:module'
import { resolve } from 'node:path'
import { type App, startApp } from './app.ts'
import { type Environment, readConfig, shownPath } from './config.ts'
import { StartFailure } from './startFailure.ts'

const pagesDirectory = resolve(import.meta.dirname, '../web/dist')

/** Starts the server from the environment; null when it could not, after saying why and setting the exit code. */
export async function runServer(environment: Environment): Promise<App | null> {
  // Everything is loaded: the compiled code stays on disk, else a copy of it, megabytes, would stay in memory, too.
  flushCompileCache()
  const read = readConfig(environment)
  if ('mistakes' in read) {
    for (const mistake of read.mistakes) console.error(mistake)
    process.exitCode = 1
    return null
  }
  const { config } = read
  try {
    const app = await startApp(config, {
      ...{ now: Date.now, random: Math.random, pagesDirectory },
      onLost(error) {
        console.error(`Gridload ends: ${error.message}. Start it again; what was acknowledged is in the log.`)
        process.exit(1)
      }
    })
    console.log(`Gridload is open at ${app.publicUrl}`)
    console.log(`MQTT ${config.mqtt.kind} broker: ${app.brokerAddress}`)
    console.log(`Data in ${shownPath(config.dataDirectory)}, time zone ${config.timeZone}`)
    if (app.wasDemo) {
      console.warn(
        'These data were a demo, in which everyone was an administrator: whoever was made a user there can still log in, and ' +
          'credentials of devices are valid. Look through them, or set DATA_DIR to a new folder.'
      )
    }
    if (app.setupUrl !== null) {
      console.log(`Nobody can log in yet. Make the first administrator within 24 hours: ${app.setupUrl}`)
    }
    return app
  } catch (error) {
    console.error(error instanceof StartFailure ? error.message : error)
    process.exitCode = 1
    return null
  }
}

/** Runs `stop` once at the first SIGINT or SIGTERM, or when npm is ended; a second signal ends the process at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false
  const end = (): void => {
    if (stopping) process.exit(130)
    stopping = true
    stop().then(
      () => process.exit(0),
      error => {
        console.error(error)
        process.exit(1)
      }
    )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  if (process.env.npm_lifecycle_event !== undefined) onceOrphaned(end)
}

/**
 * npm runs a script in a shell of its own: who ends npm ends that shell, and nobody would tell this process. Started
 * by hand it may well outlive its shell, so this is for npm alone.
 */
function onceOrphaned(end: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    end()
  }, 500)
  timer.unref()
}

if (import.meta.main) {
  const app = await runServer(process.env)
  if (app !== null) stopOnSignal(() => app.stop())
}
