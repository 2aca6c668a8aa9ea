import type { Span } from './api.ts'
import { POINTS, type RangeName, rangeNamed } from './ranges.ts'

/** The part of the time line a chart shows: a range that moves with the present, or what a person zoomed to. */
export class TimeWindow {
  chosen = $state<RangeName>('h24')
  zoom = $state.raw<{ from: number; to: number } | null>(null)
  range = $derived(rangeNamed(this.chosen))
  /** How often to fetch anew; null: what is zoomed to stands still. */
  refreshMs = $derived(this.zoom ? null : this.range.refreshMs)

  choose(range: RangeName): void {
    this.chosen = range
    this.zoom = null
  }

  zoomTo(span: { from: number; to: number } | null): void {
    if (span && span.to - span.from < 60_000) return // below a minute there is nothing more to see
    this.zoom = span && { from: Math.round(span.from), to: Math.round(span.to) }
  }

  /** What lies in view at `now`; `aheadShare` of the range is future. */
  at(now: number, aheadShare: number): { from: number; to: number; now: number } {
    return {
      now,
      from: this.zoom?.from ?? now - this.range.ms,
      to: this.zoom?.to ?? now + this.range.ms * aheadShare
    }
  }

  /** A question to the server, to be put again and again: the window is read now, the present moment then. */
  question(aheadShare: number): (now: number) => Span {
    const { zoom, range } = this
    return now => ({
      from: zoom?.from ?? now - range.ms,
      to: zoom?.to ?? Math.ceil(now + range.ms * aheadShare),
      points: POINTS
    })
  }
}
