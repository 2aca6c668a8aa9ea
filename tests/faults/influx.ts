import { type RunningInfluxd, startInfluxd } from '../helpers/influxd.ts'
import { needs } from '../helpers/needs.ts'
import { startTcpProxy, type TcpProxy } from '../helpers/tcpProxy.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { Missing } from './fault.ts'
import { stablePort } from './servers/ports.ts'

export const DATABASE = 'gridload'

/** A real InfluxDB 1.x that can go, hang and come back with its data, reached through a proxy that can be slow. */
export interface Influx {
  /** What the product is told: the proxy. */
  environment: Record<string, string>
  /** Directly, for the comparison. */
  url: string
  proxy: TcpProxy
  start(): Promise<void>
  stop(): Promise<void>
  /** SIGSTOP: it takes connections and answers nothing. */
  hang(): void
  goOn(): void
}

export async function startInflux(cleanup: AsyncDisposableStack): Promise<Influx> {
  const binary = needs('influxd')
  if (binary === null) throw new Missing('influxd is not installed')
  const folder = await tempDir()
  cleanup.defer(folder.remove)
  const port = await stablePort()
  const url = `http://127.0.0.1:${port}`
  const proxy = await startTcpProxy(new URL(url), await stablePort())
  cleanup.defer(() => proxy.down())
  let running: RunningInfluxd | null = null

  const influx: Influx = {
    environment: { INFLUX_URL: `http://127.0.0.1:${proxy.port}`, INFLUX_DATABASE: DATABASE },
    url,
    proxy,
    async start() {
      running = await startInfluxd(binary, { directory: folder.path, port })
    },
    async stop() {
      influx.goOn()
      await running?.stop()
      running = null
    },
    hang: () => signal('SIGSTOP'),
    goOn: () => signal('SIGCONT')
  }
  function signal(name: NodeJS.Signals): void {
    if (running !== null) process.kill(running.pid, name)
  }
  await influx.start()
  cleanup.defer(() => influx.stop())
  return influx
}
