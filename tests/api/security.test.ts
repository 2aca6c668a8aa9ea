import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type App, startApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { SecuritySettings } from '../../server/contract/securitySettings.ts'
import { ADMIN_TOKEN, administrator } from '../helpers/callers.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

let directory: Awaited<ReturnType<typeof tempDir>>
let app: App

beforeAll(async () => {
  directory = await tempDir()
  const read = readConfig({
    ...{ DATA_DIR: directory.path, PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'silent', ADMIN_TOKEN },
    ...{ PUBLIC_URL: 'https://gridload.example', APPROVAL_ABOVE_KW: '5000', MQTT_ANONYMOUS: 'false' },
    TRUSTED_PROXIES: '10.0.0.0/8'
  })
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  const { now } = Date
  const onLost = (error: Error) => {
    throw error
  }
  app = await startApp(read.config, { now, random: Math.random, pagesDirectory: directory.path, onLost })
})
afterAll(async () => {
  await app?.stop()
  await directory.remove()
})

const get = (headers = administrator) => fetch(`${app.address}/api/security/settings`, { headers })

it('tells what is in force, and no secret', async () => {
  const audited = async () => ((await (await get()).json()) as SecuritySettings).audit.ok !== null
  await until(audited, { what: 'the audit is verified' })
  const text = await (await get()).text()
  const settings = JSON.parse(text)
  expect([...Compile(SecuritySettings).Errors(settings)]).toEqual([])
  expect(text).not.toContain(ADMIN_TOKEN)
  expect(settings).toMatchObject({
    ...{ publicUrl: 'https://gridload.example', isHttps: true, isDemo: false, approvalAboveKw: 5000 },
    trustedProxies: ['10.0.0.0/8'],
    passwords: { shortest: 12, hash: 'argon2id' },
    secondFactor: { obligatoryFor: ['supervisor', 'administrator'] },
    tokens: { hasAdminToken: true, valid: 0 },
    directory: null,
    mqtt: { broker: 'built-in', listeners: [{ host: '127.0.0.1', tls: false, anonymous: false }] },
    audit: { ok: true, failures: 0 }
  })
  expect(settings.stepUpFor).toContain('POST /api/curtailment-events/:id/send')
})

it('is for nobody without a login', async () => {
  expect((await get({})).status).toBe(401)
})
