// Partial optimal transport: moves a given amount of mass at the least cost.
//
// L. Chapel, M. Alaya, G. Gasso: Partial optimal transport with applications on positive-unlabeled learning (2020), arXiv
// 2002.08276 (dummy points); J.-D. Benamou, G. Carlier, M. Cuturi, L. Nenna, G. Peyré: Iterative Bregman projections for
// regularized transportation problems (2015), arXiv 1412.5154 (entropic).
import type {
  Iterate,
  LimitOptions,
  MatrixLike,
  OptionSpecs,
  OptionsOf,
  Outcome,
  RunOptions,
  Steps,
  VectorLike,
} from '@infimum/core';
import { checkNumber, converged, fault, resolveOptions, runOptionsOf } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import type { CsrMatrix } from '@infimum/linalg';
import { AbsorbedKernel } from '../entropic/kernels/absorbed-kernel.ts';
import { logarithms, logSum } from '../entropic/kernels/log-kernel.ts';
import { largestOf } from '../exact/arc-costs.ts';
import { emd } from '../exact/network-simplex.ts';
import type { NetworkSimplexIterate } from '../exact/simplex-pivots.ts';
import { epsilon } from '../options.ts';
import { withoutLast } from '../plan-entries.ts';
import { transportCostOf } from '../plan-metrics.ts';
import { runAdvised } from '../progress.ts';
import type { Transport, TransportLike } from '../transport.ts';
import { total } from '../transport.ts';
import { largestChange } from '../vectors.ts';
import type { UnbalancedPlan } from './unbalanced-plan.ts';
import { asUnbalanced, unbalancedPlan } from './unbalanced-plan.ts';

const entropicPartialOptions = {
  epsilon,
  mass: { type: 'number', above: 0, required: true, unit: 'mass', description: 'Mass to move' },
  tolerance: { type: 'number', min: 0, default: 1e-10, description: 'Change of the potentials over epsilon' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `entropicPartialTransport`. */
export type EntropicPartialTransportOptions = OptionsOf<typeof entropicPartialOptions> & RunOptions<EntropicPartialIterate>;

const partialTransportOptions = {
  mass: { type: 'number', min: 0, required: true, unit: 'mass', description: 'Mass to move' },
} as const satisfies OptionSpecs;

/** Options of `partialTransport`. */
export type PartialTransportOptions = OptionsOf<typeof partialTransportOptions> & LimitOptions<NetworkSimplexIterate>;

/** A plan of part of the mass. */
export interface PartialPlan {
  /** Mass moved from i to j, n x m. */
  readonly plan: CsrMatrix;
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
}

/**
 * Exact partial transport, by the network simplex on a problem with one more source and one more target.
 *
 * Minimises <C, P> over non-negative n x m matrices with row sums at most `a`, column sums at most `b` and total
 * `mass`. The added source supplies what the targets do without, the added target takes what the sources keep, at no
 * cost, and nothing moves between the two. Cost and memory of `emd` on (n + 1) x (m + 1) costs.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of any total
 * @param cost - costs, n x m, finite
 * @param options - `mass` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Source: L. Chapel, M. Alaya, G. Gasso, Partial optimal transport (arXiv 2002.08276).
 *
 * @example
 * ```ts
 * import { partialTransport } from '@infimum/ot';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 9, 9, 1) };
 * console.log(partialTransport([0.5, 0.5], [0.5, 0.5], cost, { mass: 0.75 }).cost.toFixed(6)); // 0.250000
 * ```
 */
export function partialTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: PartialTransportOptions,
): Outcome<PartialPlan> {
  const problem = asUnbalanced({ a, b, cost });
  const { mass } = resolveOptions(partialTransportOptions, options);
  checkMass(mass, problem.a, problem.b);
  const extended = withDummies(problem, mass);
  const outcome = emd(extended.a, extended.b, extended.cost, runOptionsOf(partialTransportOptions, options));
  const { status, reason, iterations, seconds } = outcome;
  const plan = withoutLast(outcome.plan);
  return { plan, cost: transportCostOf(plan, problem.cost), status, reason, iterations, seconds };
}

/**
 * The problem with one more source and one more target at its end, which take what is not moved: for everything else to
 * move `mass`, nothing may move between the two.
 */
export function withDummies({ a, b, cost }: Transport, mass: number): Transport {
  const { rows, cols, values } = cost;
  const range = largestOf(values) || 1;
  const extended = new Float64Array((rows + 1) * (cols + 1));
  for (let i = 0; i < rows; i++) extended.set(values.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
  // Mass between the two dummies would spare a pair of real entries at most twice the largest cost.
  extended[extended.length - 1] = 4 * range;
  return {
    a: Float64Array.of(...a, Math.max(0, total(b) - mass)),
    b: Float64Array.of(...b, Math.max(0, total(a) - mass)),
    cost: { rows: rows + 1, cols: cols + 1, values: extended },
  };
}

/** News of an iteration. */
export interface EntropicPartialIterate extends Iterate<UnbalancedPlan> {
  /** Largest change of a potential, in units of epsilon. */
  readonly change: number;
}

/**
 * Entropic partial transport, by coordinate ascent on the dual in the log domain.
 *
 * Minimises <C, P> + epsilon sum P log P over the plans of `partialTransport`. The plan is
 * P_ij = exp((x_i + y_j + t - C_ij) / epsilon) with x, y <= 0; in turn x, y and t are set to their best values, which
 * are Dykstra's projections of Benamou et al. O(nm) exponentials an iteration, O(nm) memory.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of any total
 * @param cost - costs, n x m, finite
 * @param options - `epsilon` and `mass` are required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Source: J.-D. Benamou et al., Iterative Bregman projections (arXiv 1412.5154).
 *
 * @example
 * ```ts
 * import { entropicPartialTransport } from '@infimum/ot';
 *
 * const cost = [[0, 9], [9, 1]];
 * const { mass } = entropicPartialTransport([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 0.1, mass: 0.75 });
 * console.log(mass.toFixed(6)); // 0.750000
 * ```
 */
export function entropicPartialTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: EntropicPartialTransportOptions,
): Outcome<UnbalancedPlan, EntropicPartialIterate> {
  return runAdvised(entropicPartialOptions, options, entropicPartialTransportSteps({ a, b, cost }, options));
}

/** Entropic partial transport as steps. */
export function* entropicPartialTransportSteps(
  problem: TransportLike,
  options: EntropicPartialTransportOptions,
): Steps<UnbalancedPlan, EntropicPartialIterate> {
  const { a, b, cost } = asUnbalanced(problem);
  const { epsilon, mass, tolerance } = resolveOptions(entropicPartialOptions, options);
  checkMass(mass, a, b);
  const kernel = new AbsorbedKernel(cost, epsilon);
  try {
    const logA = logarithms(a);
    const logB = logarithms(b);
    let u = new Float64Array(a.length);
    let v = new Float64Array(b.length);
    let shift = portableLog(mass) - logSum(kernel.times(v));
    const solution = () =>
      unbalancedPlan(
        kernel.scaled(
          u.map((value) => value + shift),
          v,
        ).matrix,
        cost,
      );
    let change = Infinity;
    for (let iteration = 0; ; iteration++) {
      yield { iteration, change, solution };
      if (change <= tolerance) return converged(solution(), `the potentials change by ${change.toExponential(1)}`);
      const nextU = new Float64Array(u.length);
      const columns = kernel.sweep(v, (log, i) => {
        nextU[i] = Math.min(0, logA[i] - shift - log);
        return nextU[i];
      });
      const nextV = v.map((_, j) => Math.min(0, logB[j] - shift - columns[j]));
      const nextShift = portableLog(mass) - logSum(columns.map((value, j) => value + nextV[j]));
      change = Math.max(largestChange(u, nextU), largestChange(v, nextV), Math.abs(nextShift - shift));
      u = nextU;
      v = nextV;
      shift = nextShift;
    }
  } finally {
    kernel.release();
  }
}

/** Rounding of totals by which the mass may exceed the smaller one. */
const MASS_ROUNDING = 1e-12;

/**
 * Checks that the requested mass is not more than there is.
 *
 * @throws {InvalidInputError} naming `mass`
 */
export function checkMass(mass: number, a: Float64Array, b: Float64Array): void {
  checkNumber(mass, 'mass', { min: 0 });
  const most = Math.min(total(a), total(b));
  if (mass <= most * (1 + MASS_ROUNDING)) return;
  throw fault(`must be at most ${most}, the smaller total, got ${mass}`, 'mass', 'out-of-range');
}
