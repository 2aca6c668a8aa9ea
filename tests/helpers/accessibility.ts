import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What of WCAG 2.2 AA is violated by what the page shows; its context must let scripts in (`bypassCSP`). */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(`${axe};0`)
  return await page.evaluate<string[]>(`axe
    .run(document, { runOnly: ${JSON.stringify(RULES)} })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`)
}

/**
 * Switches the page's language, by the keyboard. A click would wait for two frames, and Chromium without a screen was seen
 * to draw none for 20 s after a change of size, until the next page was opened.
 */
export async function switchLanguage(page: Page, language: 'VI' | 'EN'): Promise<void> {
  const button = page.getByRole('button', { name: language, exact: true })
  await button.press('Enter')
  await button.and(page.locator('[aria-pressed="true"]')).waitFor()
}
