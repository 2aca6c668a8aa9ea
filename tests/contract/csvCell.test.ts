import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvCell } from '../../server/contract/csvCell.ts'

it.each([
  ['=HYPERLINK("http://x";"y")', `"'=HYPERLINK(""http://x"";""y"")"`],
  ['+84 90', `"'+84 90"`],
  ['-2+3', `"'-2+3"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  ['\0=1', `"'\0=1"`],
  ['  =1', `"'  =1"`],
  ['＝1', `"'＝1"`],
  ['Nhà máy, thép', '"Nhà máy, thép"'],
  ['a "b"', '"a ""b"""'],
  ['Lan', 'Lan'],
  ['a=b', 'a=b'],
  [-5, '-5'],
  [null, '']
])('%j is written %s', (value, cell) => {
  expect(csvCell(value)).toBe(cell)
})

it('whatever is written, nothing begins a formula, no cell becomes two, and the text is still there', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const [cells = []] = parse(`${csvCell(a)},${csvCell(b)}\n`, { record_delimiter: '\n' }) as string[][]
      expect(cells).toHaveLength(2)
      expect(cells[0]).toMatch(/^(?![\s]*[=+\-@])/)
      expect([a, `'${a}`]).toContain(cells[0])
    }),
    { seed: 3 }
  )
})
