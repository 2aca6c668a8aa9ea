import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../../simulators/publish/connection.ts'
import { type History, startHistory } from '../../../simulators/publish/history.ts'
import { openProgress, type Progress } from '../../../simulators/publish/progress.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { until } from '../../helpers/until.ts'
import { exampleSource } from './exampleSource.ts'

const now = Date.parse('2026-06-10T06:05:00Z')
/** Five days of 5-minute means. */
const WHOLE_PAST = 5 * 288
const sources = [exampleSource('M-1'), exampleSource('M-2')]

let folder: Awaited<ReturnType<typeof tempDir>>
let progress: Progress
let histories: History[] = []
beforeEach(async () => {
  folder = await tempDir()
  progress = await openProgress(folder.path, 'region 1', () => {})
})
afterEach(async () => {
  for (const history of histories) await history.stop()
  histories = []
  await progress.stop()
  await folder.remove()
})

/** A connection without a network: `publish` decides when a message is acknowledged. */
function connectionWith(publish: Connection['publish']) {
  let reconnected = () => {}
  let isConnected = true
  const connection: Connection = {
    isConnected: () => isConnected,
    pending: () => 0,
    publish,
    subscribe: async () => {},
    onConnect: listener => {
      reconnected = listener
    },
    stop: async () => {}
  }
  const setConnected = (connected: boolean) => {
    isConnected = connected
    if (connected) reconnected()
  }
  return { connection, setConnected }
}

function start(connection: Connection, change: Partial<Parameters<typeof startHistory>[0]> = {}): History {
  const history = startHistory({
    sources,
    connection,
    progress,
    readingsPerS: 1_000_000,
    isLiveWaiting: () => false,
    stillHas: async () => true,
    now: () => now,
    log: () => {},
    ...change
  })
  histories.push(history)
  return history
}

test('publishes all of the past; a new run with the same progress publishes nothing', async () => {
  const { connection } = connectionWith(async () => {})
  const first = start(connection)
  await until(() => first.counts().readings === 2 * WHOLE_PAST, { what: 'the whole past' })
  await first.stop()
  await progress.stop()

  progress = await openProgress(folder.path, 'region 1', () => {})
  let asked = 0
  const second = start(connection, {
    stillHas: async () => {
      asked += 1
      return true
    }
  })
  await until(() => asked > 0, { what: 'the server is asked' })
  await second.stop()
  expect(second.counts()).toEqual({ messages: 0, readings: 0 })
})

test('a run that is cut short is continued: nothing acknowledged is sent again, the rest is', async () => {
  const acknowledged: string[] = []
  const stuck = connectionWith(async (_topic, payload) => {
    if (acknowledged.length >= 5) await new Promise(() => {})
    acknowledged.push(payload)
  })
  const history = startHistory({
    sources,
    connection: stuck.connection,
    progress,
    readingsPerS: 1_000_000,
    isLiveWaiting: () => false,
    stillHas: async () => true,
    now: () => now,
    log: () => {}
  })
  await until(() => acknowledged.length === 5, { what: 'five messages' })
  await until(() => history.counts().messages === 5, { what: 'five acknowledged' })
  // Not waited for: a killed process does not wait either.
  void history.stop()
  await progress.stop()

  progress = await openProgress(folder.path, 'region 1', () => {})
  const again: string[] = []
  const { connection } = connectionWith(async (_topic, payload) => {
    again.push(payload)
  })
  const rest = start(connection)
  const readings = (payloads: string[]) => payloads.flatMap(payload => JSON.parse(payload) as object[]).length
  await until(() => readings(acknowledged) + readings(again) === 2 * WHOLE_PAST, { what: 'the rest' })
  expect(rest.counts().readings).toBe(readings(again))
})

describe('what was acknowledged is void', () => {
  test('when the server has lost it', async () => {
    for (const source of sources) progress.add(source, now - 30 * 86_400_000, now)
    const { connection } = connectionWith(async () => {})
    const history = start(connection, { stillHas: async () => false })
    await until(() => history.counts().readings === 2 * WHOLE_PAST, { what: 'the whole past again' })
  })

  test('for another region, and when the file is damaged', async () => {
    for (const source of sources) progress.add(source, 0, now)
    await progress.stop()
    const file = join(folder.path, 'published.json')
    expect(await readFile(file, 'utf8')).toContain('M-1')
    const other = await openProgress(folder.path, 'region 2', () => {})
    expect(other.isEmpty()).toBe(true)
    await other.stop()
    await writeFile(file, '{"region":"region 1","covered":{"M-1":[[1')
    const damaged = await openProgress(folder.path, 'region 1', () => {})
    expect(damaged.isEmpty()).toBe(true)
    await damaged.stop()
  })
})

test('waits while live reports wait, while the server cannot be asked, and while there is no connection', async () => {
  for (const source of sources) progress.add(source, now - 86_400_000, now)
  const { connection, setConnected } = connectionWith(async () => {})
  let isLiveWaiting = true
  let answers = false
  let asked = 0
  setConnected(false)
  const history = start(connection, {
    isLiveWaiting: () => isLiveWaiting,
    stillHas: async () => {
      asked += 1
      if (!answers) throw new Error('no answer')
      return true
    }
  })
  setConnected(true)
  await until(() => asked > 0, { what: 'the server is asked' })
  expect(history.counts().messages).toBe(0)
  answers = true
  await until(() => asked > 1, { what: 'the server is asked again' })
  expect(history.counts().messages).toBe(0)
  isLiveWaiting = false
  await until(() => history.counts().readings === 2 * (WHOLE_PAST - 288), { what: 'the rest of the past' })
})

test('never more than a few messages in flight', async () => {
  let inFlight = 0
  let most = 0
  const { connection } = connectionWith(async () => {
    inFlight += 1
    most = Math.max(most, inFlight)
    await new Promise(resolve => setImmediate(resolve))
    inFlight -= 1
  })
  const history = start(connection)
  await until(() => history.counts().readings === 2 * WHOLE_PAST, { what: 'the whole past' })
  expect(most).toBeLessThanOrEqual(4)
})
