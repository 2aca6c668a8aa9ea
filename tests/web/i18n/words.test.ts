import { describe, expect, test } from 'vitest'
import { accessWords } from '../../../web/src/i18n/accessWords.ts'
import { adminWords } from '../../../web/src/i18n/adminWords.ts'
import { en } from '../../../web/src/i18n/en.ts'
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
    vi: { ...vi, access: accessWords.vi, admin: adminWords.vi },
    en: { ...en, access: accessWords.en, admin: adminWords.en }
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

describe('sentences of the server', () => {
  test.each([
    ['less than 90 % of its slots are known', 'dưới 90 % khoảng đo có số liệu'],
    ['already called in this time by CE-20261122-001', 'giờ này đã được gọi trong sự kiện CE-20261122-001'],
    [
      'only 3 usable non-working days in the last 45, at least 4 are needed',
      'chỉ có 3 ngày cùng loại dùng được trong 45 ngày qua, cần ít nhất 4'
    ]
  ])('%s', (sentence, vietnamese) => {
    expect(serverText(sentence, 'vi')).toBe(vietnamese)
    expect(serverText(sentence, 'en')).toBe(sentence)
  })
  test('one that is new stands as it came', () => {
    expect(serverText('something new', 'vi')).toBe('something new')
  })
})
