/** The longest history a model learns from, days; older ones are left out. */
export const MOST_DAYS = 730
/** The newest days, on which choices are tried out in the same room: their covariances and a factor. */
export const TRIED_DAYS = 240
/** Newer days that a model can take in without a new fit. */
const MORE_DAYS = 40

/** Room grows in steps, so that a history that grows by a day does not ask for new room every day. */
const GROWTH_DAYS = 128

/** The room one fit works in: large, so handed from one fit to the next. */
export interface FitMemory {
  /** What was learned last in this room; anything else may no longer be used with it. */
  owner: object | null
  readonly stride: number
  /** The factor of the covariance, row by row. */
  readonly factor: Float64Array
  readonly slots: number
  /** Loads on the model’s scale less the mean of their slot while it learns; afterwards what the forecast missed. */
  readonly errors: Float64Array
  readonly foretold: Float64Array
  readonly innovations: Float64Array
  /** Errors once corrected by the residuals known at midnight. */
  readonly corrected: Float64Array
}

export function fitMemory(days: number, slots: number): FitMemory {
  const stride = Math.min(MOST_DAYS, Math.ceil(days / GROWTH_DAYS) * GROWTH_DAYS) + MORE_DAYS
  const columns = () => new Float64Array(stride * slots)
  return {
    owner: null,
    stride,
    factor: new Float64Array(Math.max(stride * stride, 2 * TRIED_DAYS * TRIED_DAYS)),
    slots,
    errors: columns(),
    foretold: columns(),
    innovations: columns(),
    corrected: columns()
  }
}

/** Whether a memory is roomy enough for so many days of so many slots. */
export function fits(memory: FitMemory, days: number, slots: number): boolean {
  return memory.slots === slots && memory.stride >= days + MORE_DAYS
}
