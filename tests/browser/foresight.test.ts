import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ForecastAccuracy, ForecastAnswer, ForecastsAnswer } from '../../server/contract/forecasts.ts'
import type { Replay, ReplayComparison } from '../../server/contract/replays.ts'
import type { IngestState } from '../../server/contract/sources.ts'
import type { TransformerAnswer, TransformersAnswer } from '../../server/contract/transformers.ts'
import type { WeatherAnswer } from '../../server/contract/weather.ts'
import { packForecast } from '../../server/records/forecastRow.ts'
import { openRecords } from '../../server/records/openRecords.ts'
import { createFormat } from '../../web/src/format.ts'
import { switchLanguage, violations } from '../helpers/accessibility.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { needs } from '../helpers/needs.ts'
import { invite, type Person } from '../helpers/office.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { afternoonZone, issueOfYesterday, publishHistory, registry } from './foresightHistory.ts'

const executablePath = needs('chromium')
const build = resolve(import.meta.dirname, '../../web/build.ts')
const WIDE = { width: 1440, height: 1000 }
const PHONE = { width: 390, height: 844 }
const HALF_HOUR = 1_800_000
const DAY = 86_400_000
const timeZone = afternoonZone(Date.now())
const format = createFormat('en', timeZone)

describe.skipIf(executablePath === null)('what is to come, in the browser', () => {
  let directory: Awaited<ReturnType<typeof tempDir>>
  let gridload: Gridload
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let dispatcher: Person
  let replayId = ''
  const mistakes: string[] = []
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const row = (text: string) => page.getByRole('row').filter({ hasText: text })
  const start = () => startGridload({ DATA_DIR: directory.path, TIME_ZONE: timeZone })

  /** Opens a page of the tests' person; what the page itself was answered at `path`. */
  async function open<T>(at: string, path: string): Promise<T> {
    await page.goto('about:blank')
    const answered = page.waitForResponse(
      response => new URL(response.url()).pathname === path && response.request().method() === 'GET'
    )
    await page.goto(`${gridload.address}/${at}`)
    const answer = (await (await answered).json()) as T
    await page.getByRole('heading', { level: 1 }).waitFor()
    return answer
  }

  /** Wide and narrow, by day and by night, in both languages: nothing violates WCAG 2.2 AA, nothing is wider than the page. */
  async function accessible(): Promise<void> {
    const wrong: string[] = []
    for (const [viewport, language, colorScheme] of [
      [PHONE, 'VI', 'dark'],
      [PHONE, 'EN', 'light'],
      [WIDE, 'VI', 'light'],
      [WIDE, 'EN', 'dark']
    ] as const) {
      const where = `${page.url()} ${viewport.width} ${language} ${colorScheme}`
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await switchLanguage(page, language)
      const found = await violations(page)
      wrong.push(...found.map(text => `${where}: ${text}`))
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      if (width > viewport.width) wrong.push(`${where}: ${width} px wide`)
    }
    await page.emulateMedia({ colorScheme: 'light' })
    expect(wrong).toEqual([])
  }

  /** Whatever can be used by a mouse on the page is reached by the Tab key. */
  async function keyboardReaches(): Promise<void> {
    await page.evaluate(`
      window.wanted = new Set([...document.querySelectorAll('main a[href], main button, main input, main select, main summary, main [tabindex="0"]')]
        .filter(one => !one.disabled && one.checkVisibility({ visibilityProperty: true })))
      document.activeElement?.blur()
      document.addEventListener('focusin', ({ target }) => window.wanted.delete(target))
      window.wanted.size`)
    const left = () => page.evaluate<number>('window.wanted.size')
    for (let i = 0; i < 40 && (await left()) > 0; i++)
      for (let tab = 0; tab < 5; tab++) await page.keyboard.press('Tab')
    const missed = '[...window.wanted].filter(one => one.isConnected).map(one => one.outerHTML.slice(0, 120))'
    expect(await page.evaluate<string[]>(missed), page.url()).toEqual([])
  }

  async function logIn(): Promise<void> {
    // The policy of the pages lets no other script in, not even the one that tests them.
    context = await browser.newContext({ viewport: WIDE, locale: 'en-GB', bypassCSP: true })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', error => mistakes.push(error.message))
    await page.goto(`${gridload.address}/#/`)
    await page.getByLabel('User name').fill(dispatcher.userName)
    await page.getByLabel('Password', { exact: true }).fill(dispatcher.password)
    await button('Log in').click()
    await button('Log out').waitFor()
    page.on('console', message => {
      if (message.type() === 'error') mistakes.push(`${page.url()}: ${message.text()}`)
    })
  }

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [build])
    directory = await tempDir()
    gridload = await start()
    await gridload.importRegistry(registry)
    await publishHistory(gridload.broker, Date.now())
    await until(async () => (await gridload.get<IngestState>('/api/ingest')).store.behindBytes === 0, {
      what: 'everything stored',
      timeoutMs: 60_000
    })
    dispatcher = await invite(gridload, { userName: 'dispatcher', roles: ['dispatcher'] })
    // The run that comes with the start is to find all of it.
    await gridload.stop()
    await rm(join(directory.path, 'forecast'), { recursive: true, force: true })
    const records = await openRecords({ file: join(directory.path, 'records.sqlite') })
    await records.forecasts.put([packForecast(issueOfYesterday(Date.now(), timeZone))])
    await records.stop()
    gridload = await start()
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
    await logIn()
  })
  afterEach(async () => {
    await page?.setViewportSize(WIDE)
  })
  afterAll(async () => {
    await browser?.close()
    await gridload?.stop()
    await directory?.remove()
  })

  it('before the first run the page says that nothing is computed yet', async () => {
    const { run } = await open<ForecastsAnswer>('#/foresight/forecasts', '/api/forecasts')
    if (run.fittedAt === null)
      await page
        .getByText(/not computed yet|nothing has been issued/)
        .first()
        .waitFor()
    await until(
      async () => {
        const { run } = await gridload.get<ForecastsAnswer>('/api/forecasts')
        return run.withForecast > 0 && !run.running
      },
      { what: 'a first forecast', timeoutMs: 120_000 }
    )
  })

  it('the loads ahead of all nodes', async () => {
    const { rows } = await open<ForecastsAnswer>('#/foresight/forecasts', '/api/forecasts')
    const feeder = rows.find(({ nodeId }) => nodeId === 'n1')
    const peak = feeder?.peaks[1]
    await row('Feeder N1').waitFor()
    const text = (await row('Feeder N1').innerText()).replaceAll('\t', ' ')
    expect(text).toContain(format.probability(peak?.probabilityAboveCapacity ?? null))
    expect(text).toContain(format.power(peak?.p50Kw ?? null, 'kW').value)
    expect(text).toContain(format.time(Date.parse(peak?.at ?? '')))
    await keyboardReaches()
    await accessible()
  })

  it('one node, its peaks, and the plan that the next one asks for', async () => {
    const { forecast } = await open<ForecastAnswer>('#/forecast/n1', '/api/forecasts/n1')
    const peaks = forecast?.peaks ?? []
    expect(peaks.length).toBeGreaterThan(5)
    for (const peak of peaks) {
      const text = await row(format.day(peak.day)).first().innerText()
      expect(text).toContain(format.power(peak.p50Kw, 'kW').value)
      expect(text).toContain(format.probability(peak.probabilityAboveCapacity))
    }
    const next = peaks.find(
      ({ at, probabilityAboveCapacity: likely }) =>
        (likely ?? 0) >= 0.3 && Date.parse(at) + HALF_HOUR > Date.now()
    )
    const plan = await page.getByRole('link', { name: 'Plan a curtailment' }).getAttribute('href')
    expect(plan).toContain(`kw=${Math.ceil((next?.p90Kw ?? 0) - 2400)}`)
    expect(plan).toContain('minutes=90')
    const accuracy = await gridload.get<ForecastAccuracy>('/api/forecasts/n1/accuracy')
    const [day] = accuracy.days
    expect(day?.steps).toBe(48)
    const judged = await row(format.percent(day?.mape ?? null, 1))
      .last()
      .innerText()
    expect(judged).toContain(format.day(day?.day ?? null))
    expect(judged).toContain(format.percent(day?.peakError ?? null, 1))
    await keyboardReaches()
    await accessible()
  })

  it('the transformers, and one of them with where its figures come from', async () => {
    await until(
      async () => {
        const { transformers } = await gridload.get<TransformersAnswer>('/api/transformers')
        return transformers[0]?.nextPeakHotSpotC != null
      },
      { what: 'a hot spot, now and ahead', timeoutMs: 60_000 }
    )
    const { transformers } = await open<TransformersAnswer>('#/foresight/transformers', '/api/transformers')
    await row('Transformer T1').waitFor()
    const text = await row('Transformer T1').innerText()
    expect(text).toContain(format.temperatureText(transformers[0]?.hotSpotC ?? null))
    expect(text).toContain(format.percent(transformers[0]?.loadPu ?? null))
    await keyboardReaches()
    await accessible()

    const { state, days } = await open<TransformerAnswer>('#/transformer/t1', '/api/transformers/t1')
    const main = page.getByRole('main')
    await main.getByText('Hot spot', { exact: true }).first().waitFor()
    const said = await main.innerText()
    for (const celsius of [state.topOilC, state.hotSpotC, state.ambientC, state.nextPeakHotSpotC])
      expect(said).toContain(format.temperature(celsius).value)
    expect(said).toContain('from measured kW and kvar')
    expect(said).toContain('own sensor')
    for (const { day, maxHotSpotC } of days.slice(0, 3))
      expect(await row(format.day(day)).first().innerText()).toContain(format.temperatureText(maxHotSpotC))
    await keyboardReaches()
    await accessible()
  })

  it('the weather, observed and foretold', async () => {
    const { stations } = await open<WeatherAnswer>('#/foresight/weather', '/api/weather')
    const [station] = stations
    await row('W1').waitFor()
    const text = await row('W1').innerText()
    for (const celsius of [
      station?.temperatureC,
      station?.heatIndexC,
      station?.todayMaxC,
      station?.tomorrowMaxC
    ])
      expect(text).toContain(format.temperatureText(celsius ?? null))
    await page.getByRole('figure', { name: 'Temperature at W1' }).waitFor()
    await keyboardReaches()
    await accessible()
  })

  it('a past day is replayed: started, paused, run to a moment, planned in', async () => {
    await open('#/foresight/replays', '/api/replays')
    await keyboardReaches()
    const yesterday = new Date(Date.parse(`${isoDay(Date.now())}T00:00:00Z`) - DAY).toISOString().slice(0, 10)
    expect(await page.getByLabel('Day', { exact: true }).inputValue()).toBe(yesterday)
    await page.getByLabel('Speed').selectOption({ label: '1 minute a second' })
    await button('Start').click()
    await page.waitForURL(/#\/replay\//)
    replayId = /replay\/([\w-]+)/.exec(page.url())?.[1] ?? ''
    const now = async () => (await gridload.get<{ replay: Replay }>(`/api/replays/${replayId}`)).replay
    await button('Pause').click({ timeout: 60_000 })
    await button('Go on').waitFor()
    expect((await now()).state).toBe('paused')

    await page.getByLabel('Run to').fill(`${yesterday}T13:00`)
    await button('Run').click()
    await page.locator('b.clock', { hasText: '13:00' }).waitFor({ timeout: 60_000 })
    expect(format.time(Date.parse((await now()).clock))).toBe('13:00')

    await page.getByLabel('Start at').fill(`${yesterday}T15:00`)
    await page.getByLabel('Target, kW').fill('100')
    await button('Plan').click()
    await page.getByText('The steel works').first().waitFor()
    await page.getByText(/reaches the target with a probability of/).waitFor()
    await keyboardReaches()
    await accessible()
  })

  it('and compared with another of the same day and other limits', async () => {
    const { day } = (await gridload.get<{ replay: Replay }>(`/api/replays/${replayId}`)).replay
    const limits = { overloadRaiseShare: 0.5, overloadClearShare: 0.4, overloadHoldS: 0 }
    const other = await gridload.post<Replay>('/api/replays', { day, speed: 0, limits })
    await until(
      async () =>
        (await gridload.get<{ replay: Replay }>(`/api/replays/${other.id}`)).replay.state === 'done',
      { what: 'the other day over', timeoutMs: 60_000 }
    )
    await open(`#/replay/${replayId}`, `/api/replays/${replayId}`)
    const answered = page.waitForResponse(response => response.url().includes('/comparison'))
    await page.getByLabel('Compare with another').selectOption({ index: 1 })
    const { onlyThere, same } = (await (await answered).json()) as ReplayComparison
    await page.getByText(new RegExp(`^${same} findings are the same`)).waitFor()
    expect(onlyThere.length).toBeGreaterThan(0)
    await page.getByRole('heading', { name: 'only there' }).waitFor()
    await accessible()

    const { replays } = await open<{ replays: Replay[] }>('#/foresight/replays', '/api/replays')
    await row(format.day(day)).first().waitFor()
    expect(await row(format.day(day)).count()).toBe(replays.length)
    await accessible()
    expect(replays.map(({ id }) => id).sort()).toEqual([other.id, replayId].sort())
  })

  it('made no mistake on the way', () => {
    expect(mistakes).toEqual([])
  })
})

/** The local date of a moment. */
function isoDay(at: number): string {
  return format.date(at).split('/').reverse().join('-')
}
