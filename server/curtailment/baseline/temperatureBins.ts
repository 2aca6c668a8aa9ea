/** Ends of the temperature bins of CalTRACK 3.11: 30, 45, 55, 65, 75 and 90 °F, in °C. */
const CALTRACK_ENDS_C = [30, 45, 55, 65, 75, 90].map(f => ((f - 32) * 5) / 9)
/** A bin with less time in it is joined with the one below (the lowest with the one above). */
const MIN_HOURS = 20

/**
 * The ends between the bins that are left, °C, ascending: n ends make n + 1 bins, the outer two open.
 * `hoursEach`: what one temperature stands for.
 */
export function binEnds(temperaturesC: ArrayLike<number>, hoursEach: number): number[] {
  const ends = [...CALTRACK_ENDS_C]
  for (;;) {
    const hours = new Float64Array(ends.length + 1)
    for (let i = 0; i < temperaturesC.length; i++) {
      const bin = binOf(ends, temperaturesC[i] ?? NaN)
      hours[bin] = (hours[bin] ?? 0) + hoursEach
    }
    const thin = hours.findIndex(time => time < MIN_HOURS)
    if (thin === -1 || ends.length === 0) return ends
    ends.splice(Math.max(0, thin - 1), 1)
  }
}

/** The part of a temperature that falls into each bin, so that a line has its own slope in every bin and no step between. */
export function binParts(ends: readonly number[], temperatureC: number, into: Float64Array, at = 0): void {
  for (let bin = 0; bin <= ends.length; bin++) {
    const low = bin === 0 ? 0 : (ends[bin - 1] ?? 0)
    const high = ends[bin] ?? Infinity
    const part = Math.min(temperatureC, high) - low
    into[at + bin] = bin === 0 ? part : Math.max(0, part)
  }
}

function binOf(ends: readonly number[], temperatureC: number): number {
  let bin = 0
  while (bin < ends.length && temperatureC > (ends[bin] ?? Infinity)) bin++
  return bin
}
