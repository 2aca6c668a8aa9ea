/** Weighted mean and exact extremes of the known values in each of a fixed number of windows. */
export class WindowStatistics {
  private readonly sum: Float64Array
  private readonly weight: Float64Array
  private readonly min: Float64Array
  private readonly max: Float64Array

  constructor(count: number) {
    this.sum = new Float64Array(count)
    this.weight = new Float64Array(count)
    this.min = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
    this.max = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  }

  /** Counts a value in a window; an unknown one (null) counts nowhere. The weight is positive. */
  add(window: number, value: number | null, weight: number): void {
    if (value === null) return
    this.sum[window] = (this.sum[window] ?? 0) + value * weight
    this.weight[window] = (this.weight[window] ?? 0) + weight
    this.min[window] = Math.min(this.min[window] ?? value, value)
    this.max[window] = Math.max(this.max[window] ?? value, value)
  }

  /** Widens the extremes of a window that has a value; unknown ones (null) change nothing. */
  widen(window: number, min: number | null, max: number | null): void {
    if (min !== null) this.min[window] = Math.min(this.min[window] ?? min, min)
    if (max !== null) this.max[window] = Math.max(this.max[window] ?? max, max)
  }

  /** null where nothing is known. Never outside the extremes, which rounding alone could do. */
  means(): (number | null)[] {
    return this.column(window => {
      const mean = (this.sum[window] ?? 0) / (this.weight[window] ?? 1)
      return Math.min(Math.max(mean, this.min[window] ?? mean), this.max[window] ?? mean)
    })
  }

  minima(): (number | null)[] {
    return this.column(window => this.min[window] ?? null)
  }

  maxima(): (number | null)[] {
    return this.column(window => this.max[window] ?? null)
  }

  private column(at: (window: number) => number | null): (number | null)[] {
    return Array.from(this.weight, (weight, window) => (weight > 0 ? at(window) : null))
  }
}
