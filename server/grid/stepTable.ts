import { FEWEST_STEPS, type HoldRule, STEP_NUMBERS, Steps } from './steps.ts'

/**
 * The steps of many points in one piece of memory, instead of several arrays for each. It stands for one point at a
 * time, that of the last `of`:
 *
 *   places   │ point 0: 8 │ point 1: 8 │ point 0, grown: 16 │ …        blocks of 8, 16, 32 …; one that was left
 *             └─ free, taken by the next that needs 8                  behind is given to the next of its size
 *
 * Memory for `places` steps is reserved at once but taken only as blocks are. The first block of a point has room for as
 * many steps as it usually holds.
 */
export class StepTable extends Steps {
  private readonly places: number
  private readonly rules: readonly HoldRule[]
  private readonly usually: (rule: HoldRule) => number
  private readonly firsts: Uint32Array
  private readonly rooms: Uint32Array
  private readonly counts: Uint32Array
  private readonly areApparent: Uint8Array
  /** kVA and kvar of all places; null until one point needs them. */
  private allApparent: Float64Array | null = null
  /** Blocks that nobody uses, by their size. */
  private readonly free = new Map<number, number[]>()
  private end = 0
  /** The point it stands for. */
  private n = 0
  /** Steps of all points, without what was changed of this one. */
  private sum = 0

  constructor(rules: readonly HoldRule[], places: number, usually: (rule: HoldRule) => number = () => 0) {
    super(rules[0] ?? { registryS: null, defaultS: 0 })
    this.rules = rules
    this.usually = usually
    this.places = places
    this.numbers = new Float64Array(STEP_NUMBERS * places)
    this.firsts = new Uint32Array(rules.length)
    this.rooms = new Uint32Array(rules.length)
    this.counts = new Uint32Array(rules.length)
    this.areApparent = new Uint8Array(rules.length)
  }

  /** Steps of all points. */
  get held(): number {
    return this.sum + this.count - (this.counts[this.n] ?? 0)
  }

  /** Itself, as the steps of this point. */
  of(n: number): this {
    if (n === this.n) return this
    this.note()
    this.n = n
    this.rule = this.rules[n] ?? this.rule
    this.first = this.firsts[n] ?? 0
    this.room = this.rooms[n] ?? 0
    this.count = this.counts[n] ?? 0
    this.apparent = this.areApparent[n] === 1 ? this.allApparent : null
    return this
  }

  /** Other steps in place of the point's own. Where there is no room for all, the oldest are dropped from them. */
  replaceWith(steps: Steps): void {
    this.count = 0
    this.fit()
    while (!this.putAll(steps)) {
      steps.drop(Math.ceil(steps.count / 2))
      this.count = 0
    }
  }

  /** Gives back the room that is not used. */
  fit(): void {
    const room = this.count === 0 ? 0 : this.roomFor(this.count)
    if (2 * room < this.room) this.settle(room)
  }

  protected override grow(): boolean {
    return this.settle(this.roomFor(this.room + 1))
  }

  protected override openApparent(): Float64Array {
    this.allApparent ??= new Float64Array(2 * this.places)
    this.areApparent[this.n] = 1
    return this.allApparent.fill(NaN, 2 * this.first, 2 * (this.first + this.room))
  }

  /** Writes down what was changed of the point it stands for. */
  private note(): void {
    const { n } = this
    this.sum = this.held
    this.firsts[n] = this.first
    this.rooms[n] = this.room
    this.counts[n] = this.count
  }

  /** Moves the point's steps into a block of another size; false when there is none left. */
  private settle(room: number): boolean {
    const left = this.free.get(room)?.pop()
    if (left === undefined && this.end + room > this.places) return false
    const first = left ?? this.end
    if (left === undefined) this.end += room
    this.move(this.first, first, this.count)
    if (this.room > 0) this.leave(this.room, this.first)
    this.first = first
    this.room = room
    return true
  }

  private roomFor(steps: number): number {
    const fewest = Math.max(steps, this.usually(this.rule))
    let room = FEWEST_STEPS
    while (room < fewest) room *= 2
    return room
  }

  private leave(room: number, first: number): void {
    const alike = this.free.get(room)
    if (alike === undefined) this.free.set(room, [first])
    else alike.push(first)
  }
}
