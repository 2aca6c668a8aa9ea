import type { PrintedTable } from '../report/document.ts'
import { colours, contentWidth, paper } from './paper.ts'
import type { Sheet, Structure } from './sheet.ts'
import { rule } from './words.ts'

const SIZE = 8.5
const PAD = 3.5
const GAP = 8
const HEAD = { size: 7.5, colour: colours.third } as const

interface Column {
  x: number
  width: number
  isNumber: boolean
  title: string
}

/** Rows of text on as many pages as they take; the headings stand on each of them, and are read out once. */
export async function table(sheet: Sheet, block: PrintedTable): Promise<void> {
  const columns = laidOut(block)
  const headHeight = Math.max(...columns.map(one => sheet.height(one.title, one.width, HEAD))) + 6
  sheet.need(headHeight + 46)
  const { caption } = block
  if (caption !== '') {
    sheet.piece(sheet.root, 'P', () =>
      sheet.line(caption, paper.left, sheet.y, contentWidth, { size: 8.5, colour: colours.second })
    )
    sheet.y += 16
  }
  const element = sheet.pdf.struct('Table')
  sheet.root.add(element)
  headings(sheet, columns, headHeight, element)
  for (const [index, cells] of block.rows.entries()) {
    row(sheet, columns, headHeight, cells, element, false)
    // A long table leaves the others their turn.
    if (index % 50 === 49) await new Promise(resolve => setImmediate(resolve))
  }
  if (block.total !== null) row(sheet, columns, headHeight, block.total, element, true)
  element.end()
  sheet.y += 14
}

function laidOut({ columns }: PrintedTable): Column[] {
  const weights = columns.reduce((sum, { weight }) => sum + weight, 0)
  const room = contentWidth - GAP * (columns.length - 1)
  let x: number = paper.left
  return columns.map(({ title, isNumber, weight }) => {
    const column = { x, width: (room * weight) / weights, isNumber, title }
    x += column.width + GAP
    return column
  })
}

/** Read out as part of `element`; on a further page drawn only. */
function headings(sheet: Sheet, columns: readonly Column[], height: number, element?: Structure): void {
  const draw = ({ title, x, width, isNumber }: Column) =>
    sheet.text(title, x, sheet.y + height - 4 - sheet.height(title, width, HEAD), width, {
      ...HEAD,
      align: isNumber ? 'right' : 'left'
    })
  if (element === undefined) sheet.ornament(() => columns.forEach(draw))
  else {
    sheet.group(element, 'TR', head => {
      for (const column of columns) sheet.piece(head, 'TH', () => draw(column), { scope: 'Column' })
    })
  }
  sheet.y += height
  rule(sheet, sheet.y)
}

function row(
  sheet: Sheet,
  columns: readonly Column[],
  headHeight: number,
  cells: readonly string[],
  element: Structure,
  isTotal: boolean
): void {
  const words = { font: isTotal ? 'strong' : 'text', size: SIZE } as const
  const heights = columns.map(({ width, isNumber }, i) =>
    isNumber ? 0 : sheet.height(cells[i] ?? '', width, words)
  )
  const height = Math.max(SIZE * 1.4, ...heights) + 2 * PAD
  const page = sheet.pdf.page
  sheet.need(height)
  if (sheet.pdf.page !== page) headings(sheet, columns, headHeight)
  sheet.group(element, 'TR', line => {
    columns.forEach(({ x, width, isNumber }, i) => {
      const text = cells[i] ?? ''
      const type = i === 0 ? 'TH' : 'TD'
      const draw = () =>
        isNumber
          ? sheet.line(text, x, sheet.y + PAD, width, { ...words, align: 'right' })
          : sheet.text(text, x, sheet.y + PAD, width, words)
      sheet.piece(line, type, draw, i === 0 ? { scope: 'Row' } : {})
    })
  })
  sheet.y += height
  rule(sheet, sheet.y)
}
