/** Sums of products of features and targets: all that a least-squares fit needs of its rows. */
export interface Products {
  features: number
  targets: number
  rows: number
  /** Lower triangle of features × features, in full rows; features × targets; sums of the features and of the targets. */
  xx: Float64Array
  xy: Float64Array
  x: Float64Array
  y: Float64Array
}

export function newProducts(features: number, targets: number): Products {
  return {
    ...{ features, targets, rows: 0, xx: new Float64Array(features * features) },
    ...{
      xy: new Float64Array(features * targets),
      x: new Float64Array(features),
      y: new Float64Array(targets)
    }
  }
}

/** Adds a row in place. */
export function addRow(sums: Products, x: Float64Array, y: Float64Array): void {
  const { features, targets, xx, xy } = sums
  sums.rows++
  for (let i = 0; i < features; i++) {
    const xi = x[i] ?? 0
    sums.x[i] = (sums.x[i] ?? 0) + xi
    const row = i * features
    for (let j = 0; j <= i; j++) xx[row + j] = (xx[row + j] ?? 0) + xi * (x[j] ?? 0)
    const to = i * targets
    for (let k = 0; k < targets; k++) xy[to + k] = (xy[to + k] ?? 0) + xi * (y[k] ?? 0)
  }
  for (let k = 0; k < targets; k++) sums.y[k] = (sums.y[k] ?? 0) + (y[k] ?? 0)
}

/** Of two sets of rows together. */
export function together(a: Products, b: Products): Products {
  const sum = (p: Float64Array, q: Float64Array) => p.map((value, i) => value + (q[i] ?? 0))
  const rows = a.rows + b.rows
  return { ...a, rows, xx: sum(a.xx, b.xx), xy: sum(a.xy, b.xy), x: sum(a.x, b.x), y: sum(a.y, b.y) }
}

/** Coefficients by target over all features, zero for those left out, and the intercept by target. */
export interface Ridge {
  coefficients: Float64Array[]
  intercepts: Float64Array
}

/**
 * Ridge regression on some of the features, with an unpunished intercept. Each feature is punished by its penalty in
 * units of its own variance, so that scales do not matter; a constant one is left out.
 */
export function ridge(sums: Products, use: readonly number[], penalty: (feature: number) => number): Ridge {
  const { features, targets, rows, xx, xy, x, y } = sums
  const mean = (i: number) => (x[i] ?? 0) / rows
  const spread = (i: number) => Math.sqrt(Math.max(0, (xx[i * features + i] ?? 0) / rows - mean(i) ** 2))
  const used = use.filter(i => spread(i) > 1e-9)
  const scale = used.map(spread)
  const p = used.length
  const a = new Float64Array(p * p)
  for (let r = 0; r < p; r++) {
    const i = used[r] ?? 0
    for (let c = 0; c <= r; c++) {
      const j = used[c] ?? 0
      const product = xx[Math.max(i, j) * features + Math.min(i, j)] ?? 0
      a[r * p + c] = (product - rows * mean(i) * mean(j)) / ((scale[r] ?? 1) * (scale[c] ?? 1))
    }
    a[r * p + r] = (a[r * p + r] ?? 0) + penalty(i)
  }
  factorise(a, p)
  const intercepts = new Float64Array(targets)
  const coefficients = Array.from({ length: targets }, (_, k) => {
    const right = Float64Array.from(used, (i, r) => {
      return ((xy[i * targets + k] ?? 0) - mean(i) * (y[k] ?? 0)) / (scale[r] ?? 1)
    })
    const found = solved(a, p, right)
    const own = new Float64Array(features)
    let intercept = (y[k] ?? 0) / rows
    for (const [r, i] of used.entries()) {
      own[i] = (found[r] ?? 0) / (scale[r] ?? 1)
      intercept -= (own[i] ?? 0) * mean(i)
    }
    intercepts[k] = intercept
    return own
  })
  return { coefficients, intercepts }
}

/** Cholesky, in place, of a lower triangle. */
function factorise(a: Float64Array, p: number): void {
  for (let j = 0; j < p; j++) {
    for (let i = j; i < p; i++) {
      let sum = a[i * p + j] ?? 0
      for (let k = 0; k < j; k++) sum -= (a[i * p + k] ?? 0) * (a[j * p + k] ?? 0)
      a[i * p + j] = i === j ? Math.sqrt(sum) : sum / (a[j * p + j] ?? 1)
    }
  }
}

function solved(a: Float64Array, p: number, right: Float64Array): Float64Array {
  const x = Float64Array.from(right)
  for (let i = 0; i < p; i++) {
    let sum = x[i] ?? 0
    for (let k = 0; k < i; k++) sum -= (a[i * p + k] ?? 0) * (x[k] ?? 0)
    x[i] = sum / (a[i * p + i] ?? 1)
  }
  for (let i = p - 1; i >= 0; i--) {
    let sum = x[i] ?? 0
    for (let k = i + 1; k < p; k++) sum -= (a[k * p + i] ?? 0) * (x[k] ?? 0)
    x[i] = sum / (a[i * p + i] ?? 1)
  }
  return x
}
