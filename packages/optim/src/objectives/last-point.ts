// What value, gradient and Hessian at one point share is computed once: methods ask for them one after the other.

/**
 * Makes `compute` run only when the point is another one than at the last call. Points are compared by their entries,
 * because methods reuse their arrays.
 */
export function atLastPoint(dimension: number, compute: (x: Float64Array) => void): (x: Float64Array) => void {
  const last = new Float64Array(dimension).fill(Number.NaN);
  return (x) => {
    let i = 0;
    while (i < dimension && x[i] === last[i]) i++;
    if (i === dimension) return;
    last.set(x);
    compute(x);
  };
}
