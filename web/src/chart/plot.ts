import uPlot from 'uplot'
import { yRange } from '../columns.ts'
import { colour, layers } from './layers.ts'
import type { Scene } from './scene.ts'

export interface PlotEvents {
  /** A person dragged over a span, or double-clicked to be rid of it (null). */
  onzoom(span: { from: number; to: number } | null): void
  /** The crosshair stands at this moment (epoch ms), or nowhere. */
  oncursor(at: number | null): void
}

const FONT = '11px "Noto Sans", system-ui, sans-serif'

/**
 * A value holds until the next row, known or not; an unknown one lifts the pen. (uPlot's own stepped path neither ends
 * the last value at the end of its slot, nor leaves out the riser behind a gap.)
 */
const stepped: uPlot.Series.PathBuilder = (u, series, first, last) => {
  const stroke = new Path2D()
  const [t, values] = [u.data[0], u.data[series] ?? []]
  let height: number | null = null
  for (let i = first; i <= last; i++) {
    const x = Math.round(u.valToPos(t[i] ?? 0, 'x', true))
    const value = values[i] ?? null
    const y = value === null ? null : Math.round(u.valToPos(value, 'y', true))
    if (height !== null) stroke.lineTo(x, height)
    if (y !== null && height !== null) stroke.lineTo(x, y)
    if (y !== null && height === null) stroke.moveTo(x, y)
    height = y
  }
  return { stroke, fill: null, clip: null }
}

/** The columns in uPlot's order: time, lowest and highest (where there is a spread), then the lines. */
export function plotData(scene: Scene): uPlot.AlignedData {
  const spread = scene.spread ? [[...scene.spread.min], [...scene.spread.max]] : []
  return [[...scene.t], ...spread, ...scene.lines.map(line => [...line.values])]
}

/** What decides whether a plot can take new data as it is, or must be made anew. */
export function plotStructure({ lines, spread, stepped, unit }: Scene): string {
  return JSON.stringify([
    lines.map(line => [line.colour, line.dashed]),
    spread !== null,
    stepped,
    unit === '°C'
  ])
}

function series(scene: Scene): uPlot.Series[] {
  const paths = scene.stepped ? { paths: stepped } : {}
  // Only so that the axis makes room for them: a layer paints the wash.
  const extent: uPlot.Series = { paths: () => null, points: { show: false } }
  const spread = scene.spread ? [extent, extent] : []
  const lines = scene.lines.map(
    (line): uPlot.Series => ({
      ...paths,
      stroke: () => colour(line.colour),
      width: 1.6,
      points: { show: false },
      ...(line.dashed ? { dash: [6, 3] } : {})
    })
  )
  return [{}, ...spread, ...lines]
}

function axes(scene: () => Scene): uPlot.Axis[] {
  const first = scene()
  const base = { font: FONT, stroke: () => colour('--ink-3'), ticks: { show: false } }
  const grid = { stroke: () => colour('--line'), width: 0.6 }
  return [
    {
      ...base,
      grid: { show: false },
      space: 64,
      size: first.isStrip ? 6 : 26,
      gap: 6,
      values: (_u, splits, _axis, _space, stepMs) =>
        splits.map(at => (scene().isStrip ? '' : scene().timeTick(at, stepMs)))
    },
    {
      ...base,
      grid,
      size: 56,
      gap: 8,
      space: first.isStrip ? 20 : 36,
      values: (_u, splits) => splits.map(value => (value === null ? '' : scene().tick(value)))
    }
  ]
}

/** Makes the plot inside an element. Hooks read the scene anew at each drawing. */
export function createPlot(
  element: HTMLElement,
  scene: () => Scene,
  options: { width: number; height: number; timeZone: string; syncKey: string | null } & PlotEvents
): uPlot {
  const follows = (type: string) => type === 'mousemove' || type === 'mouseleave'
  const { hooks, first } = { hooks: layers(scene), first: scene() }
  return new uPlot(
    {
      width: options.width,
      height: options.height,
      ms: 1,
      tzDate: at => uPlot.tzDate(new Date(at), options.timeZone),
      padding: [18, 20, 0, 0],
      legend: { show: false },
      series: series(first),
      axes: axes(scene),
      scales: {
        x: { time: true, auto: false, min: first.from, max: first.to },
        y: {
          range: (_u, low, high) =>
            yRange(low, high, { limits: scene().limits.map(l => l.value), fromZero: scene().fromZero })
        }
      },
      cursor: {
        y: false,
        points: { size: 6 },
        drag: { x: true, y: false, setScale: false, dist: 8 },
        bind: {
          dblclick: () => () => {
            options.onzoom(null)
            return null
          }
        },
        ...(options.syncKey
          ? { sync: { key: options.syncKey, filters: { pub: follows, sub: follows } } }
          : {})
      },
      hooks: {
        ...hooks,
        setCursor: [u => options.oncursor(u.data[0][u.cursor.idx ?? -1] ?? null)],
        setSelect: [
          u => {
            const { left, width } = u.select
            if (width < 8) return
            options.onzoom({ from: u.posToVal(left, 'x'), to: u.posToVal(left + width, 'x') })
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          }
        ]
      }
    },
    plotData(first),
    element
  )
}

/** Shows a new scene; the span in view is always said, or uPlot would keep a stale one. */
export function showScene(plot: uPlot, scene: Scene): void {
  plot.batch(() => {
    plot.setData(plotData(scene), false)
    plot.setScale('x', { min: scene.from, max: scene.to })
  })
  plot.redraw(true, true)
}
