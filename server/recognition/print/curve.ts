import type { PrintedCurve } from '../report/document.ts'
import { colours, contentWidth, paper } from './paper.ts'
import type { Sheet } from './sheet.ts'

const HEIGHT = 196
const AXIS = 46
const SMALL = { size: 7.5, colour: colours.third } as const

/** Where a moment and a power lie on the paper. */
interface Frame {
  left: number
  right: number
  top: number
  bottom: number
  x(t: number): number
  y(kw: number): number
}

/** Baseline, load and what lies between them in the event: means over the slots, hence steps. */
export function curve(sheet: Sheet, block: PrintedCurve): void {
  sheet.need(HEIGHT + 26)
  const frame = frameOf(block, sheet.y)
  sheet.piece(sheet.root, 'Figure', () => draw(sheet, block, frame), {
    alt: block.alt,
    bbox: [paper.left, sheet.y, paper.left + contentWidth, sheet.y + HEIGHT + 16]
  })
  sheet.y += HEIGHT + 26
}

function draw(sheet: Sheet, block: PrintedCurve, frame: Frame): void {
  const { pdf } = sheet
  const { from, to, powerTicks, timeTicks, baselineKw, meteredKw, targetKw } = block
  legend(sheet, block, frame)
  pdf
    .rect(frame.x(from), frame.top, frame.x(to) - frame.x(from), frame.bottom - frame.top)
    .fill(colours.inset)
  for (const { kw, text } of powerTicks) {
    const y = frame.y(kw)
    pdf.moveTo(frame.left, y).lineTo(frame.right, y).lineWidth(0.4).stroke(colours.line)
    sheet.line(text, paper.left, y - 5, AXIS - 8, { ...SMALL, align: 'right' })
  }
  for (const { at, text } of timeTicks) {
    const x = frame.x(at)
    pdf
      .moveTo(x, frame.bottom)
      .lineTo(x, frame.bottom + 3)
      .lineWidth(0.6)
      .stroke(colours.third)
    sheet.line(text, x - 25, frame.bottom + 5, 50, { ...SMALL, align: 'center' })
  }
  delivered(sheet, block, frame)
  pdf.dash(4, { space: 2.5 })
  steps(sheet, block, frame, baselineKw, colours.baseline, 1.4)
  pdf.undash().dash(1.5, { space: 1.5 })
  steps(sheet, block, frame, targetKw, colours.ink, 1)
  pdf.undash()
  steps(sheet, block, frame, meteredKw, colours.load, 1.7)
}

function frameOf({ t, slotMs, powerTicks }: PrintedCurve, top: number): Frame {
  const inner = { left: paper.left + AXIS, right: paper.left + contentWidth, top: top + 24 }
  const bottom = top + HEIGHT
  const first = t[0] ?? 0
  const last = (t.at(-1) ?? first) + slotMs
  const low = powerTicks[0]?.kw ?? 0
  const high = powerTicks.at(-1)?.kw ?? 1
  return {
    ...inner,
    bottom,
    x: at => inner.left + ((at - first) / Math.max(1, last - first)) * (inner.right - inner.left),
    y: kw => bottom - ((kw - low) / Math.max(1e-9, high - low)) * (bottom - inner.top)
  }
}

/** The area between baseline and load, slot by slot: green where it was delivered, red where more was drawn. */
function delivered({ pdf }: Sheet, block: PrintedCurve, { x, y }: Frame): void {
  block.t.forEach((at, i) => {
    const [baseline, metered] = [block.baselineKw[i] ?? null, block.meteredKw[i] ?? null]
    if (baseline === null || metered === null || at < block.from || at >= block.to) return
    const [top, bottom] = [y(Math.max(baseline, metered)), y(Math.min(baseline, metered))]
    const colour = baseline >= metered ? colours.delivered : colours.alarmWash
    pdf.rect(x(at), top, x(at + block.slotMs) - x(at), bottom - top).fill(colour)
  })
}

/** A gap stays a gap. */
function steps(
  { pdf }: Sheet,
  { t, slotMs }: PrintedCurve,
  { x, y }: Frame,
  kw: readonly (number | null)[],
  colour: string,
  width: number
): void {
  let isDrawn = false
  t.forEach((at, i) => {
    const value = kw[i] ?? null
    if (value === null) {
      isDrawn = false
      return
    }
    if (isDrawn) pdf.lineTo(x(at), y(value))
    else pdf.moveTo(x(at), y(value))
    pdf.lineTo(x(at + slotMs), y(value))
    isDrawn = true
  })
  if (kw.some(value => value !== null)) pdf.lineWidth(width).stroke(colour)
}

/** Above the curve, each with the line it names. */
function legend(sheet: Sheet, { names, unit, targetKw }: PrintedCurve, { left, top }: Frame): void {
  const { pdf } = sheet
  const words = { size: 8, colour: colours.second } as const
  sheet.line(unit, paper.left, top - 24, AXIS - 8, { ...SMALL, align: 'right' })
  let x = left
  const entry = (name: string, sample: (from: number, y: number) => void) => {
    sample(x, top - 18)
    sheet.line(name, x + 22, top - 24, 200, words)
    x += 22 + sheet.width(name, words) + 18
  }
  const stroke = (colour: string, width: number) => (from: number, y: number) =>
    pdf
      .moveTo(from, y)
      .lineTo(from + 16, y)
      .lineWidth(width)
      .stroke(colour)
  entry(names.metered, stroke(colours.load, 1.7))
  pdf.dash(4, { space: 2.5 })
  entry(names.baseline, stroke(colours.baseline, 1.4))
  pdf.undash()
  if (targetKw.some(kw => kw !== null)) {
    pdf.dash(1.5, { space: 1.5 })
    entry(names.target, stroke(colours.ink, 1))
    pdf.undash()
  }
  entry(names.delivered, (from, y) => pdf.rect(from, y - 4, 16, 8).fill(colours.delivered))
}
