import { beforeAll, describe, expect, it } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import { printPdf } from '../../server/recognition/print/print.ts'
import type { Language, PrintedDocument } from '../../server/recognition/report/document.ts'
import { eventReport } from '../../server/recognition/report/eventReport.ts'
import { createFormat } from '../../server/recognition/report/format.ts'
import { wordsIn } from '../../server/recognition/report/parts.ts'
import { recordPaper } from '../../server/recognition/report/recordPaper.ts'
import { seasonPaper } from '../../server/recognition/report/seasonPaper.ts'
import * as samples from './paperSamples.ts'
import { textsOf } from './pdfText.ts'

const pen = (language: Language) => ({
  format: createFormat(language, localTime('Asia/Ho_Chi_Minh')),
  words: wordsIn(language)
})
const papers = (language: Language): [string, PrintedDocument][] => [
  ['an event of one', eventReport(samples.eventParts(1), pen(language))],
  ['an event of many', eventReport(samples.eventParts(60), pen(language))],
  ['an event that could not be measured', eventReport(samples.eventParts(2, false), pen(language))],
  ['a season', seasonPaper(samples.season, [samples.source], pen(language))],
  ['a record', recordPaper(samples.record(6), [samples.source], 2026, pen(language))]
]

describe.each(['vi', 'en'] as const)('printed in %s', language => {
  describe.each(papers(language))('%s', (_, document) => {
    let bytes: Uint8Array
    let file: string
    beforeAll(async () => {
      bytes = await printPdf(document)
      file = Buffer.from(bytes).toString('latin1')
    })

    it('is the same to the byte when it is made again later', async () => {
      expect(Buffer.compare(bytes, await printPdf(structuredClone(document)))).toBe(0)
    })

    it('is tagged, in its language, with its title shown', () => {
      expect(file.startsWith('%PDF-1.7')).toBe(true)
      expect(file).toContain('/Marked true')
      expect(file).toContain('/StructTreeRoot')
      expect(file).toContain(`/Lang (${language})`)
      expect(file).toContain('/DisplayDocTitle true')
      expect(file).toContain('<pdfuaid:part>1</pdfuaid:part>')
      for (const type of ['Document', 'H1', 'H2', 'P', 'Table', 'TR', 'TH', 'TD']) {
        expect(file).toContain(`/S /${type}\n`)
      }
      const hasFigure = document.blocks.some(({ is }) => is === 'curve' || is === 'bars')
      expect(file.includes('/S /Figure')).toBe(hasFigure)
      if (hasFigure) expect(file).toContain('/Alt ')
    })

    it('embeds its typeface, regular and semibold alone', () => {
      const fonts = new Set([...file.matchAll(/\/BaseFont \/[A-Z]{6}\+([\w-]+)/g)].map(([, name]) => name))
      expect([...fonts].sort()).toEqual(['BeVietnamPro-Regular', 'BeVietnamPro-SemiBold'])
      expect(file.match(/\/FontFile2/g)).toHaveLength(2)
    })

    it('says what it says in composed letters, every letter known', () => {
      const text = textsOf(bytes).join('')
      expect(text).toBe(text.normalize('NFC'))
      expect(text).not.toContain('\0')
      const [masthead] = document.blocks
      const title = masthead?.is === 'masthead' ? masthead.title : ''
      expect(text.replaceAll(/\s/g, '')).toContain(title.replaceAll(/\s/g, ''))
    })

    it('has its dates from the data', () => {
      const stamp = document.createdAt.replaceAll(/[-T:]|\..*$/g, '')
      expect(file).toContain(`(D:${stamp}Z)`)
    })
  })
})

it('another number is another file with another id', async () => {
  const parts = samples.eventParts(1)
  const other = { ...parts, source: { ...parts.source, sha256: 'f'.repeat(64) } }
  const id = async (some: typeof parts) => {
    const file = Buffer.from(await printPdf(eventReport(some, pen('vi')))).toString('latin1')
    return /\/ID \[(.+?)\]/s.exec(file)?.[1]
  }
  expect(await id(parts)).toBe(await id(parts))
  expect(await id(parts)).not.toBe(await id(other))
})

it('letters that come decomposed leave composed, in the whole Vietnamese alphabet', async () => {
  const vowels = 'aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ'
  const letters = `${vowels}${vowels.toUpperCase()}`
  const document: PrintedDocument = {
    ...{ language: 'vi', title: 'Chữ', fileName: 'x.pdf', createdAt: '2026-01-01T00:00:00Z', foot: '' },
    ...{ pageWords: '', blocks: [{ is: 'text', text: letters.normalize('NFD') }] }
  }
  expect(textsOf(await printPdf(document)).join('')).toContain(letters)
})

it('a long table runs over pages, each with its foot, and the first row of a page under the headings', async () => {
  const file = Buffer.from(await printPdf(eventReport(samples.eventParts(200), pen('en'))))
  const pages = file.toString('latin1').match(/\/Type \/Page\n/g)?.length ?? 0
  expect(pages).toBeGreaterThan(4)
  const text = textsOf(file).join('\n')
  expect(text).toContain(`Page ${pages} of ${pages}`)
})
