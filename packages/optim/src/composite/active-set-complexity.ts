// When the proximal gradient method identifies the coordinates that end at a kink: the bound, and the actual iteration.
//
// J. Nutini, M. Schmidt, W. Hare: "Active-set complexity" of proximal gradient: how long does it take to find the sparsity
// pattern? (arXiv 1712.03577), section 3 of it for blocks in arXiv 1712.08859.
import { checkNumber, checkObject, checkVector } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import { symmetricEigen } from '@infimum/linalg';
import type { CompositeData } from './composite-minimization.ts';
import { checkComposite, checkState } from './composite-minimization.ts';

/** What is known of the curvature. */
export interface ActiveSetComplexityOptions {
  /** L, at least the largest eigenvalue of the Hessian; that of its bound H by default. */
  readonly lipschitz?: number;
  /** mu, at most the least eigenvalue; that of the Hessian at the minimiser by default. */
  readonly strongConvexity?: number;
}

/** The bound and what was observed. */
export interface ActiveSetComplexity {
  /** delta: how far -grad_i f(x*) stays inside of the subgradients at the kinks, the least over them; Infinity without kinks. */
  readonly margin: number;
  /** (L / mu) log(2 L |x_0 - x*| / delta), rounded up; Infinity for delta = 0. */
  readonly bound: number;
  /** The first iteration from which on the coordinates at kinks are those of x*. */
  readonly observed: number;
  /** L */
  readonly lipschitz: number;
  /** mu */
  readonly strongConvexity: number;
}

/** Iterations that are watched where the bound is infinite. */
const MOST_ITERATIONS = 100_000;

/**
 * Compares the bound of the active-set complexity with the proximal gradient method: with steps 1/L and a strongly convex f,
 * all coordinates that end at a kink are there from iteration (L / mu) log(2 L |x_0 - x*| / delta) on.
 *
 * O(d³) for eigenvalues that are not given, and a gradient an iteration until |x - x*| <= delta / (2 L), from where on the
 * theorem holds the coordinates.
 *
 * @param data - f, g and where to start
 * @param minimizer - x*, to full precision
 * @throws {InvalidInputError} for data that do not fit and constants that are not positive
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockLeastSquares } from '@infimum/optim';
 * import { activeSetComplexity } from '@infimum/optim/blocks';
 *
 * const loss = blockLeastSquares(matrixFromRows([[2, 0], [0, 1]]), Float64Array.of(3, 0.5));
 * const data = { loss, l1: 0.5, initial: Float64Array.of(0, 4) };
 * const { margin, bound, observed } = activeSetComplexity(data, Float64Array.of(1.25, 0));
 * console.log(margin, bound, observed); // 0.25 17 8
 * ```
 */
export function activeSetComplexity(
  data: CompositeData,
  minimizer: Float64Array,
  options: ActiveSetComplexityOptions = {},
): ActiveSetComplexity {
  checkObject(options, 'options');
  const { loss, term, start } = checkComposite(data);
  const n = loss.dimension;
  checkVector(minimizer, 'minimizer', n);
  const { lipschitz = largestOfBound(), strongConvexity = leastOfHessian() } = options;
  checkNumber(lipschitz, 'lipschitz', { above: 0 });
  checkNumber(strongConvexity, 'strongConvexity', { above: 0 });

  const gradient = new Float64Array(n);
  loss.gradient(minimizer, gradient);
  let margin = Infinity;
  for (let i = 0; i < n; i++) {
    if (!Number.isNaN(term.kink(minimizer[i]))) margin = Math.min(margin, Math.max(0, term.margin(minimizer[i], gradient[i])));
  }
  const distance = (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (x[i] - minimizer[i]) ** 2;
    return Math.sqrt(sum);
  };
  const ratio = (2 * lipschitz * distance(start)) / margin;
  const bound = margin === 0 ? Infinity : Math.max(0, Math.ceil((lipschitz / strongConvexity) * portableLog(ratio || 1)));
  const limit = Math.min(bound, MOST_ITERATIONS);

  const x = start.slice();
  let observed = 0;
  for (let iteration = 0; iteration <= limit; iteration++) {
    if (!hasSameKinks(x)) observed = iteration + 1;
    if (distance(x) <= margin / (2 * lipschitz)) break;
    loss.gradient(x, gradient);
    for (let i = 0; i < n; i++) x[i] = term.prox(x[i] - gradient[i] / lipschitz, 1 / lipschitz);
  }
  return { margin, bound, observed, lipschitz, strongConvexity };

  function hasSameKinks(point: Float64Array): boolean {
    for (let i = 0; i < n; i++) {
      const kink = term.kink(minimizer[i]);
      if (!Number.isNaN(kink) && term.kink(point[i]) !== kink) return false;
      if (Number.isNaN(kink) && !Number.isNaN(term.kink(point[i]))) return false;
    }
    return true;
  }

  function eigenvalues(fill: (block: Int32Array, out: Float64Array) => void): Float64Array {
    const values = new Float64Array(n * n);
    fill(
      Int32Array.from({ length: n }, (_, i) => i),
      values,
    );
    return symmetricEigen({ rows: n, cols: n, values }).values;
  }

  function largestOfBound(): number {
    return eigenvalues((block, out) => loss.boundBlock(block, out))[n - 1];
  }

  function leastOfHessian(): number {
    const state = loss.start(minimizer);
    checkState(state, n);
    return eigenvalues((block, out) => state.hessian(block, out))[0];
  }
}
