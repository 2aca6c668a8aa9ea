import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../server/contract/access.ts'
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { needs } from '../helpers/needs.ts'
import { invite, type Person } from '../helpers/office.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { authenticator } from '../helpers/visitor.ts'

const executablePath = needs('chromium')
const build = resolve(import.meta.dirname, '../../web/build.ts')
const WIDE = { width: 1440, height: 1000 }
const PHONE = { width: 390, height: 844 }
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,evn,,The parent,,,9000,,,,
company,north,evn,North,,,5000,,,,
company,south,evn,South,,,5000,,,,
feeder,n1,north,Feeder N1,,,3000,,,,
feeder,s1,south,Feeder S1,,,3000,,,,
customer,steel,,The steel works,,,,,,,
customer,cement,,The cement works,,,,,,,
meteringPoint,mp-n,n1,The steel works,m-n,,,,10,steel,400
meteringPoint,mp-s,s1,The cement works,m-s,,,,10,cement,400
`

describe.skipIf(executablePath === null)('each role at the page', () => {
  let directory: Awaited<ReturnType<typeof tempDir>>
  let gridload: Gridload
  let browser: Browser
  const people = new Map<string, Person>()
  const contexts: BrowserContext[] = []
  const mistakes: string[] = []

  async function open(at = '#/'): Promise<Page> {
    const context = await browser.newContext({ viewport: WIDE, locale: 'en-GB' })
    contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', error => mistakes.push(error.message))
    await page.goto(`${gridload.address}/${at}`)
    return page
  }
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })

  async function typePassword(page: Page, { userName, password }: Person): Promise<void> {
    await page.getByLabel('User name').fill(userName)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await button(page, 'Log in').click()
  }
  async function logIn(userName: string, at?: string): Promise<Page> {
    const person = people.get(userName)
    if (person === undefined) throw new Error(`there is no ${userName}`)
    const page = await open(at)
    await typePassword(page, person)
    if (person.app !== null) {
      await page.getByLabel('The 6 digits in your authenticator app').fill(await person.app.code())
      await button(page, 'Go on').click()
    }
    await button(page, 'Log out').waitFor()
    return page
  }
  async function stepUp(page: Page, { password, app }: Person): Promise<void> {
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await dialog.getByLabel('Password', { exact: true }).fill(password)
    if (app !== null) {
      await dialog.getByLabel('The 6 digits in your authenticator app').fill(await app.code())
    }
    await button(page, 'Confirm').click()
    await dialog.waitFor({ state: 'hidden' })
  }
  const links = async (page: Page): Promise<string[]> => {
    const nav = page.getByRole('navigation', { name: 'Pages' })
    await nav.getByRole('link').first().waitFor()
    return (await nav.getByRole('link').allTextContents()).map(text => text.replace(/\d+/g, '').trim())
  }
  /** A draft for the steel works, made by the administrator of the tests. */
  const draft = (requestedKw: number) =>
    gridload.post<CurtailmentEvent>('/api/curtailment-events', {
      nodeId: 'n1',
      start: new Date(Date.now() + 3_600_000).toISOString(),
      durationMinutes: 30,
      reason: 'a hot evening',
      participants: [{ customerId: 'steel', requestedKw }]
    })
  const eventNow = (id: string) => gridload.get<CurtailmentEvent>(`/api/curtailment-events/${id}`)

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [build])
    directory = await tempDir()
    gridload = await startGridload({ DATA_DIR: directory.path, APPROVAL_ABOVE_KW: '300' })
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
  })
  afterAll(async () => {
    await browser?.close()
    await gridload?.stop()
    await directory?.remove()
  })

  it('the printed link makes the first administrator, who sets up an app and keeps the codes', async () => {
    const link = /(http\S+#\/setup\/\S+)/.exec(gridload.output())?.[1] ?? ''
    const page = await open(link.slice(link.indexOf('#')))
    await page.getByLabel('Full name').fill('Trần Thị Đầu')
    await page.getByLabel(/^User name/).fill('first')
    const password = 'nine herons walk the dyke each morning'
    await page.getByLabel('Password', { exact: true }).fill(password)
    await button(page, 'Make the administrator').click()
    await button(page, 'Set up the app').click()
    await page.locator('code').first().waitFor()
    const key = (await page.locator('code').allTextContents()).map(text => text.replace(/\s/g, ''))
    const app = authenticator(key.find(text => /^[A-Z2-7]{32}$/.test(text)) ?? '')
    await page.getByLabel('The 6 digits the app shows now').fill(await app.code())
    await page.getByRole('button', { name: 'Confirm' }).click()
    await button(page, 'I have kept the codes').click()
    await page.getByRole('link', { name: /Trần Thị Đầu/ }).waitFor()
    expect(page.url()).not.toContain('setup')
    people.set('first', { id: '', userName: 'first', password, linkToken: '', app, recoveryCodes: [] })
  })

  it('the others are invited', async () => {
    await gridload.importRegistry(registry)
    const made: [string, Role, { companyId?: string; customerId?: string }][] = [
      ['dispatcher', 'dispatcher', {}],
      ['north', 'dispatcher', { companyId: 'north' }],
      ['supervisor', 'supervisor', {}],
      ['second', 'supervisor', {}],
      ['staff', 'programme-staff', {}],
      ['engineer', 'engineer', {}],
      ['auditor', 'auditor', {}],
      ['steel', 'customer', { customerId: 'steel' }]
    ]
    for (const [userName, role, place] of made) {
      const hasApp = role === 'supervisor'
      people.set(userName, await invite(gridload, { userName, roles: [role], ...place }, { hasApp }))
    }
    expect(people.size).toBe(9)
  })

  const utility = ['Overview', 'Grid', 'Foresight', 'Events', 'Customers', 'Programme', 'Findings', 'Data']
  it.each<[string, string[]]>([
    ['dispatcher', utility],
    ['supervisor', utility],
    ['staff', utility],
    ['engineer', [...utility, 'Administration']],
    ['auditor', [...utility, 'Administration']],
    ['first', [...utility, 'Administration']],
    ['steel', ['My record', 'Events']]
  ])('%s finds its own pages and no others, wide and on a phone', async (userName, expected) => {
    const page = await logIn(userName)
    expect(await links(page)).toEqual(expected)
    await page.setViewportSize(PHONE)
    await page.reload()
    await button(page, /^Menu/).click()
    expect(await links(page)).toEqual(expected)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width)
  })

  it.each([
    ['dispatcher', '#/admin/users'],
    ['engineer', '#/admin/users'],
    ['engineer', '#/new-event?node=n1'],
    ['steel', '#/data'],
    ['steel', '#/node/n1']
  ])('%s at %s: the role does not see this page', async (userName, at) => {
    const page = await logIn(userName, at)
    await page.getByText('Your role does not see this page.').waitFor()
  })

  it.each([
    ['north', '#/node/s1'],
    ['north', '#/customer/cement'],
    ['steel', '#/customer/cement']
  ])('%s at %s: foreign, so it is not found', async (userName, at) => {
    const page = await logIn(userName, at)
    await page.getByText('Not found').first().waitFor()
    expect(await page.getByText(/cement works|Feeder S1/).count()).toBe(0)
  })

  it('the auditor sees the users and changes none; the engineer gives devices passwords', async () => {
    const auditor = await logIn('auditor', '#/admin/users')
    await auditor.getByText('second of the tests').waitFor()
    expect(await auditor.getByRole('button', { name: 'Invite a user…' }).count()).toBe(0)
    const engineer = await logIn('engineer', '#/admin/devices')
    await button(engineer, 'Give a password…').waitFor()
  })

  it('a small event: the dispatcher may not send it, the supervisor does after a second proof', async () => {
    const { id } = await draft(100)
    const dispatcher = await logIn('dispatcher', `#/event/${id}`)
    await dispatcher.getByText('Waiting for a supervisor to send it.').waitFor()
    expect(await dispatcher.getByRole('button', { name: /^Send/ }).count()).toBe(0)

    const supervisor = await logIn('supervisor', `#/event/${id}`)
    await button(supervisor, 'Send the notice…').click()
    await button(supervisor, 'Send').click()
    const person = people.get('supervisor')
    if (person !== undefined) await stepUp(supervisor, person)
    await supervisor.getByText('notified').first().waitFor()
    expect((await eventNow(id)).history.at(-1)).toMatchObject({ by: 'supervisor of the tests' })

    const customer = await logIn('steel', `#/event/${id}`)
    await customer.getByText('notified').first().waitFor()
    expect(await customer.getByRole('button', { name: /^(Send|Cancel the event)/ }).count()).toBe(0)
  })

  it('a large event: who made it cannot approve it, a second person does', async () => {
    const supervisor = await logIn('supervisor', '#/new-event?node=n1')
    // It takes part in another event already, so it is not proposed.
    await supervisor.getByRole('checkbox', { name: 'Ask The steel works' }).check()
    await supervisor.getByLabel('Asked of The steel works, kW').fill('350')
    await supervisor.getByLabel('Reason, as the customers read it').fill('a very hot evening')
    await button(supervisor, 'Create the draft').click()
    await supervisor.getByText(/You made this draft, so you cannot approve it yourself/).waitFor()
    expect(await supervisor.getByRole('button', { name: /^(Approve|Send)/ }).count()).toBe(0)
    const id = /event\/([\w-]+)/.exec(supervisor.url())?.[1] ?? ''

    const second = await logIn('second', `#/event/${id}`)
    expect(await second.getByRole('button', { name: /^Send/ }).count()).toBe(0)
    await button(second, 'Approve…').click()
    await button(second, 'Approve').click()
    const person = people.get('second')
    if (person !== undefined) await stepUp(second, person)
    await button(second, 'Send the notice…').waitFor()
    expect((await eventNow(id)).history.map(({ state, by }) => [state, by])).toEqual([
      ['draft', 'supervisor of the tests'],
      ['approved', 'second of the tests']
    ])
    // It reaches the other page by itself.
    await button(supervisor, 'Send the notice…').waitFor()
  })

  it('a wrong code is refused in words', async () => {
    const person = people.get('second')
    const page = await open()
    if (person === undefined || person.app === null) throw new Error('the second supervisor has an app')
    await typePassword(page, person)
    const code = page.getByLabel('The 6 digits in your authenticator app')
    await code.fill(person.app.wrongCode())
    await button(page, 'Go on').click()
    await page.getByText(/The code is wrong, or used already/).waitFor()
    expect(await page.getByRole('navigation', { name: 'Pages' }).count()).toBe(0)
  })

  it('a passkey, added to the account after a second proof, opens the door alone', async () => {
    const page = await logIn('dispatcher', '#/account')
    const client = await page.context().newCDPSession(page)
    await client.send('WebAuthn.enable')
    await client.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true
      }
    })
    await page.getByLabel('Its name, to know it by later').fill('blue key')
    await button(page, 'Add a passkey').click()
    const person = people.get('dispatcher')
    if (person !== undefined) await stepUp(page, person)
    await page.getByText('blue key').first().waitFor()
    const kept = button(page, 'I have kept the codes')
    await kept.click()

    await button(page, 'Log out').click()
    await button(page, 'Log in with a passkey').click()
    await button(page, 'Log out').waitFor()
    expect(await links(page)).toEqual(utility)
  })

  it('after a logout the page shows nothing, also by the way back', async () => {
    const page = await logIn('engineer', '#/customers')
    await page.getByText('The steel works').first().waitFor()
    await page.getByRole('link', { name: 'Events' }).click()
    await button(page, 'Log out').click()
    await button(page, 'Log in').waitFor()
    await page.goBack()
    await button(page, 'Log in').waitFor()
    expect(await page.getByText('The steel works').count()).toBe(0)
    expect(await page.context().cookies()).toEqual([])
  })

  it.each([WIDE, PHONE])(
    'a session that the administrator ends closes the open page ($width wide)',
    async size => {
      const page = await logIn('staff', '#/customers')
      await page.setViewportSize(size)
      await page.getByText('The steel works').first().waitFor()
      await gridload.fetch(`/api/users/${people.get('staff')?.id}/sessions`, { method: 'DELETE' })
      await page.getByText('The session has ended.', { exact: false }).waitFor()
      expect(await page.getByText('The steel works').count()).toBe(0)
      // And one comes back to where one was.
      const person = people.get('staff')
      if (person !== undefined) await typePassword(page, person)
      await page.getByText('The steel works').first().waitFor()
    }
  )

  it('made no mistake on the way', () => {
    expect(mistakes).toEqual([])
  })
})
