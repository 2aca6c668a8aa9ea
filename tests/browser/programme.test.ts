import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { connectAsync } from 'mqtt'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../server/contract/access.ts'
import type { Enrolment } from '../../server/contract/enrolments.ts'
import type { AnswerList, CurtailmentEvent } from '../../server/contract/events.ts'
import type { LivePerformance } from '../../server/contract/performance.ts'
import type { Programme } from '../../server/contract/programmes.ts'
import type { CustomerRecord } from '../../server/contract/record.ts'
import type { Reward } from '../../server/contract/rewards.ts'
import { readingTopic } from '../../server/contract/topics.ts'
import { openRecords } from '../../server/records/openRecords.ts'
import { toLocalInput } from '../../web/src/zone.ts'
import { switchLanguage, violations } from '../helpers/accessibility.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { needs } from '../helpers/needs.ts'
import { invite, type Person } from '../helpers/office.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { event, keepResult, participant } from '../records/samples.ts'

const executablePath = needs('chromium')
const build = resolve(import.meta.dirname, '../../web/build.ts')
const MINUTE = 60_000
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,north,,North,,,5000,,,,
feeder,n1,north,Feeder N1,,,3000,,,,
customer,steel,,The steel works,,,,,,,
customer,cement,,The cement works,,,,,,,
meteringPoint,mp-s,n1,The steel works,m-s,,,,300,steel,400
meteringPoint,mp-c,n1,The cement works,m-c,,,,300,cement,300
`
const works = {
  steel: { customerName: 'The steel works', meteringPointId: 'mp-s', meterId: 'm-s' },
  cement: { customerName: 'The cement works', meteringPointId: 'mp-c', meterId: 'm-c' }
}

describe.skipIf(executablePath === null)('the programme, from the contract to the service', () => {
  let directory: Awaited<ReturnType<typeof tempDir>>
  let gridload: Gridload
  let browser: Browser
  const people = new Map<string, Person>()
  const contexts: BrowserContext[] = []
  const mistakes: string[] = []
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const dialog = (page: Page) => page.getByRole('dialog').last()
  const gone = (page: Page) => page.getByRole('dialog').first().waitFor({ state: 'detached' })

  async function logIn(userName: string, at: string): Promise<Page> {
    const person = people.get(userName)
    if (person === undefined) throw new Error(`there is no ${userName}`)
    // The policy of the pages lets no other script in, not even the one that tests them.
    const context = await browser.newContext({
      viewport: { width: 1440, height: 1000 },
      locale: 'en-GB',
      bypassCSP: true
    })
    contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', error => mistakes.push(error.message))
    await page.goto(`${gridload.address}/${at}`)
    await page.getByLabel('User name').fill(userName)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await button(page, 'Log in').click()
    if (person.app !== null) {
      await page.getByLabel('The 6 digits in your authenticator app').fill(await person.app.code())
      await button(page, 'Go on').click()
    }
    await button(page, 'Log out').waitFor()
    return page
  }

  /** In English and in Vietnamese nothing of WCAG 2.2 AA is violated on what is shown, and nothing is wider than the page. */
  async function accessible(page: Page): Promise<void> {
    for (const language of ['VI', 'EN'] as const) {
      await switchLanguage(page, language)
      expect(await violations(page), `${page.url()} ${language}`).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1440)
    }
  }

  /** Five-minute means of twelve days up to now, level, so that there is a baseline and a live load. */
  async function publishHistory(): Promise<void> {
    const client = await connectAsync(gridload.broker)
    const last = Math.floor(Date.now() / (5 * MINUTE)) * 5 * MINUTE
    for (const [meter, kw] of [
      ['m-s', 900],
      ['m-c', 700]
    ] as const) {
      for (let day = 12; day >= 0; day--) {
        const readings = Array.from({ length: 288 }, (_, i) => ({
          ts: last - (day * 288 + i) * 5 * MINUTE - 5 * MINUTE,
          ...{ kw, interval: 300 }
        }))
        await client.publishAsync(readingTopic.meter(meter), JSON.stringify(readings), { qos: 1 })
      }
      await client.publishAsync(readingTopic.meter(meter), JSON.stringify({ ts: Date.now(), kw: kw - 200 }), {
        qos: 1
      })
    }
    await client.endAsync()
  }

  /** An event of yesterday with its result, and one that runs since a quarter of an hour at least. */
  async function putEvents(): Promise<void> {
    const records = await openRecords({ file: join(directory.path, 'records.sqlite') })
    // Events lie on the slots of their programme, half hours.
    const now = Math.floor((Date.now() - 15 * MINUTE) / (30 * MINUTE)) * 30 * MINUTE
    const eventFrom = (id: string, from: number, to: number, states: Parameters<typeof event>[1]) => {
      const window = { start: new Date(from).toISOString(), end: new Date(to).toISOString() }
      const participants = (['steel', 'cement'] as const).map(id =>
        participant(id, { ...works[id], ...window, requestedKw: 200, committedKw: 300 })
      )
      const made = event(id, states, { ...window, nodeId: 'n1', nodeName: 'Feeder N1', participants })
      const history = made.history.map(change => ({ ...change, at: window.start }))
      return { ...made, history }
    }
    const day = 24 * 60 * MINUTE
    const past = eventFrom('CE-20260101-001', now - day, now - day + 60 * MINUTE, [
      'draft',
      'notified',
      'active',
      'ended',
      'final'
    ])
    await records.events.insert(past)
    await keepResult(records, past, { steel: 1.05, cement: 0.8 })
    await records.events.insert(
      eventFrom('CE-20260101-002', now, now + 90 * MINUTE, ['draft', 'notified', 'active'])
    )
    await records.stop()
  }

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [build])
    directory = await tempDir()
    gridload = await startGridload({ DATA_DIR: directory.path })
    await gridload.importRegistry(registry)
    await publishHistory()
    await putEvents()
    const roles: [string, Role, { customerId?: string }][] = [
      ['staff', 'programme-staff', {}],
      ['dispatcher', 'dispatcher', {}],
      ['supervisor', 'supervisor', {}],
      ['steel', 'customer', { customerId: 'steel' }]
    ]
    for (const [userName, role, place] of roles) {
      const hasApp = role === 'supervisor'
      people.set(userName, await invite(gridload, { userName, roles: [role], ...place }, { hasApp }))
    }
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

  it('staff makes a programme, gives it terms from a date, and enters a day off', async () => {
    const page = await logIn('staff', '#/programme/programmes')
    await button(page, 'New programme…').click()
    await dialog(page).getByLabel('Id', { exact: true }).fill('voluntary')
    await dialog(page).getByLabel('Name', { exact: true }).fill('Evening relief')
    await dialog(page).getByRole('button').last().click()
    await dialog(page).getByText('programme voluntary is there already').waitFor()
    await dialog(page).getByLabel('Id', { exact: true }).fill('evening')
    await dialog(page).getByRole('button').last().click()
    await gone(page)

    const panel = page.locator('section').filter({ hasText: 'Evening relief' })
    await panel.getByRole('button', { name: 'New terms from a date…' }).click()
    await dialog(page).getByLabel('Notice, minutes').fill('90')
    await dialog(page).getByRole('button').last().click()
    await gone(page)
    const { programmes } = await gridload.get<{ programmes: Programme[] }>('/api/programmes')
    const evening = programmes.find(({ id }) => id === 'evening')
    expect(evening?.terms.map(({ noticeMinutes }) => noticeMinutes)).toEqual([0, 90])

    await page.getByLabel('Day', { exact: true }).fill(`${new Date().getUTCFullYear()}-12-24`)
    await page.getByLabel('Name', { exact: true }).fill('Bridge day')
    await button(page, 'Add a holiday').click()
    await page.getByText('Bridge day').first().waitFor()
    await accessible(page)
  })

  it('staff tests whether a customer is fit, signs its contract, changes it and ends it', async () => {
    const page = await logIn('staff', '#/programme/enrolments')
    await page.getByText('The steel works').first().waitFor()
    await accessible(page)
    await button(page, 'New contract…').click()
    await dialog(page).locator('select').nth(0).selectOption({ label: 'Evening relief' })
    await dialog(page).locator('select').nth(1).selectOption({ label: 'The cement works' })
    await button(page, 'Check eligibility').click()
    await dialog(page).getByRole('status').waitFor()
    await dialog(page).getByLabel('Committed, kW', { exact: true }).fill('250')
    await dialog(page)
      .getByLabel(/^Can be called/)
      .fill('1-5; 8; 18:00')
    await button(page, 'Sign the contract').click()
    await dialog(page).getByText('This line cannot be read: 1-5; 8; 18:00').waitFor()
    await dialog(page)
      .getByLabel(/^Can be called/)
      .fill('1-7; 00:00; 24:00')
    await dialog(page)
      .getByLabel(/^Never to be curtailed/)
      .fill('Kiln fans; 40')
    await button(page, 'Sign the contract').click()
    await gone(page)
    const inEvening = async () => {
      const { enrolments } = await gridload.get<{ enrolments: Enrolment[] }>('/api/enrolments')
      return enrolments.filter(({ programmeId }) => programmeId === 'evening')
    }
    const [signed] = await inEvening()
    expect(signed?.contract.neverCurtail).toEqual([{ name: 'Kiln fans', kw: 40 }])

    await page.goto(`${gridload.address}/#/enrolment/${signed?.id}`)
    await page.getByText('Kiln fans; 40').waitFor()
    await accessible(page)
    await button(page, 'Change the contract…').click()
    await dialog(page).getByLabel('Committed, kW', { exact: true }).fill('280')
    await button(page, 'Sign the new one').click()
    await page.waitForURL(url => !url.hash.endsWith(`/${signed?.id}`))
    await button(page, 'End the contract…').click()
    await button(page, 'End it').click()
    await gone(page)
    expect((await inEvening()).filter(({ until }) => until === null)).toEqual([])
  })

  it('a drill is planned for a target, sent after a second proof, and declined for a reason of the list', async () => {
    const page = await logIn('dispatcher', '#/new-event?node=n1')
    await page.getByLabel(/^Target/).fill('100')
    await page.getByLabel(/^Start/).fill(toLocalInput(Date.now() + 180 * MINUTE, 'Asia/Ho_Chi_Minh'))
    await page
      .getByText(/probability/)
      .first()
      .waitFor()
    await accessible(page)
    await page.getByRole('checkbox', { name: 'Ask The steel works' }).check()
    await page.getByLabel(/^Reason/).fill('a practice before the summer')
    await page.getByLabel(/Drill:/).check()
    await button(page, 'Create the draft').click()
    await page.waitForURL(/#\/event\//)
    await page.getByText('DRILL', { exact: true }).waitFor()
    const id = /event\/([\w-]+)/.exec(page.url())?.[1] ?? ''

    const supervisor = await logIn('supervisor', `#/event/${id}`)
    await button(supervisor, 'Send the notice…').click()
    await button(supervisor, 'Send').click()
    const proof = supervisor.getByRole('dialog', { name: 'Confirm that it is you' })
    await proof.getByLabel('Password', { exact: true }).fill(people.get('supervisor')?.password ?? '')
    const code = await people.get('supervisor')?.app?.code()
    await proof.getByLabel('The 6 digits in your authenticator app').fill(code ?? '')
    await button(supervisor, 'Confirm').click()
    await page
      .getByText(/Not answered/)
      .first()
      .waitFor()

    const customer = await logIn('steel', '#/')
    const notice = customer
      .locator('section')
      .filter({ hasText: 'Please reduce' })
      .filter({ hasText: 'DRILL' })
    await notice.getByRole('button', { name: 'Cannot…' }).click()
    await dialog(customer).getByLabel('Reason').selectOption('order-deadline')
    await dialog(customer).getByRole('button').last().click()
    await gone(customer)
    await notice.getByText(/Answered: declined/).waitFor()
    await accessible(customer)

    await page.getByText('Every answer').click()
    await page.getByRole('listitem').filter({ hasText: 'declined' }).filter({ hasText: 'delivery' }).waitFor()
    await accessible(page)
    const { answers } = await gridload.get<AnswerList>(`/api/curtailment-events/${id}/answers`)
    expect(answers).toMatchObject([{ customerId: 'steel', answer: 'decline', reasonCode: 'order-deadline' }])
    expect(await gridload.get<CurtailmentEvent>(`/api/curtailment-events/${id}`)).toMatchObject({
      isDrill: true
    })
  })

  it('a running event is watched: what is delivered now, and who falls short', async () => {
    const page = await logIn('dispatcher', '#/event/CE-20260101-002')
    await page.getByText('delivered now').waitFor()
    await page.getByText('2/2 customers measured', { exact: false }).waitFor()
    await accessible(page)
    const live = await gridload.get<LivePerformance>('/api/curtailment-events/CE-20260101-002/live')
    expect(live).toMatchObject({ known: 2, unknown: 0, targetKw: 400 })
  })

  it('a kept result is computed again, and taken away as a table', async () => {
    const page = await logIn('staff', '#/event/CE-20260101-001')
    await button(page, 'Compute again').click()
    // What the fixture keeps was never measured, so that it comes out differently.
    await page.getByText(/come out differently/).waitFor()
    await accessible(page)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Settlement (CSV)' }).click()
    const text = readFileSync(await (await download).path(), 'utf8')
    expect(text).toContain('The steel works')
    expect(text.trim().split('\r\n')).toHaveLength(3)
  })

  it('all who took part are thanked with a service, which is booked and done, and stands in the season', async () => {
    const page = await logIn('staff', '#/programme/thanks')
    await page.getByRole('checkbox', { name: 'Select all' }).check()
    await accessible(page)
    await button(page, /^Thank 2/).click()
    await dialog(page)
      .getByLabel(/service/)
      .selectOption('transformer-test')
    await button(page, 'Send thanks').click()
    await page.getByText('2 thanked, 2 services offered.').waitFor()

    await page.getByRole('link', { name: 'Service rewards' }).click()
    const row = page.getByRole('row').filter({ hasText: 'The steel works' })
    await row.getByRole('button', { name: /^Book/ }).click()
    await dialog(page).locator('input[type=date]').fill('2099-01-31')
    await dialog(page).getByRole('button').last().click()
    await row.getByText('31/01/2099').waitFor()
    await row.getByRole('button', { name: /^Done/ }).click()
    await dialog(page).getByRole('button').last().click()
    await gone(page)
    await accessible(page)
    const { rewards } = await gridload.get<{ rewards: Reward[] }>('/api/rewards?customer=steel')
    expect(rewards).toMatchObject([{ kind: 'transformer-test', state: 'done' }])

    await page.getByRole('link', { name: 'Season report' }).click()
    await page.getByText('The cement works').waitFor()
    await accessible(page)
    const { entries } = await gridload.get<CustomerRecord>('/api/customers/steel/record')
    expect(entries.find(({ eventId }) => eventId === 'CE-20260101-001')?.thanks).not.toBeNull()
  })

  it('made no mistake on the way', () => {
    expect(mistakes).toEqual([])
  })
})
