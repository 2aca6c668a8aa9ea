import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { tempDir } from './tempDir.ts'

export interface RunningInfluxd {
  url: string
  /** Runs one InfluxQL statement; rejects on an error in the answer. */
  query(influxQl: string, database?: string): Promise<unknown>
  pid: number
  stop(): Promise<void>
}

export interface InfluxdSettings {
  maxValuesPerTag?: number
  maxBodyBytes?: number
  /** A folder of the caller's, which stays: the next one started there has its data. Else a temporary one. */
  directory?: string
  /** Else a free one. */
  port?: number
}

/** A real InfluxDB 1.x of its own, in a temporary folder and on a free port unless they are given. */
export async function startInfluxd(
  binary: string,
  { maxValuesPerTag = 100_000, maxBodyBytes = 25_000_000, directory, port = 0 }: InfluxdSettings = {}
): Promise<RunningInfluxd> {
  const folder =
    directory === undefined ? await tempDir() : { path: directory, remove: () => Promise.resolve() }
  const config = join(folder.path, 'influxdb.conf')
  await writeFile(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${folder.path}/meta"
[data]
  dir = "${folder.path}/data"
  wal-dir = "${folder.path}/wal"
  query-log-enabled = false
  max-values-per-tag = ${maxValuesPerTag}
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
  max-body-size = ${maxBodyBytes}
`
  )
  const child = spawn(binary, ['-config', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    const lines: string[] = []
    // Reading goes on after the address is found, so that the pipe never fills.
    createInterface({ input: child.stderr }).on('line', line => {
      if (lines.length < 50) lines.push(line)
      const address = /Listening on HTTP.* addr=(\S+)/.exec(line)?.[1]
      if (address !== undefined) resolve(`http://${address}`)
    })
    exited.then(() => reject(new Error(`influxd ended:\n${lines.join('\n')}`)), reject)
  })
  return {
    url,
    pid: child.pid ?? 0,
    async query(influxQl, database = '') {
      const body = new URLSearchParams({ q: influxQl, db: database, epoch: 'ms' })
      const answer = (await (await fetch(`${url}/query`, { method: 'POST', body })).json()) as {
        error?: string
        results?: { error?: string }[]
      }
      const error = answer.error ?? answer.results?.[0]?.error
      if (error !== undefined) throw new Error(error)
      return answer
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
      await folder.remove()
    }
  }
}
