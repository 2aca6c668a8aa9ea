/** Of the mean of the diagonal: terms that say the same are told apart, and the fit stays that of least squares. */
const RIDGE = 1e-9

/** Least squares over rows with few terms each, kept as sums so that rows can be added later. */
export function normalEquations(count: number) {
  const products = new Float64Array(count * count)
  const sums = new Float64Array(count)

  function add(places: Int32Array, values: Float64Array, outcome: number): void {
    for (let a = 0; a < places.length; a++) {
      const row = places[a] as number
      const value = values[a] as number
      sums[row] = (sums[row] as number) + value * outcome
      for (let b = 0; b < places.length; b++) {
        const column = places[b] as number
        if (column > row) continue
        const at = row * count + column
        products[at] = (products[at] as number) + value * (values[b] as number)
      }
    }
  }

  /** The weight of each term, 0 of those left out and of those never met. */
  function solve(leftOut: ReadonlySet<number>): Float64Array {
    const kept: number[] = []
    for (let i = 0; i < count; i++) {
      if (!leftOut.has(i) && (products[i * count + i] as number) > 0) kept.push(i)
    }
    const size = kept.length
    const triangle = new Float64Array(size * size)
    let trace = 0
    kept.forEach((row, i) => {
      for (let j = 0; j <= i; j++)
        triangle[i * size + j] = products[row * count + (kept[j] as number)] as number
      trace += triangle[i * size + i] as number
    })
    const ridge = (RIDGE * trace) / size
    for (let i = 0; i < size; i++) triangle[i * size + i] = (triangle[i * size + i] as number) + ridge
    decompose(triangle, size)
    const weights = new Float64Array(count)
    const solved = substitute(
      triangle,
      size,
      kept.map(row => sums[row] as number)
    )
    kept.forEach((row, i) => {
      weights[row] = solved[i] as number
    })
    return weights
  }
  return { add, solve }
}

/** Cholesky in place: the lower triangle becomes L of L·Lᵀ. */
function decompose(m: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = m[i * size + j] as number
      for (let k = 0; k < j; k++) sum -= (m[i * size + k] as number) * (m[j * size + k] as number)
      m[i * size + j] =
        i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / (m[j * size + j] as number)
    }
  }
}

function substitute(m: Float64Array, size: number, right: readonly number[]): Float64Array {
  const x = Float64Array.from(right)
  for (let i = 0; i < size; i++) {
    let sum = x[i] as number
    for (let k = 0; k < i; k++) sum -= (m[i * size + k] as number) * (x[k] as number)
    x[i] = sum / (m[i * size + i] as number)
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] as number
    for (let k = i + 1; k < size; k++) sum -= (m[k * size + i] as number) * (x[k] as number)
    x[i] = sum / (m[i * size + i] as number)
  }
  return x
}
