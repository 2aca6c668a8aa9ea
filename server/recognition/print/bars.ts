import type { PrintedBars } from '../report/document.ts'
import { colours, contentWidth, paper } from './paper.ts'
import type { Sheet } from './sheet.ts'

const ROW = 19
const LABEL = 182
const TEXT = 78

/** A bar a row, with a line where its mark is; the text says the number. */
export function bars(sheet: Sheet, block: PrintedBars): void {
  const { rows, alt } = block
  const height = rows.length * ROW + 22
  sheet.need(height)
  const top = sheet.y
  const box = [paper.left, top, paper.left + contentWidth, top + height] as [number, number, number, number]
  sheet.piece(sheet.root, 'Figure', () => draw(sheet, block, top), { alt, bbox: box })
  sheet.y += height + 8
}

function draw(sheet: Sheet, { rows, names }: PrintedBars, top: number): void {
  const { pdf } = sheet
  const room = contentWidth - LABEL - TEXT
  const left = paper.left + LABEL
  const largest = Math.max(1e-9, ...rows.flatMap(({ value, mark }) => [value ?? 0, mark ?? 0]))
  const width = (value: number) => (Math.max(0, value) / largest) * room
  const words = { size: 8, colour: colours.second } as const
  pdf.rect(left, top + 2, 16, 7).fill(colours.load)
  sheet.line(names.value, left + 22, top, 160, words)
  if (names.mark !== null) {
    const x = left + 22 + sheet.width(names.value, words) + 18
    pdf
      .moveTo(x, top)
      .lineTo(x, top + 11)
      .lineWidth(1.6)
      .stroke(colours.ink)
    sheet.line(names.mark, x + 7, top, 160, words)
  }
  rows.forEach(({ label, value, text, mark }, i) => {
    const y = top + 20 + i * ROW
    sheet.line(label, paper.left, y + 2, LABEL - 10, { size: 8.5 })
    pdf.rect(left, y + 3, room, 10).fill(colours.inset)
    if (value !== null && value > 0) pdf.rect(left, y + 3, width(value), 10).fill(colours.load)
    if (mark !== null) {
      pdf
        .moveTo(left + width(mark), y)
        .lineTo(left + width(mark), y + 16)
        .lineWidth(1.6)
        .stroke(colours.ink)
    }
    sheet.line(text, left + room + 8, y + 2, TEXT - 8, { size: 8.5, align: 'right' })
  })
}
