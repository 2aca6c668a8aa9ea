import { expect, test } from 'vitest'
import { browserName } from '../../web/src/userAgent.ts'

const mozilla = 'Mozilla/5.0'
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

test.each([
  [`${mozilla} (X11; Linux x86_64) ${webkit} Chrome/156.0.0.0 Safari/537.36`, 'Chrome 156, Linux'],
  [`${mozilla} (X11; Linux x86_64) ${webkit} HeadlessChrome/156.0.0.0 Safari/537.36`, 'Chrome 156, Linux'],
  [`${mozilla} (Windows NT 10.0; Win64) ${webkit} Chrome/156.0 Safari/537.36 Edg/156.0`, 'Edge 156, Windows'],
  [`${mozilla} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0`, 'Firefox 145, Linux'],
  [
    `${mozilla} (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1`,
    'Safari 19, iOS'
  ],
  [`${mozilla} (Linux; Android 16) ${webkit} Chrome/156.0 Mobile Safari/537.36`, 'Chrome 156, Android'],
  ['curl/8.9.1', 'curl/8.9.1'],
  ['', '–']
])('%s', (userAgent, name) => {
  expect(browserName(userAgent)).toBe(name)
})
