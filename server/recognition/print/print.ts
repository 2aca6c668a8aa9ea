import { createHash } from 'node:crypto'
import type { PrintedBlock, PrintedDocument } from '../report/document.ts'
import { bars } from './bars.ts'
import { curve } from './curve.ts'
import { colours, contentWidth, paper } from './paper.ts'
import { openSheet, type Sheet } from './sheet.ts'
import { table } from './table.ts'
import { facts, figures, heading, masthead, paragraph, proof, signatures } from './words.ts'

/**
 * A document as a PDF: A4, tagged (PDF/UA), its typeface embedded. The file depends on the document alone, byte for byte:
 * its dates are those of the data, its id is taken from its content.
 */
export async function printPdf(document: PrintedDocument): Promise<Uint8Array> {
  // Loaded when somebody prints: it takes thirty megabytes.
  const { default: PDFDocument } = await import('pdfkit')
  const createdAt = new Date(document.createdAt)
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { top: paper.top, bottom: 0, left: paper.left, right: paper.right },
    bufferPages: true,
    pdfVersion: '1.7',
    // The types of pdfkit do not know it yet.
    subset: 'PDF/UA' as 'PDF/A-1',
    tagged: true,
    lang: document.language,
    displayTitle: true,
    info: {
      ...{ Title: document.title, Creator: 'Gridload', Producer: 'Gridload' },
      ...{ CreationDate: createdAt, ModDate: createdAt },
      Keywords: createHash('sha256').update(JSON.stringify(document)).digest('hex')
    }
  })
  const read = bytesOf(pdf)
  const sheet = openSheet(pdf)
  for (const block of document.blocks) await set(sheet, block)
  sheet.root.end()
  feet(sheet, document)
  pdf.end()
  return read
}

async function set(sheet: Sheet, block: PrintedBlock): Promise<void> {
  switch (block.is) {
    case 'masthead':
      return masthead(sheet, block)
    case 'heading':
      return heading(sheet, block)
    case 'text':
      return paragraph(sheet, block)
    case 'figures':
      return figures(sheet, block)
    case 'facts':
      return facts(sheet, block)
    case 'signatures':
      return signatures(sheet, block)
    case 'proof':
      return proof(sheet, block)
    case 'table':
      return table(sheet, block)
    case 'curve':
      return curve(sheet, block)
    case 'bars':
      return bars(sheet, block)
  }
}

/** What it rests on and which page it is, on every page. */
function feet(sheet: Sheet, { foot, pageWords }: PrintedDocument): void {
  const { pdf } = sheet
  const { count } = pdf.bufferedPageRange()
  const style = { size: 7, colour: colours.third } as const
  for (let page = 0; page < count; page++) {
    pdf.switchToPage(page)
    const y = paper.height - 40
    const words = pageWords.replace('{page}', String(page + 1)).replace('{pages}', String(count))
    pdf.markContent('Artifact', { type: 'Pagination' })
    pdf
      .moveTo(paper.left, y - 6)
      .lineTo(paper.left + contentWidth, y - 6)
      .lineWidth(0.5)
      .stroke(colours.line)
    sheet.line(foot, paper.left, y, contentWidth - 70, style)
    sheet.line(words, paper.left, y, contentWidth, { ...style, align: 'right' })
    pdf.endMarkedContent()
  }
}

function bytesOf(pdf: PDFKit.PDFDocument): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  return new Promise((resolve, reject) => {
    pdf.on('data', (piece: Uint8Array) => pieces.push(piece))
    pdf.on('end', () => resolve(Buffer.concat(pieces)))
    pdf.on('error', reject)
  })
}
