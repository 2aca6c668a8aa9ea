import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { needs } from './needs.ts'
import { tempDir } from './tempDir.ts'
import { until } from './until.ts'

export const mosquittoPath = needs('mosquitto')

export interface Mosquitto {
  url: string
  /** Free, for a further listener: `{port}` in the settings. */
  furtherPort: number
  /** Its folder: `{directory}` in the settings. */
  directory: string
  start(): Promise<void>
  /** SIGKILL: whatever it held in memory is gone. */
  kill(): Promise<void>
  /** SIGHUP: it reads its password and access files again. */
  reload(): void
  /** SIGTERM: it saves its sessions first. */
  quit(): Promise<void>
  remove(): Promise<void>
}

/** Mosquitto cannot listen on port 0, so a free one is found first. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/**
 * A real Mosquitto on a port (a free one unless given) and in a folder of its own, not started yet; `settings` are further
 * lines of its config.
 */
export async function createMosquitto(
  settings: string[] = ['allow_anonymous true'],
  givenPort?: number
): Promise<Mosquitto> {
  const directory = await tempDir()
  const port = givenPort ?? (await freePort())
  const furtherPort = await freePort()
  const config = join(directory.path, 'mosquitto.conf')
  const lines = [
    `listener ${port} 127.0.0.1`,
    'persistence true',
    `persistence_location ${directory.path}/`,
    'max_queued_messages 100000',
    'user root',
    ...settings.map(line =>
      line.replaceAll('{directory}', directory.path).replaceAll('{port}', String(furtherPort))
    )
  ]
  await writeFile(config, `${lines.join('\n')}\n`)
  let child: ChildProcess | null = null

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child
    child = null
    if (running === null || running.exitCode !== null) return
    const exit = once(running, 'exit')
    running.kill(signal)
    await exit
  }

  return {
    url: `mqtt://127.0.0.1:${port}`,
    furtherPort,
    directory: directory.path,
    async start() {
      child = spawn(mosquittoPath ?? 'mosquitto', ['-c', config], { stdio: 'ignore' })
      await until(() => accepts(port), { what: 'mosquitto to listen' })
    },
    reload: () => void child?.kill('SIGHUP'),
    kill: () => end('SIGKILL'),
    quit: () => end('SIGTERM'),
    async remove() {
      await end('SIGKILL')
      await directory.remove()
    }
  }
}
