/** A pivot below this share of its own variance says that the column is a combination of the others. */
const SINGULAR = 1e-9

/**
 * Weighted least squares with one intercept for each group of rows, the groups' means taken out first (so that hundreds
 * of dummies cost nothing). A column that says nothing of its own gets the coefficient 0.
 */
export interface GroupedRows {
  columns: number
  groups: number
  /** Rows × columns, row by row. */
  x: Float64Array
  y: Float64Array
  weight: Float64Array
  group: Int32Array
}

export interface GroupedFit {
  coefficients: Float64Array
  /** What is expected of a row of a group; NaN for a group without rows. */
  predict(group: number, x: ArrayLike<number>): number
}

export function fitGroups(rows: GroupedRows): GroupedFit {
  const { columns, groups, x, y, weight, group } = rows
  const mass = new Float64Array(groups)
  const meanX = new Float64Array(groups * columns)
  const meanY = new Float64Array(groups)
  for (let row = 0; row < y.length; row++) {
    const g = group[row] ?? 0
    const w = weight[row] ?? 0
    mass[g] = (mass[g] ?? 0) + w
    meanY[g] = (meanY[g] ?? 0) + w * (y[row] ?? 0)
    for (let c = 0; c < columns; c++)
      meanX[g * columns + c] = (meanX[g * columns + c] ?? 0) + w * (x[row * columns + c] ?? 0)
  }
  for (let g = 0; g < groups; g++) {
    const w = mass[g] ?? 0
    meanY[g] = (meanY[g] ?? 0) / w
    for (let c = 0; c < columns; c++) meanX[g * columns + c] = (meanX[g * columns + c] ?? 0) / w
  }
  const normal = new Float64Array(columns * columns)
  const right = new Float64Array(columns)
  const deviation = new Float64Array(columns)
  for (let row = 0; row < y.length; row++) {
    const g = group[row] ?? 0
    const w = weight[row] ?? 0
    const dy = (y[row] ?? 0) - (meanY[g] ?? 0)
    for (let c = 0; c < columns; c++)
      deviation[c] = (x[row * columns + c] ?? 0) - (meanX[g * columns + c] ?? 0)
    for (let a = 0; a < columns; a++) {
      const da = w * (deviation[a] ?? 0)
      right[a] = (right[a] ?? 0) + da * dy
      for (let b = 0; b <= a; b++)
        normal[a * columns + b] = (normal[a * columns + b] ?? 0) + da * (deviation[b] ?? 0)
    }
  }
  const scale = columnScale(rows)
  const coefficients = solve(normal, right, scale)
  return {
    coefficients,
    predict(g, values) {
      let sum = meanY[g] ?? NaN
      for (let c = 0; c < columns; c++) {
        const slope = coefficients[c] ?? 0
        if (slope !== 0) sum += slope * ((values[c] ?? NaN) - (meanX[g * columns + c] ?? 0))
      }
      return sum
    }
  }
}

/** Σ w·x² of every column: what its remaining variance is small against. */
function columnScale({ columns, x, weight }: GroupedRows): Float64Array {
  const scale = new Float64Array(columns)
  for (let i = 0; i < x.length; i++) {
    const c = i % columns
    scale[c] = (scale[c] ?? 0) + (weight[(i - c) / columns] ?? 0) * (x[i] ?? 0) ** 2
  }
  return scale
}

/** Cholesky on the lower triangle, leaving out the columns whose pivot vanishes. */
function solve(normal: Float64Array, right: Float64Array, scale: Float64Array): Float64Array {
  const n = right.length
  const lower = new Float64Array(n * n)
  const at = (matrix: Float64Array, row: number, column: number) => matrix[row * n + column] ?? 0
  for (let j = 0; j < n; j++) {
    let pivot = at(normal, j, j)
    for (let k = 0; k < j; k++) pivot -= at(lower, j, k) ** 2
    if (!(pivot > SINGULAR * (scale[j] ?? 0))) continue
    const root = Math.sqrt(pivot)
    lower[j * n + j] = root
    for (let i = j + 1; i < n; i++) {
      let sum = at(normal, i, j)
      for (let k = 0; k < j; k++) sum -= at(lower, i, k) * at(lower, j, k)
      lower[i * n + j] = sum / root
    }
  }
  const solution = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const pivot = at(lower, i, i)
    if (pivot === 0) continue
    let sum = right[i] ?? 0
    for (let k = 0; k < i; k++) sum -= at(lower, i, k) * (solution[k] ?? 0)
    solution[i] = sum / pivot
  }
  for (let i = n - 1; i >= 0; i--) {
    const pivot = at(lower, i, i)
    if (pivot === 0) continue
    let sum = solution[i] ?? 0
    for (let k = i + 1; k < n; k++) sum -= at(lower, k, i) * (solution[k] ?? 0)
    solution[i] = sum / pivot
  }
  return solution
}
