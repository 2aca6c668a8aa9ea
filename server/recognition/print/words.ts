import type { PrintedBlock } from '../report/document.ts'
import { colours, contentWidth, paper } from './paper.ts'
import type { Sheet } from './sheet.ts'

type Block<Is extends PrintedBlock['is']> = Extract<PrintedBlock, { is: Is }>
const left = paper.left

/** What it is, its one line, and what it says in full. */
export function masthead(sheet: Sheet, { over, title, lead, banner }: Block<'masthead'>): void {
  const { root } = sheet
  if (banner !== null) {
    sheet.ornament(() => sheet.pdf.rect(left, sheet.y, contentWidth, 24).fill(colours.alarmWash))
    sheet.piece(root, 'P', () =>
      sheet.line(banner, left + 10, sheet.y + 6, contentWidth - 20, {
        ...{ font: 'strong', size: 9.5, colour: colours.alarm }
      })
    )
    sheet.y += 36
  }
  sheet.piece(root, 'P', () =>
    sheet.line(over, left, sheet.y, contentWidth, { size: 9, colour: colours.third })
  )
  sheet.y += 20
  const style = { font: 'strong', size: 23, lineGap: 0 } as const
  sheet.piece(root, 'H1', () => sheet.text(title, left, sheet.y, contentWidth, style))
  sheet.y += sheet.height(title, contentWidth, style) + 8
  const leadStyle = { size: 11.5, colour: colours.second, lineGap: 3 } as const
  const width = contentWidth * 0.92
  sheet.piece(root, 'P', () => sheet.text(lead, left, sheet.y, width, leadStyle))
  sheet.y += sheet.height(lead, width, leadStyle) + 18
}

export function heading(sheet: Sheet, { text }: Block<'heading'>): void {
  sheet.need(90)
  sheet.y += 6
  const style = { font: 'strong', size: 12 } as const
  sheet.piece(sheet.root, 'H2', () => sheet.text(text, left, sheet.y, contentWidth, style))
  sheet.y += sheet.height(text, contentWidth, style) + 6
}

export function paragraph(sheet: Sheet, { text }: Block<'text'>): void {
  const style = { colour: colours.second, lineGap: 2.5 } as const
  const height = sheet.height(text, contentWidth, style)
  sheet.need(height)
  sheet.piece(sheet.root, 'P', () => sheet.text(text, left, sheet.y, contentWidth, style))
  sheet.y += height + 8
}

/** The numbers that count, side by side: each read out as one line. */
export function figures(sheet: Sheet, { figures }: Block<'figures'>): void {
  const height = 66
  sheet.need(height)
  // The first is the one that counts, and has its uncertainty below it.
  const width = contentWidth / (figures.length + 0.3)
  const startOf = (i: number) => left + i * width + (i === 0 ? 12 : 10 + 0.3 * width)
  sheet.ornament(() => {
    sheet.pdf.rect(left, sheet.y, contentWidth, height).fill(colours.inset)
  })
  figures.forEach(({ label, value, unit, note }, i) => {
    const x = startOf(i)
    const room = (i === 0 ? 1.3 : 1) * width - 14
    sheet.piece(sheet.root, 'P', () => {
      sheet.line(label, x, sheet.y + 10, room, { size: 8, colour: colours.third })
      const style = { font: 'strong', size: i === 0 ? 21 : 16 } as const
      const base = sheet.y + (i === 0 ? 20 : 25)
      sheet.line(value, x, base, room, style)
      const end = x + sheet.width(value, style) + 4
      if (unit !== '') {
        sheet.line(unit, end, sheet.y + 31.5, x + room - end + 6, { size: 10, colour: colours.second })
      }
      if (note !== '') sheet.line(note, x, sheet.y + 49, room, { size: 7.5, colour: colours.third })
    })
  })
  sheet.y += height + 14
}

/** Left what, right what it is: a table whose rows have the headings. */
export function facts(sheet: Sheet, { rows }: Block<'facts'>): void {
  const first = 150
  const second = contentWidth - first
  sheet.group(sheet.root, 'Table', table => {
    for (const { label, value } of rows) {
      const height = sheet.height(value, second, { size: 9.5 }) + 7
      sheet.need(height)
      sheet.group(table, 'TR', row => {
        const style = { size: 9, colour: colours.third } as const
        sheet.piece(row, 'TH', () => sheet.line(label, left, sheet.y + 3, first - 10, style), {
          scope: 'Row'
        })
        sheet.piece(row, 'TD', () => sheet.text(value, left + first, sheet.y + 3, second, { size: 9.5 }))
      })
      sheet.y += height
      rule(sheet, sheet.y)
    }
  })
  sheet.y += 12
}

/** Who signs, with room for it. */
export function signatures(sheet: Sheet, { caption, lines }: Block<'signatures'>): void {
  const height = 104
  sheet.need(height + 30)
  sheet.y += 8
  const gap = 36
  const width = (contentWidth - gap * (lines.length - 1)) / lines.length
  sheet.piece(sheet.root, 'P', () =>
    sheet.line(caption, left, sheet.y, contentWidth, { colour: colours.second })
  )
  sheet.y += 20
  lines.forEach(({ role, hint }, i) => {
    const x = left + i * (width + gap)
    sheet.piece(sheet.root, 'P', () => {
      sheet.line(role, x, sheet.y, width, { font: 'strong' })
      sheet.line(hint, x, sheet.y + 14, width, { size: 8, colour: colours.third })
    })
    sheet.ornament(() =>
      sheet.pdf
        .moveTo(x, sheet.y + height - 26)
        .lineTo(x + width, sheet.y + height - 26)
        .lineWidth(0.7)
        .stroke(colours.third)
    )
  })
  sheet.y += height - 12
}

/** By what the reader checks it. */
export function proof(sheet: Sheet, { heading: title, text, lines }: Block<'proof'>): void {
  const small = { size: 8, colour: colours.second, lineGap: 1.5 } as const
  const mono = { size: 7.5, colour: colours.second } as const
  sheet.need(40 + sheet.height(text, contentWidth, small) + Math.min(lines.length, 4) * 12)
  sheet.piece(sheet.root, 'H2', () =>
    sheet.line(title, left, sheet.y, contentWidth, { font: 'strong', size: 9.5 })
  )
  sheet.y += 15
  sheet.piece(sheet.root, 'P', () => sheet.text(text, left, sheet.y, contentWidth, small))
  sheet.y += sheet.height(text, contentWidth, small) + 5
  for (const line of lines) {
    sheet.need(12)
    sheet.piece(sheet.root, 'P', () => sheet.line(line, left, sheet.y, contentWidth, mono))
    sheet.y += 11
  }
  sheet.y += 8
}

export function rule(sheet: Sheet, y: number): void {
  sheet.ornament(() =>
    sheet.pdf
      .moveTo(left, y)
      .lineTo(left + contentWidth, y)
      .lineWidth(0.5)
      .stroke(colours.line)
  )
}
