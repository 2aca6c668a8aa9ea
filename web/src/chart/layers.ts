import uPlot from 'uplot'
import type { ChartArea, ChartBand, ChartLimit, Scene } from './scene.ts'

const colours = () => {
  const style = getComputedStyle(document.documentElement)
  return (name: string) => style.getPropertyValue(name)
}
export const colour = (name: string) => colours()(name)
const font = (weight = 400) => `${weight} ${11 * uPlot.pxRatio}px "Noto Sans", system-ui, sans-serif`

/** Spans of time, behind everything. */
function drawBands(u: uPlot, bands: readonly ChartBand[]): void {
  const { ctx, bbox } = u
  const of = colours()
  for (const band of bands) {
    const left = Math.max(bbox.left, u.valToPos(band.from, 'x', true))
    const right = Math.min(bbox.left + bbox.width, u.valToPos(band.to, 'x', true))
    if (right <= left) continue
    ctx.fillStyle = of('--inset')
    ctx.fillRect(left, bbox.top, right - left, bbox.height)
    ctx.fillStyle = of('--ink-3')
    ctx.font = font()
    ctx.textAlign = 'left'
    ctx.textBaseline = 'top'
    if (ctx.measureText(band.label).width + 8 < right - left) ctx.fillText(band.label, left + 4, bbox.top + 3)
  }
}

/** What was delivered, slot by slot: between the baseline and the meter. */
function drawArea(u: uPlot, t: readonly number[], area: ChartArea): void {
  const of = colours()
  for (const [i, at] of t.entries()) {
    const [top, bottom, signed] = [area.top[i] ?? null, area.bottom[i] ?? null, area.signed[i] ?? null]
    if (top === null || bottom === null || signed === null) continue
    // Whole pixels, or the edges of neighbours would shine through.
    const [left, right] = [at, at + area.intervalMs].map(edge => Math.round(u.valToPos(edge, 'x', true)))
    if (left === undefined || right === undefined) continue
    const [a, b] = [u.valToPos(top, 'y', true), u.valToPos(bottom, 'y', true)]
    u.ctx.fillStyle = of(signed >= 0 ? '--delivered' : '--missed')
    u.ctx.fillRect(left, Math.min(a, b), right - left, Math.abs(b - a))
  }
}

/** The wash from the lowest to the highest within each step. */
function drawSpread(u: uPlot, t: readonly number[], { min, max }: NonNullable<Scene['spread']>): void {
  u.ctx.fillStyle = colour('--band')
  for (const [i, at] of t.entries()) {
    const [low, high, until] = [min[i] ?? null, max[i] ?? null, t[i + 1]]
    if (low === null || high === null || until === undefined) continue
    const [left, right] = [Math.round(u.valToPos(at, 'x', true)), Math.round(u.valToPos(until, 'x', true))]
    const [top, bottom] = [u.valToPos(high, 'y', true), u.valToPos(low, 'y', true)]
    if (bottom > top) u.ctx.fillRect(left, top, Math.max(right - left, 1), bottom - top)
  }
}

function horizontal(u: uPlot, y: number, dash: readonly number[]): void {
  u.ctx.setLineDash(dash.map(length => length * uPlot.pxRatio))
  u.ctx.beginPath()
  u.ctx.moveTo(u.bbox.left, y)
  u.ctx.lineTo(u.bbox.left + u.bbox.width, y)
  u.ctx.stroke()
  u.ctx.setLineDash([])
}

function drawLimits(u: uPlot, limits: readonly ChartLimit[]): void {
  const { ctx, bbox } = u
  ctx.strokeStyle = ctx.fillStyle = colour('--capacity')
  ctx.lineWidth = uPlot.pxRatio
  ctx.font = font()
  ctx.textAlign = 'left'
  for (const limit of limits) {
    const y = u.valToPos(limit.value, 'y', true)
    if (y < bbox.top || y > bbox.top + bbox.height) continue
    horizontal(u, y, [8, 3])
    const isTight = y - bbox.top < 16 * uPlot.pxRatio
    ctx.textBaseline = isTight ? 'top' : 'bottom'
    ctx.fillText(limit.label, bbox.left + 4, y + (isTight ? 4 : -3))
  }
}

function drawNow(u: uPlot, now: number): void {
  const { ctx, bbox } = u
  const x = u.valToPos(now, 'x', true)
  if (x < bbox.left || x > bbox.left + bbox.width) return
  ctx.strokeStyle = colour('--ink')
  ctx.lineWidth = 0.7 * uPlot.pxRatio
  ctx.setLineDash([])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
}

/** Where the first line ends: a dot, so that the eye finds now; what is foretold ends elsewhere. A step ends where the next one would begin. */
function drawEnd(u: uPlot, { t, lines, now, stepped }: Scene): void {
  const line = lines[0]
  const last = line ? line.values.findLastIndex(value => value !== null) : -1
  const at = (stepped ? t[last + 1] : undefined) ?? t[last]
  const value = line?.values[last]
  if (!line || line.dashed || at === undefined || value === null || value === undefined) return
  if (now === null || at < now - 5 * 60_000) return
  const [x, y] = [u.valToPos(at, 'x', true), u.valToPos(value, 'y', true)]
  if (x > u.bbox.left + u.bbox.width || x < u.bbox.left) return
  u.ctx.fillStyle = colour(line.colour)
  u.ctx.beginPath()
  u.ctx.arc(x, y, 3.4 * uPlot.pxRatio, 0, 2 * Math.PI)
  u.ctx.fill()
}

function drawUnit(u: uPlot, unit: string): void {
  u.ctx.fillStyle = colour('--ink-3')
  u.ctx.font = font()
  u.ctx.textAlign = 'right'
  u.ctx.textBaseline = 'bottom'
  u.ctx.fillText(unit, u.bbox.left - 8 * uPlot.pxRatio, u.bbox.top - 4 * uPlot.pxRatio)
}

/** uPlot's hooks that paint what is no line. */
export function layers(scene: () => Scene): uPlot.Hooks.Arrays {
  const clipped = (u: uPlot, paint: () => void) => {
    u.ctx.save()
    u.ctx.beginPath()
    u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height)
    u.ctx.clip()
    paint()
    u.ctx.restore()
  }
  return {
    drawClear: [u => drawBands(u, scene().bands)],
    drawAxes: [
      u => {
        const { area, spread, t } = scene()
        if (spread) clipped(u, () => drawSpread(u, t, spread))
        if (area) clipped(u, () => drawArea(u, t, area))
        drawUnit(u, scene().unit)
      }
    ],
    draw: [
      u => {
        const { limits, now } = scene()
        u.ctx.save()
        drawLimits(u, limits)
        if (now !== null) drawNow(u, now)
        drawEnd(u, scene())
        u.ctx.restore()
      }
    ]
  }
}
