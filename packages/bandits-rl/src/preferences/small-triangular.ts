// Cholesky factors of small matrices in place: what Gaussian posteriors are drawn with.

/** Replaces the lower triangle of a symmetric positive definite n x n matrix by its factor. */
export function factorInPlace(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (i === j) a[i * n + i] = Math.sqrt(Math.max(sum, Number.MIN_VALUE));
      else a[i * n + j] = sum / a[j * n + j];
    }
  }
}

/** The factor of L L' + x x' in place of L; x is used up. */
export function updateInPlace(l: Float64Array, n: number, x: Float64Array): void {
  for (let k = 0; k < n; k++) {
    const diagonal = l[k * n + k];
    const radius = Math.sqrt(diagonal * diagonal + x[k] * x[k]);
    const [cosine, sine] = [radius / diagonal, x[k] / diagonal];
    l[k * n + k] = radius;
    for (let i = k + 1; i < n; i++) {
      l[i * n + k] = (l[i * n + k] + sine * x[i]) / cosine;
      x[i] = cosine * x[i] - sine * l[i * n + k];
    }
  }
}

/** x <- L⁻¹ x. */
export function solveForwards(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = x[i];
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * x[k];
    x[i] = sum / l[i * n + i];
  }
}

/** x <- L⁻ᵀ x. */
export function solveBackwards(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i] * x[k];
    x[i] = sum / l[i * n + i];
  }
}

/** |L⁻¹ x| for the x at a place of an array; `scratch` has n entries. */
export function invertedNorm(l: Float64Array, n: number, values: Float64Array, at: number, scratch: Float64Array): number {
  let square = 0;
  for (let i = 0; i < n; i++) {
    let sum = values[at + i];
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * scratch[k];
    scratch[i] = sum / l[i * n + i];
    square += scratch[i] * scratch[i];
  }
  return Math.sqrt(square);
}
