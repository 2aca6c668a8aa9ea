import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

export interface PostgresServer {
  /** Makes an empty database and returns its URL. */
  database(): Promise<string>
  /** Ends every connection as a restarting server does, without stopping it. */
  dropConnections(): Promise<void>
  stop(): Promise<void>
}

/** Starts a PostgreSQL of its own, reachable only through a socket in a temporary folder. */
export async function startPostgres(binary: string): Promise<PostgresServer> {
  const folder = await tempDir()
  const data = join(folder.path, 'data')
  const as = unprivileged()
  if (as !== null) chownSync(folder.path, as.uid, as.gid)
  const options = { cwd: folder.path, stdio: 'ignore' as const, ...as }
  const initdb = join(dirname(binary), 'initdb')
  execFileSync(initdb, ['-D', data, '-U', 'gridload', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options)
  const settings = ['listen_addresses=', `unix_socket_directories=${folder.path}`, 'fsync=off']
  const server = spawn(binary, ['-D', data, ...settings.flatMap(one => ['-c', one])], options)
  const urlOf = (database: string) => `postgres://gridload@${encodeURIComponent(folder.path)}/${database}`
  await until(() => answers(urlOf('postgres')), { what: 'PostgreSQL answers', timeoutMs: 30_000 })

  let databases = 0
  return {
    async database() {
      const name = `records${++databases}`
      await query(urlOf('postgres'), `create database ${name}`)
      return urlOf(name)
    },
    async dropConnections() {
      await query(
        urlOf('postgres'),
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = current_user'
      )
    },
    async stop() {
      await end(server)
      await folder.remove()
    }
  }
}

/** root may not run PostgreSQL: null when this process is somebody else already. */
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await query(url, 'select 1')
    return true
  } catch {
    return false
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const exited = once(server, 'exit')
  server.kill('SIGINT') // fast shutdown: connections are not waited for
  await exited
}
