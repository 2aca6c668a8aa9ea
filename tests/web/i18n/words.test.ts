import { describe, expect, test } from 'vitest'
import { rights } from '../../../server/access/rights.ts'
import { accessWords } from '../../../web/src/i18n/accessWords.ts'
import { adminWords } from '../../../web/src/i18n/adminWords.ts'
import { en } from '../../../web/src/i18n/en.ts'
import { foresightWords } from '../../../web/src/i18n/foresightWords.ts'
import { programmeWords } from '../../../web/src/i18n/programmeWords.ts'
import { serverText } from '../../../web/src/i18n/serverText.ts'
import { vi } from '../../../web/src/i18n/vi.ts'

type Tree = { [key: string]: unknown }
function paths(tree: Tree, prefix = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? paths(value as Tree, `${prefix}${key}.`)
      : [[`${prefix}${key}`, value] as [string, unknown]]
  )
}
const said = (value: unknown) =>
  typeof value === 'function' ? String(value('‹a›', '‹b›', '‹c›')) : String(value)

describe('the two dictionaries', () => {
  const all = {
    vi: {
      ...vi,
      access: accessWords.vi,
      admin: adminWords.vi,
      programme: programmeWords.vi,
      foresight: foresightWords.vi
    },
    en: {
      ...en,
      access: accessWords.en,
      admin: adminWords.en,
      programme: programmeWords.en,
      foresight: foresightWords.en
    }
  }
  const [vietnamese, english] = [new Map(paths(all.vi)), new Map(paths(all.en))]
  test('have the same members', () => {
    expect([...english.keys()].sort()).toEqual([...vietnamese.keys()].sort())
  })
  test('use every argument in both languages', () => {
    for (const [path, value] of vietnamese) {
      if (typeof value !== 'function' || path === 'findings.heat') continue
      for (const mark of ['‹a›', '‹b›', '‹c›'].slice(0, value.length)) {
        expect(said(value), path).toContain(mark)
        expect(said(english.get(path)), path).toContain(mark)
      }
    }
  })
  test('are in composed form, so that search and copy find the letters', () => {
    for (const [path, value] of [...vietnamese, ...english]) {
      expect(said(value), path).toBe(said(value).normalize('NFC'))
    }
  })
  test('leave nothing unsaid', () => {
    for (const [path, value] of [...vietnamese, ...english]) {
      if (path !== 'findings.priorities.0') expect(said(value).trim(), path).not.toBe('')
    }
  })
})

test('what is done, and kept in the audit, has a name in both languages', () => {
  const kept = Object.entries(rights).filter(
    ([name, { audit }]) => !name.startsWith('GET ') && audit !== false
  )
  for (const [name] of kept) {
    expect(adminWords.vi.actions, name).toHaveProperty([name])
    expect(adminWords.en.actions, name).toHaveProperty([name])
  }
})

describe('sentences of the server', () => {
  test.each([
    ['too many requests: come back in 12 s', 'quá nhiều yêu cầu: thử lại sau 12 giây'],
    ['there is no GET /api/nothing', 'không có GET /api/nothing']
  ])('%s', (sentence, vietnamese) => {
    expect(serverText(sentence, 'vi')).toBe(vietnamese)
    expect(serverText(sentence, 'en')).toBe(sentence)
  })
  test('one that is new stands as it came', () => {
    expect(serverText('something new', 'vi')).toBe('something new')
  })
})
