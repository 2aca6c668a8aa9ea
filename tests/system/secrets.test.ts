import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, administrator } from '../helpers/callers.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { enter, invite, makeFirstAdministrator, type Person } from '../helpers/office.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { type Visitor, visit } from '../helpers/visitor.ts'

const root = resolve(import.meta.dirname, '../..')
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,co,,Company,,,5000,,,,
feeder,f1,co,Feeder 1,,,3000,,,,
customer,c1,,The works,,,,,,,
meteringPoint,mp1,f1,The works,m1,,,,10,c1,400
`

/** What nobody may find, by what it is. `shown`: in how many answers it stands, because somebody has to be told. */
interface Secret {
  what: string
  text: string
  shown: 0 | 1
}

let directory: Awaited<ReturnType<typeof tempDir>>
let gridload: Gridload
let output = ''
const secrets: Secret[] = []
const WEATHER_API_KEY = randomBytes(16).toString('hex')
/** Everything that came back over HTTP. */
const answers: { what: string; text: string }[] = []

const keep = (what: string, text: string, shown: 0 | 1 = 0) => secrets.push({ what, text, shown })

/** A visitor whose answers are kept, and whose cookies are secrets. */
function watched(everywhere?: Record<string, string>): Visitor {
  const visitor = visit(gridload.address, everywhere)
  const { call } = visitor
  visitor.call = async (method, path, body, headers) => {
    const answer = await call(method, path, body, headers)
    answers.push({ what: `${method} ${path}`, text: answer.text })
    for (const value of visitor.cookies.values()) {
      if (!secrets.some(({ text }) => text === value)) keep('a session cookie', value)
    }
    return answer
  }
  return visitor
}

function keepPerson({ userName, password, linkToken, app, recoveryCodes }: Person): void {
  keep(`the password of ${userName}`, password)
  if (app !== null) keep(`the seed of ${userName}'s app`, app.secret, 1)
  for (const code of recoveryCodes) keep(`a recovery code of ${userName}`, code, 1)
  keep(`the link of ${userName}`, linkToken)
}

const start = () =>
  startGridload({
    DATA_DIR: directory.path,
    LOG_LEVEL: 'trace',
    // Nobody is there: what is said of it must not hold the key.
    WEATHER_URL: 'http://localhost:9',
    WEATHER_STATIONS: 'W1:21.03:105.85',
    WEATHER_API_KEY,
    OIDC_ISSUER: 'http://localhost:9',
    OIDC_CLIENT_ID: 'gridload',
    OIDC_CLIENT_SECRET_FILE: join(directory.path, 'client-secret')
  })

async function command(program: string, ...words: string[]): Promise<string> {
  const environment = { PATH: process.env.PATH, DATA_DIR: directory.path }
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(root, 'server/cli', program), ...words],
    { env: environment, maxBuffer: 1e8 }
  )
  return stdout + stderr
}

/** Logging in, wrong ones, tokens, credentials, a rotation of the keys, and everything there is to read. */
async function live(): Promise<void> {
  await gridload.importRegistry(registry)
  const boss = watched()
  const first = await makeFirstAdministrator(gridload, boss)
  keepPerson(first)
  const visitor = watched()
  const lan = await invite(gridload, { userName: 'lan', roles: ['supervisor'] }, { hasApp: true, visitor })
  keepPerson(lan)
  await enter(watched(), lan)

  await watched().call('GET', '/api/auth/oidc/start')
  // Mistakes people make: a password where it does not belong.
  const typo = 'my secret typed into the wrong field'
  keep('a password typed as a name', typo)
  const nobody = watched()
  await nobody.logIn(typo, 'wrong')
  await nobody.logIn('lan', `${lan.password}!`)
  await nobody.call('POST', '/api/auth/login', `{"userName":"lan","password":"${lan.password}"`)
  await nobody.call('POST', '/api/auth/login', {
    userName: 'lan',
    password: lan.password,
    pass: lan.password
  })
  await nobody.call('POST', '/api/auth/login', { userName: 'lan', password: [lan.password] })
  await nobody.call('POST', '/api/auth/reset', { token: lan.linkToken, password: lan.password })
  await nobody.call('GET', '/api/grid', undefined, { authorization: `Bearer ${ADMIN_TOKEN}x` })
  await nobody.call('GET', '/api/grid', undefined, {
    cookie: `gridload_session=${randomBytes(32).toString('hex')}`
  })

  const machine = watched(administrator)
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
  const order = { name: 'meter data', scopes: ['grid:read'], expiresAt: inAnHour }
  const token = await machine.call('POST', '/api/tokens', order)
  keep('an API token', token.body.secret, 1)
  await watched({ authorization: `Bearer ${token.body.secret}` }).call('GET', '/api/grid')
  const device = await machine.call('POST', '/api/device-credentials', { kind: 'meter', id: 'M-1' })
  keep('the secret of a device', device.body.secret, 1)
  const knocking = {
    username: 'meter/M-1',
    clientId: 'meter/M-1',
    protocolVersion: 4,
    reconnectPeriod: 0
  } as const
  await connectAsync(gridload.broker, { ...knocking, password: `${device.body.secret}x` }).catch(() => null)
  const meter = await connectAsync(gridload.broker, { ...knocking, password: device.body.secret })
  await meter.publishAsync('gridload/v1/meter/M-1/reading', 'no reading', { qos: 1 })
  await meter.endAsync()
  const reset = await machine.call('POST', `/api/users/${lan.id}/reset`, {})
  keep('a fresh link', /[\w-]{43}$/.exec(reset.body.link)?.[0] ?? '', 1)

  await command('keys.ts', 'rotate')
  await enter(watched(), first)

  const { body: document } = await machine.call('GET', '/api/docs/json')
  for (const [path, operations] of Object.entries(document.paths as Record<string, object>)) {
    if (!('get' in operations) || path.endsWith('/live') || path.includes('oidc')) continue
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => (name === 'kind' ? 'meter' : lan.id))
    await machine.call('GET', filled)
    await boss.call('GET', filled)
  }
  await boss.call('POST', '/api/auth/logout')
}

beforeAll(async () => {
  directory = await tempDir()
  const clientSecret = randomBytes(24).toString('hex')
  await writeFile(join(directory.path, 'client-secret'), `${clientSecret}\n`, { mode: 0o600 })
  gridload = await start()
  keep('the ADMIN_TOKEN', ADMIN_TOKEN)
  keep('the secret of the directory’s client', clientSecret)
  keep('the key of the weather source', WEATHER_API_KEY)
  await live()
  output = gridload.output()
  await gridload.stop()
  output = gridload.output()
})
afterAll(async () => {
  await gridload?.stop()
  await directory?.remove()
})

/** Also as a header, an address or base64 would write it. */
const spellings = (text: string): string[] => [
  text,
  encodeURIComponent(text),
  JSON.stringify(text).slice(1, -1),
  Buffer.from(text).toString('base64').replace(/=+$/, '')
]
const foundIn = (haystack: string | Buffer, within = secrets): string[] =>
  within
    .filter(({ text }) => spellings(text).some(spelling => haystack.includes(spelling)))
    .map(({ what }) => what)

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const paths = names.map(name => join(folder, name))
  const isFile = await Promise.all(paths.map(async path => (await stat(path)).isFile()))
  return paths.filter((_, index) => isFile[index])
}

describe('after a life with every sort of secret', () => {
  it('there were enough of them to look for', () => {
    expect(secrets.length).toBeGreaterThan(25)
    expect(secrets.filter(({ text }) => text.length < 8)).toEqual([])
    expect(answers.length).toBeGreaterThan(60)
  })

  it('the log has none, but the link that makes the first administrator', () => {
    expect(output).toMatch(/MQTT refused/)
    expect(output).toMatch(/weather source: it refuses connections/)
    const isSetup = ({ what }: Secret) => what === 'the link of first'
    expect(foundIn(output, secrets.filter(isSetup))).toEqual(['the link of first'])
    expect(
      foundIn(
        output,
        secrets.filter(secret => !isSetup(secret))
      )
    ).toEqual([])
  })

  it('an answer shows one to nobody but whom it is made for, once', () => {
    const seen = secrets.map(secret => ({
      ...secret,
      by: answers.filter(({ text }) => foundIn(text, [secret]).length > 0).map(({ what }) => what)
    }))
    expect(seen.filter(({ by, shown }) => by.length > shown).map(({ what, by }) => [what, by])).toEqual([])
  })

  it('no export and no command has one', async () => {
    const said = [
      await command('audit.ts', 'export', '--format', 'csv'),
      await command('audit.ts', 'export', '--format', 'jsonl'),
      await command('audit.ts', 'list', '--limit', '100'),
      await command('audit.ts', 'checkpoint'),
      await command('audit.ts', 'public-key'),
      await command('keys.ts', 'status')
    ]
    for (const text of said) {
      expect(text.length).toBeGreaterThan(20)
      expect(foundIn(text)).toEqual([])
    }
  })

  it('no file has one, as it would stand in a stolen disk or backup', async () => {
    const files = (await filesBelow(directory.path)).filter(path => !path.endsWith('/client-secret'))
    expect(files.some(path => path.endsWith('records.sqlite'))).toBe(true)
    for (const path of files) expect([path, foundIn(await readFile(path))]).toEqual([path, []])
  })

  it('the keys are for their owner alone', async () => {
    const folder = join(directory.path, 'keys')
    expect((await stat(folder)).mode & 0o077).toBe(0)
    for (const path of await filesBelow(folder)) expect((await stat(path)).mode & 0o177).toBe(0)
  })
})
