// The gradient of least squares at a point, and how far the point is from the only minimizer.
import type { Verdict } from '@infimum/core/certificate';
import type { Interval } from '@infimum/rigor';
import { add, divide, interval, leastEigenvalueBound, multiply, radiusOfSum, square, squareRoot, U, up } from '@infimum/rigor';
import type { LinearSolution, LinearSystem } from './linear-system.ts';
import { entriesOf, fromUnits, scaledSystem } from './linear-system-checker.ts';

/** A guess of the least eigenvalue of A'A, A over the power of two next above its largest entry. */
export interface LeastSquaresWitness {
  /** From below. */
  readonly leastEigenvalue: number;
}

/** A'(b - A x), an interval a column. */
function gradientOf({ a, b, x }: { a: LinearSystem['a']; b: Float64Array; x: Float64Array }): readonly Interval[] {
  const { rows, cols, values: entries } = a;
  const [values, sizes, spreads] = [0, 0, 0].map(() => new Float64Array(cols));
  for (let i = 0; i < rows; i++) {
    const [from, to] = 'rowPointers' in a ? [a.rowPointers[i], a.rowPointers[i + 1]] : [i * cols, (i + 1) * cols];
    const columnOf = (k: number) => ('rowPointers' in a ? a.columnIndices[k] : k - from);
    let [residual, magnitude] = [b[i], Math.abs(b[i])];
    for (let k = from; k < to; k++) {
      const product = entries[k] * x[columnOf(k)];
      residual -= product;
      magnitude += Math.abs(product);
    }
    const radius = radiusOfSum(cols + 1, magnitude);
    for (let k = from; k < to; k++) {
      const j = columnOf(k);
      const product = entries[k] * residual;
      values[j] += product;
      sizes[j] += Math.abs(product);
      spreads[j] += Math.abs(entries[k]) * radius;
    }
  }
  return Array.from(values, (value, j) => {
    const radius = up(radiusOfSum(rows, sizes[j]) + up(spreads[j] * (1 + 4 * (rows + 4) * U) + rows * 1e-300));
    return add(interval(value), interval(-radius, radius));
  });
}

/** The Euclidean norm. */
export const lengthOf = (vector: Iterable<Interval>): Interval => {
  let sum = interval(0);
  for (const entry of vector) sum = add(sum, square(entry));
  return squareRoot(interval(Math.max(0, sum.lower), sum.upper));
};

/** Doubles that are not 0. */
const points = (values: Float64Array) => Array.from(values.filter(Boolean), (value) => interval(value));

/** Encloses |A'(b - A x)| / (|A|_F |b|). It needs no witness, and throws nothing. */
export function checkGradient(system: LinearSystem, solution: LinearSolution, _witness: unknown): Verdict {
  const scaled = scaledSystem(system, solution);
  if (typeof scaled === 'string') return { proved: false, reason: scaled };
  const size = lengthOf(gradientOf(scaled));
  const scale = multiply(lengthOf(points(scaled.a.values)), lengthOf(points(scaled.b)));
  const gradient = scale.upper === 0 ? size : divide(size, scale);
  if (!(gradient.upper < Infinity)) return { proved: false, reason: 'the sums are beyond the range of doubles' };
  return { proved: true, figures: { gradient: { lower: Math.max(0, gradient.lower), upper: gradient.upper } } };
}

/** A'A in doubles, and a bound on the spectral norm of its error. */
export function gramOf(a: LinearSystem['a']): { readonly gram: Float64Array; readonly spread: number } {
  const entries = entriesOf(a);
  const { rows, cols } = a;
  const gram = new Float64Array(cols * cols);
  const sizes = new Float64Array(cols * cols);
  for (let i = 0, from = 0; i < rows; i++, from += cols) {
    for (let j = 0; j < cols; j++) {
      const entry = entries[from + j];
      if (entry === 0) continue;
      for (let k = 0; k < cols; k++) {
        const product = entry * entries[from + k];
        gram[j * cols + k] += product;
        sizes[j * cols + k] += Math.abs(product);
      }
    }
  }
  let spread = 0;
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    for (let k = 0; k < cols; k++) sum = up(sum + radiusOfSum(rows, sizes[j * cols + k]));
    spread = Math.max(spread, sum);
  }
  return { gram, spread };
}

/**
 * Proves that least squares have one minimizer x* and that |x - x*| <= |A'(b - A x)| / lambda, lambda above 0 a bound on the least
 * eigenvalue of A'A: that of the product in doubles minus its rounding error. Never throws, for any witness.
 */
export function check(system: LinearSystem, solution: LinearSolution, witness: unknown): Verdict {
  const scaled = scaledSystem(system, solution);
  if (typeof scaled === 'string') return { proved: false, reason: scaled };
  const guess: unknown = (witness as Partial<LeastSquaresWitness> | null)?.leastEigenvalue;
  if (typeof guess !== 'number') return { proved: false, reason: 'the witness has no eigenvalue estimate' };
  const { gram, spread } = gramOf(scaled.a);
  const least = add(interval(leastEigenvalueBound(gram, system.a.cols, guess)), interval(-spread)).lower;
  if (!(least > 0)) return { proved: false, reason: 'columns are nearly dependent' };
  const { upper } = divide(lengthOf(gradientOf(scaled)), interval(least));
  const error = fromUnits(upper, scaled.exponent);
  return error < Infinity
    ? { proved: true, figures: { error: { lower: 0, upper: error } } }
    : { proved: false, reason: 'the sums are beyond the range of doubles' };
}
