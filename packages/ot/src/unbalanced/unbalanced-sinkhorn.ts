// Unbalanced optimal transport: marginals may be missed, at a price.
//
// L. Chizat, G. Peyré, B. Schmitzer, F.-X. Vialard: Scaling algorithms for unbalanced transport problems (2018), arXiv
// 1607.05816; translations after T. Séjourné, F.-X. Vialard, G. Peyré: Faster unbalanced optimal transport: translation
// invariant Sinkhorn and 1-D Frank-Wolfe (2022), arXiv 2201.00730.
import {
  converged,
  defineSolver,
  type Iterate,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  runOptionsOf,
  type Steps,
  stalled,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { AbsorbedKernel } from '../entropic/absorbed-kernel.ts';
import { logarithms, logSum } from '../entropic/log-kernel.ts';
import { runEntropic } from '../progress.ts';
import { largestChange, sum } from '../vectors.ts';
import {
  checkUnbalanced,
  stationarity,
  stationarityBound,
  type UnbalancedPlan,
  unbalancedPlan,
  withMassNote,
} from './unbalanced-plan.ts';
import { unbalancedTransport } from './unbalanced-problem.ts';

/** Options of `unbalancedSinkhorn`. */
export const unbalancedSinkhornOptions = {
  epsilon: {
    type: 'number',
    above: 0,
    max: 1e300,
    required: true,
    unit: 'cost',
    description: 'Strength of the entropic regularisation, in units of the cost; positive',
  },
  marginalPenalty: {
    type: 'number',
    above: 0,
    required: true,
    unit: 'cost',
    description: 'Price of missing the marginals, in units of the cost; positive',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-10,
    description: 'Change of the potentials in units of epsilon at which the iteration ends',
  },
  translation: {
    type: 'choice',
    choices: ['update', 'sweep', 'none'],
    default: 'update',
    description:
      "What is done about the one slow direction, f + t and g - t. 'update', the default, makes every update the best one for the best t: the translation invariant iteration. 'sweep' moves to the best t after every sweep instead: as many sweeps where rho is above epsilon, up to twice as many below. 'none' is plain scaling, whose error shrinks by no more than (rho / (rho + epsilon))^2 a sweep",
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Limit of sweeps' },
} as const satisfies OptionSpecs;

/** Options of `unbalancedSinkhorn`. */
export type UnbalancedSinkhornOptions = OptionsOf<typeof unbalancedSinkhornOptions>;

/** News of a sweep. */
export interface UnbalancedIterate extends Iterate<UnbalancedPlan> {
  /** Largest change of a logarithm of the scalings. */
  readonly change: number;
}

/**
 * Unbalanced entropic transport with Kullback-Leibler penalties, by scaling in the log domain.
 *
 * Minimises `<C, P> + epsilon KL(P | a b') + rho KL(P 1 | a) + rho KL(P' 1 | b)` over all non-negative n x m matrices,
 * with KL(p | q) = sum p log(p / q) - p + q and rho the `marginalPenalty`. The masses may differ: what is too far
 * away, further than about rho, is not moved. Plain scaling is slow in one direction, adding to one side's potentials what is
 * taken from the other's, the more so the larger rho is. The translation invariant iteration maximises the dual of which
 * that direction has been eliminated: however large rho is, its error shrinks as fast as that of balanced transport.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of any total
 * @param cost - costs, n x m, finite
 * @param options - `epsilon` and `marginalPenalty` are required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) exponentials a sweep, O(nm) memory.
 *
 * Source: L. Chizat et al., Scaling algorithms for unbalanced transport problems (arXiv 1607.05816); the
 * translation invariant updates after T. Séjourné, F.-X. Vialard, G. Peyré, Faster unbalanced optimal transport
 * (arXiv 2201.00730).
 *
 * @example
 * ```ts
 * import { unbalancedSinkhorn } from '@infimum/ot';
 *
 * const one = Float64Array.of(1);
 * const cost = { rows: 1, cols: 1, values: Float64Array.of(2) };
 * const { mass } = unbalancedSinkhorn(one, one, cost, { epsilon: 0.5, marginalPenalty: 1 });
 * console.log(mass.toFixed(6)); // 0.449329
 * ```
 */
export function unbalancedSinkhorn(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  options: UnbalancedSinkhornOptions & RunOptions<UnbalancedIterate>,
): Outcome<UnbalancedPlan, UnbalancedIterate> {
  return withMassNote(
    runEntropic(
      unbalancedSinkhornSteps(a, b, cost, options),
      runOptionsOf(unbalancedSinkhornOptions, options),
    ),
    a,
    b,
  );
}

/**
 * Unbalanced scaling as steps, one sweep each.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* unbalancedSinkhornSteps(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  options: UnbalancedSinkhornOptions,
): Steps<UnbalancedPlan, UnbalancedIterate> {
  checkUnbalanced(a, b, cost);
  const settings = resolveOptions(unbalancedSinkhornOptions, options);
  const { epsilon, marginalPenalty, tolerance, translation } = settings;
  const kernel = new AbsorbedKernel(cost, epsilon);
  try {
    const logA = logarithms(a);
    const logB = logarithms(b);
    // P = diag(a e^f) K diag(b e^g); the proximal step of the penalty shrinks each update by this factor.
    const share = marginalPenalty / (marginalPenalty + epsilon);
    const rate = epsilon / marginalPenalty;
    // With t eliminated the dual is -2 rho sqrt(A B) - epsilon sum a_i b_j (e^(f_i + g_j - C_ij / epsilon) - 1), plus
    // constants, A = sum a e^(-epsilon f / rho). Its best f is the plain one plus this share of log B - log A.
    const within = translation === 'update' ? 1 / (2 + rate) : 0;
    const massOf = (logs: Float64Array, u: Float64Array) => logSum(logs.map((log, i) => log - rate * u[i]));
    let f = new Float64Array(a.length);
    let g = new Float64Array(b.length);
    const solution = () => unbalancedPlan(kernel.scaled(sum(logA, f), sum(logB, g)), cost);
    yield { iteration: 0, change: Infinity, solution };
    for (let iteration = 1; ; iteration++) {
      const nextF = kernel.times(sum(logB, g)).map((value) => -share * value);
      if (within > 0) add(nextF, within * (massOf(logB, g) - massOf(logA, nextF)));
      const nextG = kernel.transposedTimes(sum(logA, nextF)).map((value) => -share * value);
      if (within > 0) add(nextG, within * (massOf(logA, nextF) - massOf(logB, nextG)));
      // The shift is exact for any f and g and changes no plan, so that its rounding is not to count.
      const change = Math.max(largestChange(f, nextF), largestChange(g, nextG));
      if (translation === 'sweep') {
        // (f + t, g - t) has the same plan; the penalties are best where sum a e^(-epsilon f / rho) is that of b and g.
        const shift = (massOf(logA, nextF) - massOf(logB, nextG)) / (2 * rate);
        add(nextF, shift);
        add(nextG, -shift);
      }
      f = nextF;
      g = nextG;
      yield { iteration, change, solution };
      if (!(change <= tolerance)) continue;
      const last = solution();
      // Where epsilon or rho is nothing beside the costs, rounding ends all changes.
      const miss = stationarity({ a, b, cost, marginalPenalty, epsilon }, last);
      const allowed = stationarityBound({ a, b, cost, marginalPenalty, epsilon }, Math.max(1e-6, tolerance));
      if (!(miss <= allowed)) {
        return stalled(last, `no change is left to rounding; the stationarity is ${miss.toExponential(1)}`);
      }
      return converged(last, `the scalings change by ${change.toExponential(1)}`);
    }
  } finally {
    kernel.release();
  }
}

function add(values: Float64Array, shift: number): void {
  for (let i = 0; i < values.length; i++) values[i] += shift;
}

/** Registration. */
export const unbalancedSinkhornSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/unbalanced-sinkhorn',
  title: 'Unbalanced Sinkhorn',
  summary:
    'Scaling with damped updates, from which the one direction in which that is slow has been eliminated.',
  problem: unbalancedTransport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Scaling algorithms for unbalanced transport problems', arxiv: '1607.05816', year: 2018 },
  cost: 'O(nm) \\text{ a sweep}',
  options: unbalancedSinkhornOptions,
  declines: ({ epsilon }) => (epsilon > 0 ? undefined : 'needs an epsilon above 0'),
  steps: ({ a, b, cost, ...instance }, { epsilon, marginalPenalty, ...options }) =>
    unbalancedSinkhornSteps(a, b, cost, {
      ...options,
      epsilon: epsilon ?? instance.epsilon,
      marginalPenalty: marginalPenalty ?? instance.marginalPenalty,
    }),
});
