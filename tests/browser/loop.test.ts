import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '../../server/access/demoUsers.ts'
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import type { FindingsAnswer } from '../../server/contract/findings.ts'
import type { CustomerRecord } from '../../server/contract/record.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { needs } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

const executablePath = needs('chromium')
const build = resolve(import.meta.dirname, '../../web/build.ts')
const MINUTE = 60_000
const SUPERVISOR = 'Lê Thị Giám'

/** The whole job as a supervisor does it, on the real demo, by mouse and keyboard. */
describe.skipIf(executablePath === null)('from the load to the thanks, in the browser', () => {
  let directory: Awaited<ReturnType<typeof tempDir>>
  let gridload: Gridload
  let browser: Browser
  let page: Page
  const mistakes: string[] = []
  let eventId = ''

  const thisEvent = () => gridload.get<CurtailmentEvent>(`/api/curtailment-events/${eventId}`)

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [build])
    directory = await tempDir()
    gridload = await startGridload({ DATA_DIR: directory.path }, 'server/cli/demo.ts')
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: 'en-GB' })
    page.setDefaultTimeout(30_000)
    page.on('pageerror', error => mistakes.push(error.message))
    await page.goto(gridload.address)
  })

  afterAll(async () => {
    await browser?.close()
    await gridload?.stop()
    await directory?.remove()
  })

  it('a supervisor of the demo comes in at one click', async () => {
    await page.getByRole('button', { name: 'Enter as supervisor, supervisor' }).click()
    await page.getByRole('link', { name: new RegExp(SUPERVISOR) }).waitFor()
  })

  it('the chart moves with the live load, without reloading', async () => {
    const chart = page.getByRole('figure').first()
    await chart.waitFor()
    const latest = async () => /latest ([\d.,]+)/.exec((await chart.textContent()) ?? '')?.[1]
    await until(async () => (await latest()) !== undefined, { what: 'a first load', timeoutMs: MINUTE })
    const before = await latest()
    await until(async () => (await latest()) !== before, { what: 'the load to move', timeoutMs: MINUTE })
  })

  it('a heat peak appears by itself, and is acknowledged with name and note', async () => {
    const acknowledge = page.getByRole('button', { name: /^Acknowledge/ }).first()
    await acknowledge.waitFor({ timeout: 4 * MINUTE })
    expect(await page.getByText(/Heat peak/).count()).toBeGreaterThan(0)
    await acknowledge.click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/^Note/).fill('calling the steel works')
    await dialog.getByRole('button', { name: 'Acknowledge' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page
      .getByText(new RegExp(`acknowledged .*${SUPERVISOR}`))
      .first()
      .waitFor()
    const { findings } = await gridload.get<FindingsAnswer>('/api/findings')
    expect(findings.find(({ kind }) => kind === 'heat-peak')?.acknowledged).toMatchObject({
      by: SUPERVISOR,
      note: 'calling the steel works'
    })
  })

  it('an event is planned from it and sent; the participants answer', async () => {
    await page.getByRole('link', { name: 'Plan a curtailment' }).first().click()
    expect(await page.getByLabel(/^Duration/).inputValue()).toBe('5')
    await page.getByLabel(/^Duration/).fill('2')
    await page.getByText(/customers · asked/).waitFor()
    await page.getByRole('button', { name: 'Create the draft' }).click()
    await page.getByRole('button', { name: /^Send the notice/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click()
    const stepUp = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await stepUp.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD)
    await stepUp.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('notified').first().waitFor()
    eventId = /event\/([\w-]+)/.exec(page.url())?.[1] ?? ''
    await until(
      async () => (await thisEvent()).participants.filter(({ answer }) => answer !== null).length > 5,
      { what: 'answers over MQTT', timeoutMs: MINUTE }
    )
    await page
      .getByRole('cell', { name: /accepted/ })
      .first()
      .waitFor()
  })

  it('it runs by the clock, and what was delivered is measured', async () => {
    await until(async () => (await thisEvent()).state === 'active', { what: 'active', timeoutMs: 2 * MINUTE })
    await page.getByText('active').first().waitFor()
    await until(async () => (await thisEvent()).state === 'final', { what: 'final', timeoutMs: 5 * MINUTE })
    await page.getByText('final result, locked').first().waitFor()
    expect(await page.getByText(/kWh/).count()).toBeGreaterThan(0)
  })

  it('the participants are thanked, and find it in their record', async () => {
    await page.getByRole('button', { name: /^Thank all/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Send thanks' }).click()
    await dialog.waitFor({ state: 'hidden' })
    const thanked = (await thisEvent()).participants.filter(({ thanks }) => thanks?.by === SUPERVISOR)
    expect(thanked.length).toBeGreaterThan(5)

    const customer = thanked[0]?.customerId ?? ''
    await page.goto(`${gridload.address}/#/customer/${customer}`)
    await page
      .getByText(/^Thank you, /)
      .first()
      .waitFor()
    const { entries } = await gridload.get<CustomerRecord>(`/api/customers/${customer}/record`)
    expect(entries[0]).toMatchObject({ eventId, thanks: { by: SUPERVISOR } })
  })

  it('says everything in Vietnamese too, at a touch', async () => {
    await page.getByRole('button', { name: 'VI' }).click()
    await page.getByText('Khách hàng').first().waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('vi')
  })

  it('survives a restart of the server without a reload', async () => {
    await page.goto(`${gridload.address}/#/`)
    const { port } = new URL(gridload.address)
    await gridload.stop()
    await page
      .getByText(/Mất kết nối/)
      .first()
      .waitFor()
    gridload = await startGridload({ DATA_DIR: directory.path, PORT: port }, 'server/cli/demo.ts')
    await page
      .getByText(/Mất kết nối/)
      .first()
      .waitFor({ state: 'hidden' })
  })

  it('made no mistake on the way', () => {
    expect(mistakes).toEqual([])
  })
})
