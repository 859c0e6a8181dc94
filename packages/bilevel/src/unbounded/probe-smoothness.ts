// A probe of relaxed smoothness: how the curvature of F grows with its gradient along a path, and the line L0 + L1 |∇F| through it.
//
// J. Zhang, T. He, S. Sra, A. Jadbabaie: Why gradient clipping accelerates training: a theoretical justification for adaptivity
// (2020), for the condition; J. Hao, X. Gong, M. Liu (arXiv 2401.09587), for bilevel problems.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, checkList, fault, resolveOptions } from '@infimum/core';
import { addScaled, norm } from '@infimum/linalg/numerics';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem, checkSecondOrder } from '../oracles/bilevel-problem.ts';
import { hyperGradientAt, solveLower } from '../oracles/judge.ts';

/** The measurements along a path. */
export interface SmoothnessProbe {
  /** |∇F| at every point. */
  readonly gradients: Float64Array;
  /** The largest curvature of F there, by power iterations on differences of ∇F. */
  readonly curvatures: Float64Array;
  /** L0 of the least-squares line L0 + L1 |∇F|: about the smoothness constant where L1 is 0. */
  readonly l0: number;
  /** Its slope L1: above 0 where smoothness is unbounded. */
  readonly l1: number;
}

const probeSmoothnessOptions = {
  steps: { type: 'integer', min: 1, max: 1000, default: 4, description: 'Power iterations per point' },
  tolerance: { type: 'number', above: 0, default: 1e-10, description: 'Residual of lower levels over the gradient at y = 0' },
} as const satisfies OptionSpecs;

/** Options of `probeSmoothness`. */
export type ProbeSmoothnessOptions = OptionsOf<typeof probeSmoothnessOptions>;

/**
 * Measures |∇²F| against |∇F| at the points of a path, such as those that a method has passed, and fits the line of relaxed
 * smoothness `|∇²F(x)| <= L0 + L1 |∇F(x)|`. A slope well above 0 says that steps of one length, as `boRep` makes them, are safer than
 * steps in proportion to the gradient.
 *
 * Cost: `steps` + 1 solves of the lower level and of its linear system a point.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`
 * @param path - points x, p numbers each, at least two
 * @throws {InvalidInputError} for a problem without products, fewer than two points, and points of another length
 *
 * @example
 * ```ts
 * import { fromExpressions, probeSmoothness } from '@infimum/bilevel';
 * import { exp, square, sub, sum } from '@infimum/autodiff';
 *
 * // F(x) = e^x: its curvature is its gradient.
 * const problem = fromExpressions({ dimX: 1, dimY: 1, upper: (_, y) => sum(exp(y)), lower: (x, y) => sum(square(sub(y, x))) });
 * const { l0, l1 } = probeSmoothness(problem, [[0], [1], [2], [3]]);
 * console.log(Math.abs(l0) < 0.01, l1.toFixed(2)); // true 1.00
 * ```
 */
export function probeSmoothness(
  problem: BilevelProblem,
  path: readonly VectorLike[],
  options: ProbeSmoothnessOptions = {},
): SmoothnessProbe {
  const { steps, tolerance } = resolveOptions(probeSmoothnessOptions, options);
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  checkList(path, 'path');
  if (path.length < 2) throw fault('needs two points', 'path', 'empty');
  const points = path.map((point, k) => asVector(point, `path[${k}]`, problem.dimX));
  const y = new Float64Array(problem.dimY);
  const slope = new Float64Array(problem.dimY);
  const gradientAt = (x: Float64Array) => {
    problem.gradGy(x, new Float64Array(problem.dimY), slope);
    solveLower(problem, x, y, tolerance * (norm(slope) || 1), 1000);
    return hyperGradientAt(problem, { x, y, z: new Float64Array(0), sigma: 0 }, tolerance).gradient;
  };
  const gradients = new Float64Array(points.length);
  const curvatures = new Float64Array(points.length);
  points.forEach((x, k) => {
    const here = gradientAt(x);
    gradients[k] = norm(here);
    let direction = Float64Array.from(x, (_, i) => 1 + 0.5 * Math.sin(1.7 * i + 0.3));
    const length = 1e-5 * (1 + norm(x));
    for (let step = 0; step < steps; step++) {
      const size = norm(direction);
      if (!(size > 0 && size < Infinity)) break;
      const moved = x.slice();
      addScaled(moved, length / size, direction);
      direction = Float64Array.from(gradientAt(moved), (entry, i) => (entry - here[i]) / length);
      curvatures[k] = Math.max(curvatures[k], norm(direction));
    }
  });
  return { gradients, curvatures, ...lineThrough(gradients, curvatures) };
}

/** The least-squares line; flat where all abscissas are the same. */
function lineThrough(x: Float64Array, y: Float64Array): { l0: number; l1: number } {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0);
  const [meanX, meanY] = [mean(x), mean(y)];
  let [along, squares] = [0, 0];
  for (let k = 0; k < x.length; k++) {
    along += (x[k] - meanX) * (y[k] - meanY);
    squares += (x[k] - meanX) ** 2;
  }
  const l1 = squares > 0 ? along / squares : 0;
  return { l0: meanY - l1 * meanX, l1 };
}
