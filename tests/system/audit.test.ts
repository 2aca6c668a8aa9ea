import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GridAnswer } from '../../server/contract/grid.ts'
import type { Programme } from '../../server/contract/programmes.ts'
import { openAuditReader } from '../../server/records/openAudit.ts'
import { Missing } from '../faults/fault.ts'
import { mountSmallDisk, type SmallDisk } from '../faults/servers/tmpfs.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { MISSING_MARK } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

const program = resolve(import.meta.dirname, '../../server/cli/audit.ts')

/** As a person types it; what it said, and its exit code. */
async function audit(dataDirectory: string, ...words: string[]): Promise<{ code: number; said: string }> {
  const environment = { PATH: process.env.PATH, DATA_DIR: dataDirectory }
  return promisify(execFile)(process.execPath, [program, ...words], { env: environment }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr })
  )
}

const FEEDERS = 20_000
const IMPORT = 'POST /api/registry/import'
const bigRegistry = [
  'kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw',
  'company,co,,Company,,,5000,,,,',
  ...Array.from({ length: FEEDERS }, (_, n) => `feeder,f${n},co,Feeder ${n},,,3000,,,,`)
].join('\n')

describe('kill -9 in the middle of a command', () => {
  let directory: Awaited<ReturnType<typeof tempDir>>
  let gridload: Gridload | null = null
  beforeAll(async () => {
    directory = await tempDir()
  })
  afterAll(async () => {
    await gridload?.stop()
    await directory.remove()
  })

  it('leaves its attempt in the audit, without an outcome; the chain is whole and goes on', async () => {
    gridload = await startGridload({ DATA_DIR: directory.path })
    const reader = await openAuditReader({ file: join(directory.path, 'records.sqlite') })
    const sent = gridload.importRegistry(bigRegistry).then(
      () => 'answered',
      () => 'cut off'
    )
    const isAttempted = async () =>
      (await reader.range(1, 10)).some(({ action, outcome }) => action === IMPORT && outcome === 'attempted')
    await until(isAttempted, { what: 'the attempt in the audit' })
    await gridload.kill()
    expect(await sent).toBe('cut off')
    const entries = await reader.range(1, 10)
    expect(entries.filter(({ action }) => action === IMPORT)).toMatchObject([
      { outcome: 'attempted', actorId: 'admin-token', status: null }
    ])
    await reader.stop()
    expect(await audit(directory.path, 'verify')).toEqual({
      code: 0,
      said: expect.stringContaining(`The audit is whole: ${entries.length} entries`)
    })

    gridload = await startGridload({ DATA_DIR: directory.path })
    // All of it or nothing.
    const { nodes } = await gridload.get<GridAnswer>('/api/grid')
    expect([0, FEEDERS + 1]).toContain(nodes.length)
    await gridload.patch('/api/programmes/voluntary', { settleDelayMinutes: 5 })
    expect(await audit(directory.path, 'verify')).toEqual({
      code: 0,
      said: expect.stringContaining(`The audit is whole: ${entries.length + 2} entries`)
    })
  })
})

/** null: mounting one is not allowed here. */
async function smallDisk(): Promise<SmallDisk | null> {
  try {
    return await mountSmallDisk(48)
  } catch (error) {
    if (!(error instanceof Missing) || process.env.CI === 'true') throw error
    console.log(`${MISSING_MARK} root, to mount a small disk`)
    return null
  }
}
const disk = await smallDisk()

describe.skipIf(disk === null)('an audit that cannot be written', () => {
  let gridload: Gridload | null = null
  afterAll(async () => {
    disk?.free()
    await gridload?.stop()
    await disk?.remove()
  })

  const change = (settleDelayMinutes: number) =>
    gridload?.fetch('/api/programmes/voluntary', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ settleDelayMinutes })
    })
  const delay = async () => {
    const { programmes } = (await gridload?.get<{ programmes: Programme[] }>('/api/programmes')) ?? {}
    return programmes?.find(({ id }) => id === 'voluntary')?.settleDelayMinutes
  }

  it('keeps every command from being carried out (503); looking goes on; with room commands are taken again', async () => {
    const path = disk?.path ?? ''
    gridload = await startGridload({ DATA_DIR: path, LOG_MIN_FREE_SHARE: '0', LOG_LEVEL: 'silent' })
    expect((await change(1))?.status).toBe(200)
    disk?.fill()
    // What the database file has in reserve may take some entries yet.
    let [taken, minutes] = [1, 1]
    let refused: Response | undefined
    await until(
      async () => {
        minutes++
        refused = await change(minutes)
        if (refused?.status === 200) taken = minutes
        return refused?.status === 503
      },
      { what: 'a command is refused', timeoutMs: 60_000 }
    )
    expect(await refused?.json()).toMatchObject({ detail: expect.stringContaining('audit') })
    expect(await delay()).toBe(taken)
    expect((await gridload.fetch('/api/audit?limit=5')).status).toBe(200)

    disk?.free()
    await until(async () => (await change(7))?.status === 200, { what: 'commands are taken again' })
    expect(await delay()).toBe(7)
    expect((await audit(path, 'verify')).code).toBe(0)
  })
})
