import { HALF_HOUR_MINUTES } from './halfHours.ts'

const ALL = 2 ** HALF_HOUR_MINUTES - 1

/**
 * Which minutes of a window the store may not hold as they are, for each node: a word a half-hour, a bit a minute.
 * And of which half-hours a minute was written since the half-hour itself was.
 */
export class UnwrittenMinutes {
  readonly halfHours: number
  private readonly minutes: Uint32Array
  private readonly touched: Uint32Array

  /** Everything is unwritten at first. */
  constructor(nodes: number, halfHours: number) {
    this.halfHours = halfHours
    this.minutes = new Uint32Array(nodes * halfHours).fill(ALL)
    this.touched = new Uint32Array(nodes)
  }

  set(node: number, minute: number): void {
    const word = node * this.halfHours + Math.floor(minute / HALF_HOUR_MINUTES)
    this.minutes[word] = (this.minutes[word] ?? 0) | (1 << (minute % HALF_HOUR_MINUTES))
  }

  /** True where the minute was unwritten; it counts as written now, and its half-hour as touched. */
  take(node: number, minute: number): boolean {
    const halfHour = Math.floor(minute / HALF_HOUR_MINUTES)
    const word = node * this.halfHours + halfHour
    const bit = 1 << (minute % HALF_HOUR_MINUTES)
    const bits = this.minutes[word] ?? 0
    if ((bits & bit) === 0) return false
    this.minutes[word] = bits & ~bit
    this.touch(node, halfHour)
    return true
  }

  touch(node: number, halfHour: number): void {
    this.touched[node] = (this.touched[node] ?? 0) | (1 << halfHour)
  }

  takeTouched(node: number, halfHour: number): boolean {
    const bits = this.touched[node] ?? 0
    if ((bits & (1 << halfHour)) === 0) return false
    this.touched[node] = bits & ~(1 << halfHour)
    return true
  }

  isAnyIn(node: number, halfHour: number): boolean {
    return this.minutes[node * this.halfHours + halfHour] !== 0
  }

  isTouched(node: number, halfHour: number): boolean {
    return ((this.touched[node] ?? 0) & (1 << halfHour)) !== 0
  }

  /** Forgets the first half-hours of every node; as many new ones are unwritten. */
  shift(halfHours: number): void {
    const kept = this.halfHours - halfHours
    for (let node = 0; node < this.touched.length; node += 1) {
      const start = node * this.halfHours
      this.minutes.copyWithin(start, start + halfHours, start + this.halfHours)
      this.minutes.fill(ALL, start + kept, start + this.halfHours)
      this.touched[node] = kept === 0 ? 0 : (this.touched[node] ?? 0) >>> halfHours
    }
  }

  /** Takes over what another table knows of one of its nodes. */
  copy(node: number, from: UnwrittenMinutes, itsNode: number): void {
    const start = itsNode * this.halfHours
    this.minutes.set(from.minutes.subarray(start, start + this.halfHours), node * this.halfHours)
    this.touched[node] = from.touched[itsNode] ?? 0
  }
}
