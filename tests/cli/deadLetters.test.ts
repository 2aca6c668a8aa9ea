import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deadLettersCommand } from '../../server/cli/deadLetters.ts'
import { openReplayClient } from '../../server/cli/replayClient.ts'
import { type Config, type Environment, readConfig } from '../../server/config.ts'
import { type DeadLetters, openDeadLetters } from '../../server/log/deadLetters.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { saying } from './saying.ts'

const at = Date.UTC(2026, 10, 22, 5)
const meter = (id: string) => `gridload/v1/meter/${id}/reading`
let directory: { path: string; remove: () => Promise<void> }
let letters: DeadLetters

beforeEach(async () => {
  directory = await tempDir()
  letters = await openDeadLetters(join(directory.path, 'dead-letters'))
  await letters.put({ at, topic: meter('M1'), payload: Buffer.from('{"ts":1}'), reason: 'kw is missing' })
  await letters.put({ at, topic: '', payload: Buffer.from([0xff, 0]), reason: 'Not a packet' })
  await letters.put({ at, topic: meter('M2'), payload: Buffer.from('a\nb'), reason: 'payload is not JSON' })
})

afterEach(async () => {
  await letters.stop()
  await directory.remove()
})

const run = (args: string[], environment: Environment = {}) =>
  saying(deadLettersCommand, args, { DATA_DIR: directory.path, ...environment })

function configOf(environment: Environment): Config {
  const read = readConfig({ DATA_DIR: directory.path, ...environment })
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  return read.config
}

describe('dead-letters list', () => {
  it('gives the newest first, beside their owner', async () => {
    const { code, said } = await run(['list'])
    expect(code).toBe(0)
    expect(said.split('\n')).toEqual([
      `3  2026-11-22T05:00:00.000Z  ${meter('M2')}`,
      '    payload is not JSON',
      '    3 bytes: a b',
      '2  2026-11-22T05:00:00.000Z  (no topic)',
      '    Not a packet',
      '    2 bytes: \ufffd ',
      `1  2026-11-22T05:00:00.000Z  ${meter('M1')}`,
      '    kw is missing',
      '    8 bytes: {"ts":1}'
    ])
  })

  it('gives no more than asked, and only with the reason asked for', async () => {
    expect((await run(['list', '--limit', '1'])).said).toMatch(/^3 .*a b$/s)
    const { said } = await run(['list', '--reason', 'not'])
    expect(said.match(/^\d+/gm)).toEqual(['3', '2'])
    expect((await run(['list', '--reason', 'no such'])).said).toBe(
      'No dead letter has "no such" in its reason.'
    )
  })

  it('says so where there is none', async () => {
    await letters.stop()
    const empty = join(directory.path, 'empty')
    letters = await openDeadLetters(join(empty, 'dead-letters'))
    expect(await run(['list'], { DATA_DIR: empty })).toEqual({
      ...{ code: 0, said: 'No dead letters.', complained: '' }
    })
    expect((await run(['show', '1'], { DATA_DIR: empty })).complained).toBe(
      'There is no dead letter 1: there are none.'
    )
  })

  it.each(['list', 'show 1', 'replay 1'])('%s fails where Gridload has never been', async command => {
    const elsewhere = join(directory.path, 'elsewhere')
    const { code, complained } = await run(command.split(' '), { DATA_DIR: elsewhere })
    expect([code, complained]).toEqual([
      1,
      expect.stringMatching(/^There are no dead letters in .*elsewhere$/)
    ])
  })
})

describe('dead-letters show', () => {
  it('gives all of one letter', async () => {
    const { code, said } = await run(['show', '3'])
    expect(code).toBe(0)
    expect(said).toContain(`topic    ${meter('M2')}\nreason   payload is not JSON\npayload  3 bytes\n\na\nb`)
  })

  it('gives bytes that are no text as base64', async () => {
    const { said } = await run(['show', '2'])
    expect(said).toContain('base64: /wA=')
    expect(said).toContain('topic    (no topic)')
  })

  it('says when the payload was cut, and by whom', async () => {
    await letters.put({ at, topic: 'a/b', payload: Buffer.alloc(1_100_000, 'x'), reason: 'long' })
    await letters.put({ at, topic: 'a/b', payload: Buffer.from('head'), bytes: 9_000_000, reason: 'longer' })
    expect((await run(['show', '4'])).said).toContain('payload  1100000 bytes, of which 1048576 were kept')
    expect((await run(['show', '5'])).said).toContain('payload  9000000 bytes, of which 4 were kept')
  })

  it('fails where there is none', async () => {
    expect(await run(['show', '99'])).toEqual({
      code: 1,
      said: '',
      complained: 'There is no dead letter 99: those kept are 1 to 3.'
    })
  })
})

describe('dead-letters replay', () => {
  let aedes: Aedes
  let server: Server
  let got: string[]
  let url: string

  beforeEach(async () => {
    got = []
    aedes = await Aedes.createBroker({
      authorizePublish(_client, packet, done) {
        got.push(`${packet.topic} ${packet.payload} QoS ${packet.qos}`)
        done(null)
      }
    })
    server = createServer(aedes.handle)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`
  })

  afterEach(async () => {
    await new Promise<void>(resolve => aedes.close(resolve))
    await new Promise<void>(resolve => server.close(() => resolve()))
  })

  it('publishes one letter at QoS 1', async () => {
    expect(await run(['replay', '1'], { MQTT_URL: url })).toEqual({
      code: 0,
      said: '1 published again, 0 skipped.',
      complained: ''
    })
    expect(got).toEqual([`${meter('M1')} {"ts":1} QoS 1`])
  })

  it('publishes a range to the built-in broker, and says what it has to leave out', async () => {
    const port = new URL(url).port
    expect(await run(['replay', '1-3'], { MQTT_PORT: port })).toEqual({
      code: 1,
      said: '2 published again, 1 skipped.',
      complained: '2 is not published: it has no topic'
    })
    expect(got).toEqual([`${meter('M1')} {"ts":1} QoS 1`, `${meter('M2')} a\nb QoS 1`])
  })

  it('publishes many with one reason, in their order', async () => {
    const puts = Array.from({ length: 250 }, (_, n) =>
      letters.put({ at, topic: meter(`N${n}`), payload: Buffer.from('{}'), reason: 'ts is missing' })
    )
    await Promise.all(puts)
    const { code, said } = await run(['replay', '--reason', 'TS is'], { MQTT_URL: url })
    expect([code, said]).toEqual([0, '250 published again, 0 skipped.'])
    expect(got).toEqual(Array.from({ length: 250 }, (_, n) => `${meter(`N${n}`)} {} QoS 1`))
  })

  it('leaves alone what comes back meanwhile', async () => {
    await letters.stop()
    // Those that come back go to the end of the last segment, which is read after the first.
    letters = await openDeadLetters(join(directory.path, 'dead-letters'), { segmentBytes: 20_000 })
    const bad = { at, topic: 'a/b', payload: Buffer.from('x'), reason: 'bad' }
    for (let part = 0; part < 3; part++)
      await Promise.all(Array.from({ length: 100 }, () => letters.put(bad)))
    aedes.authorizePublish = (_client, _packet, done) => {
      letters.put(bad).then(() => done(null), done)
    }
    const { said } = await run(['replay', '--reason', 'bad'], { MQTT_URL: url })
    expect(said).toBe('300 published again, 0 skipped.')
    expect((await run(['show', '999'])).complained).toContain('1 to 603')
  })

  it('says from where on it must be done again when the connection is lost', async () => {
    aedes.authorizePublish = client => client?.close()
    const { code, complained } = await run(['replay', '1-3'], { MQTT_URL: url })
    expect(code).toBe(1)
    expect(complained).toContain(
      '0 published; from letter 1 on it must be done again: the connection was lost'
    )
    await until(() => aedes.connectedClients === 0, { what: 'the connection to be over' })
  })

  it('says so, too, when it was lost before the last was published', async () => {
    aedes.authorizePublish = client => client?.close()
    const client = await openReplayClient(configOf({ MQTT_URL: url }))
    await client.publish(1, 'a/b', Buffer.from('x'))
    await until(() => aedes.connectedClients === 0, { what: 'the connection to be over' })
    await expect(client.flush()).rejects.toThrow('0 published; from letter 1 on')
    await client.stop()
  })

  it('fails where no such letter is, and where there is no broker', async () => {
    expect((await run(['replay', '7-9'], { MQTT_URL: url })).complained).toBe(
      'There is no such dead letter: those kept are 1 to 3.'
    )
    const free = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => free.once('listening', resolve))
    const { port } = free.address() as { port: number }
    await new Promise(resolve => free.close(resolve))
    const { code, complained } = await run(['replay', '1'], { MQTT_URL: `mqtt://127.0.0.1:${port}` })
    expect(code).toBe(1)
    expect(complained).toMatch(
      new RegExp(`^The MQTT broker 127.0.0.1:${port} cannot be reached: .*ECONNREFUSED`)
    )
    expect((await run(['replay', '1'], { MQTT_PORT: '0' })).complained).toContain('MQTT_PORT is 0')
    const builtIn = await run(['replay', '1'], { MQTT_PORT: String(port) })
    expect(builtIn.complained).toMatch(/ECONNREFUSED.*is Gridload running\?$/)
    // Nothing to publish: nobody to be asked.
    expect((await run(['replay', '9'], { MQTT_PORT: '0' })).complained).toContain('no such dead letter')
  })
})

describe('a wrong command', () => {
  it.each([
    [[], 'say one of: list, show, replay'],
    [['delete'], 'say one of: list, show, replay'],
    [['show'], 'say the number of the letter'],
    [['show', '1', '2'], 'show takes no 2'],
    [['show', '1', '--reason', 'x'], '--reason belongs to list and replay'],
    [['show', '1', '--limit', '1'], '--limit belongs to list'],
    [['replay', '1-'], '1- is neither a number nor FROM-TO'],
    [['show', 'x'], 'x is not the number of a letter'],
    [['replay'], 'say which: a number, two numbers FROM-TO, or --reason'],
    [['replay', '3-1'], '3-1: the first number is above the last'],
    [['replay', '1-2-3'], '1-2-3 is neither a number nor FROM-TO'],
    [['list', '--limit', '0'], '--limit 0 is not a number of 1 or more'],
    [['list', '5'], 'list takes no 5'],
    [['list', '--frob'], "Unknown option '--frob'\n"]
  ])('%j is answered with what is wrong, and how it is used', async (args, expected) => {
    const { code, said, complained } = await run(args)
    expect([code, said]).toEqual([2, ''])
    expect(complained.startsWith(expected)).toBe(true)
    expect(complained).toContain('Usage: npm run dead-letters')
  })

  it('names the setting that is wrong', async () => {
    const { code, complained } = await run(['list'], { MQTT_PORT: 'x' })
    expect(code).toBe(2)
    expect(complained).toContain('MQTT_PORT')
  })

  it('is explained on --help', async () => {
    expect(await run(['list', '--help'])).toMatchObject({ code: 0, complained: '' })
  })
})
