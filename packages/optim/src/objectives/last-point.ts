// Work that value, gradient and Hessian at one point share is done once: methods request them one after the other.

/**
 * Runs `compute` only when the point differs from that of the last call. Points are compared by their entries,
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
