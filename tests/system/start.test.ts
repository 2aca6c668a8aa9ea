import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SourcesAnswer } from '../../server/contract/sources.ts'
import { topics } from '../../server/contract/topics.ts'
import { runToEnd, startGridload } from '../helpers/gridload.ts'
import { tempDir } from '../helpers/tempDir.ts'

let directory: Awaited<ReturnType<typeof tempDir>>
beforeEach(async () => {
  directory = await tempDir()
})
afterEach(() => directory.remove())

/** A port that somebody else holds. */
async function heldPort(): Promise<{ port: string; server: Server }> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return { port: String((server.address() as { port: number }).port), server }
}

const lines = (output: string): string[] => output.trim().split('\n')

describe('a start that cannot succeed says why in one line and exits with 1', () => {
  it.each(['PORT', 'MQTT_PORT'])('%s already in use', async setting => {
    const { port, server } = await heldPort()
    const { code, output } = await runToEnd({ DATA_DIR: directory.path, [setting]: port })
    server.close()
    expect(code).toBe(1)
    expect(lines(output)).toEqual([
      expect.stringMatching(new RegExp(`^${setting} ${port} is already in use`))
    ])
  })

  it('a data directory that cannot be made', async () => {
    const file = join(directory.path, 'file')
    await writeFile(file, '')
    const { code, output } = await runToEnd({ DATA_DIR: join(file, 'below') })
    expect(code).toBe(1)
    expect(lines(output)).toEqual([expect.stringMatching(/^DATA_DIR .*below/)])
  })

  it('a data directory that another process has', async () => {
    const first = await startGridload({ DATA_DIR: directory.path })
    const { code, output } = await runToEnd({ DATA_DIR: directory.path })
    await first.stop()
    expect(code).toBe(1)
    expect(lines(output)).toEqual([expect.stringMatching(/^DATA_DIR .* another/)])
  })

  it('wrong settings, every one of them', async () => {
    const { code, output } = await runToEnd({ DATA_DIR: directory.path, PORT: 'x', TIME_ZONE: 'Mars' })
    expect(code).toBe(1)
    expect(lines(output)).toEqual([expect.stringMatching(/^PORT /), expect.stringMatching(/^TIME_ZONE /)])
  })
})

describe('a start on the same data directory', () => {
  it('goes on where the last run was, after a clean end with exit code 0', async () => {
    const first = await startGridload({ DATA_DIR: directory.path })
    const client = await connectAsync(first.broker, { protocolVersion: 4 })
    const ts = Date.now()
    await client.publishAsync(topics.meterReading('m1'), JSON.stringify({ ts, kw: 42 }), { qos: 1 })
    await client.publishAsync(topics.meterReading('m1'), 'nonsense', { qos: 1 })
    await client.endAsync()
    expect(await first.stop()).toBe(0)

    const second = await startGridload({ DATA_DIR: directory.path })
    const { sources } = await second.get<SourcesAnswer>('/api/sources')
    expect(sources).toMatchObject([{ kind: 'meter', id: 'm1', nodeId: null, newestAt: ts }])
    const stored = await second.get<{ columns: { kw: number[] } }>('/api/readings/meter/m1')
    expect(stored.columns.kw).toEqual([42])
    expect(await second.get('/api/dead-letters')).toMatchObject({ total: 1 })
    expect(await second.stop()).toBe(0)
  })
})
