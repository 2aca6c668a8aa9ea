import { colours, type FontName, fontFiles, paper } from './paper.ts'

export type Pdf = PDFKit.PDFDocument
export type Structure = PDFKit.PDFStructureElement

/** What is said of a piece beside its text. */
export interface PieceOptions {
  alt?: string
  scope?: 'Row' | 'Column'
  bbox?: [number, number, number, number]
}

export interface Style {
  font?: FontName
  size?: number
  colour?: string
  align?: 'left' | 'right' | 'center'
  lineGap?: number
}

/** The paper that blocks are set on, from the top down, and the tree of what each piece is. */
export interface Sheet {
  pdf: Pdf
  /** Where the next block begins, from the top of the page. */
  y: number
  root: Structure
  /** A new page unless so much height is left. Never inside a piece. */
  need(height: number): void
  /** Draws a piece that is read out as `type`; returns its element, ended. */
  piece(parent: Structure, type: string, draw: () => void, options?: PieceOptions): void
  /** An element with pieces below it. */
  group(parent: Structure, type: string, fill: (group: Structure) => void, options?: object): void
  /** Drawn, but never read out. */
  ornament(draw: () => void): void
  /** Height of a text in a width. */
  height(text: string, width: number, style: Style): number
  width(text: string, style: Style): number
  text(text: string, x: number, y: number, width: number, style: Style): void
  /** One line, cut with an ellipsis where it is too long. */
  line(text: string, x: number, y: number, width: number, style: Style): void
}

const plain: Required<Style> = { font: 'text', size: 9.5, colour: colours.ink, align: 'left', lineGap: 1.5 }

export function openSheet(pdf: Pdf): Sheet {
  for (const [name, file] of Object.entries(fontFiles())) pdf.registerFont(name, file)
  const root = pdf.struct('Document')
  pdf.addStructure(root)

  const set = (style: Style) => {
    const { font, size, colour, lineGap, align } = { ...plain, ...style }
    pdf.font(font).fontSize(size).fillColor(colour)
    return { lineGap, align }
  }
  const sheet: Sheet = {
    pdf,
    root,
    y: paper.top,
    need(height) {
      if (sheet.y + height <= paper.height - paper.bottom) return
      pdf.addPage()
      sheet.y = paper.top
    },
    piece(parent, type, draw, options = {}) {
      parent.add(pdf.struct(type, options, [draw]))
    },
    group(parent, type, fill, options = {}) {
      const group = pdf.struct(type, options)
      parent.add(group)
      fill(group)
      group.end()
    },
    ornament(draw) {
      pdf.markContent('Artifact', { type: 'Layout' })
      draw()
      pdf.endMarkedContent()
    },
    height(text, width, style) {
      const { lineGap } = set(style)
      return pdf.heightOfString(text.normalize('NFC'), { width, lineGap })
    },
    width(text, style) {
      set(style)
      return pdf.widthOfString(text.normalize('NFC'))
    },
    text(text, x, y, width, style) {
      const { lineGap, align } = set(style)
      pdf.text(text.normalize('NFC'), x, y, { width, lineGap, align })
    },
    line(text, x, y, width, style) {
      const { align } = set(style)
      const shown = cut(pdf, text.normalize('NFC'), width)
      const free = width - pdf.widthOfString(shown)
      const offset = align === 'right' ? free : align === 'center' ? free / 2 : 0
      pdf.text(shown, x + offset, y, { lineBreak: false })
    }
  }
  return sheet
}

function cut(pdf: Pdf, text: string, width: number): string {
  if (pdf.widthOfString(text) <= width + 0.01) return text
  let shown = text
  while (shown.length > 1 && pdf.widthOfString(`${shown}…`) > width) shown = shown.slice(0, -1)
  return `${shown.trimEnd()}…`
}
