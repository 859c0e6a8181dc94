// Unbalanced transport without entropy, by majorisation-minimisation: multiplicative updates that keep zeros.
//
// L. Chapel, R. Flamary, H. Wu, C. Févotte, G. Gasso: Unbalanced optimal transport through non-negative penalized linear
// regression (2021), arXiv 2106.04145.
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, defineSolver, resolveOptions, stalled } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { layout } from '@infimum/linalg/kernels';
import { transportKernels } from '../kernels.ts';
import { runAdvised } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { total } from '../transport.ts';
import { checkFinitePenalties, divergence, marginalPenalty, penaltiesOf, sourcePenalty, targetPenalty } from './penalties.ts';
import type { UnbalancedPlan } from './unbalanced-plan.ts';
import { asUnbalanced, stationarity, stationarityBound, unbalancedPlan, withMassNote } from './unbalanced-plan.ts';
import { unbalancedTransport } from './unbalanced-problem.ts';
import type { UnbalancedIterate } from './unbalanced-sinkhorn.ts';

const unbalancedMmOptions = {
  marginalPenalty,
  sourcePenalty,
  targetPenalty,
  divergence,
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Largest relative change of the plan' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `unbalancedMm`. */
export type UnbalancedMmOptions = OptionsOf<typeof unbalancedMmOptions> & RunOptions<UnbalancedIterate>;

/**
 * Unbalanced transport by majorisation-minimisation.
 *
 * Minimises `<C, P> + rho D(P 1, a) + rho' D(P' 1, b)` over all non-negative n x m matrices, rho = rho' =
 * `marginalPenalty`, or `sourcePenalty` and `targetPenalty`, both finite, with `kl` D(p, q) = sum p log(p / q) - p + q or `l2` D(p, q) = sum (p - q)^2 / 2. Every update
 * multiplies the entries by factors that lower a surrogate: the objective never rises, and plans tend to be sparse.
 * Convergence is sublinear.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of any total
 * @param cost - costs, n x m, finite, non-negative
 * @param options - `marginalPenalty` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) an iteration, O(nm) memory.
 *
 * Source: L. Chapel et al., Unbalanced optimal transport through non-negative penalized linear regression (arXiv
 * 2106.04145).
 *
 * @example
 * ```ts
 * import { unbalancedMm } from '@infimum/ot/unbalanced';
 *
 * console.log(unbalancedMm([1], [1], [[2]], { marginalPenalty: 1 }).mass.toFixed(6)); // 0.367879
 * ```
 */
export function unbalancedMm(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: UnbalancedMmOptions,
): Outcome<UnbalancedPlan, UnbalancedIterate> {
  const steps = unbalancedMmSteps({ a, b, cost }, options);
  return withMassNote(runAdvised(unbalancedMmOptions, options, steps, 'tolerance'), a, b);
}

/** Majorisation-minimisation as steps. */
export function* unbalancedMmSteps(
  problem: TransportLike,
  options: UnbalancedMmOptions,
): Steps<UnbalancedPlan, UnbalancedIterate> {
  const { a, b, cost } = asUnbalanced(problem);
  const settings = resolveOptions(unbalancedMmOptions, options);
  const { divergence, tolerance } = settings;
  checkFinitePenalties(settings);
  const state = new MultiplicativeState(a, b, cost, penaltiesOf(settings), divergence);
  try {
    const solution = () => unbalancedPlan(state.plan(), cost);
    const instance = { ...settings, a, b, cost, epsilon: 0 };
    let [change, nextCheck] = [Infinity, 0];
    for (let iteration = 0; ; iteration++) {
      yield { iteration, change, solution };
      if (change <= tolerance && iteration >= nextCheck) {
        const last = solution();
        if (!(last.mass > 0)) return stalled(last, 'all mass is below the smallest number');
        // Slow changes are no optimum yet; 'l2' has another condition than the one that is judged here.
        const miss = divergence === 'kl' ? stationarity(instance, last) : 0;
        if (miss <= stationarityBound(instance, Math.max(ENDS_AT, tolerance))) {
          return converged(last, `the plan changes by ${change.toExponential(1)} of itself`);
        }
        if (change === 0) {
          return stalled(last, `changes are below rounding; the stationarity is ${miss.toExponential(1)}`);
        }
        nextCheck = Math.ceil(1.1 * iteration);
      }
      change = state.update();
    }
  } finally {
    state.release();
  }
}

/** Stationarity above which slow changes are no end: what multiplicative updates, which are sublinear, come to. */
const ENDS_AT = 0.05;

/** The plan, what multiplies it, and its marginals, in WebAssembly memory. */
class MultiplicativeState {
  readonly #divergence: 'kl' | 'l2';
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #rows: number;
  readonly #cols: number;
  readonly #memory;
  /** Each price as a share: of their sum for 'kl', of the larger one for 'l2'. */
  readonly #shares: readonly [number, number];

  constructor(
    a: Float64Array,
    b: Float64Array,
    { rows, cols, values }: DenseMatrix,
    [ofSources, ofTargets]: readonly [number, number],
    divergence: 'kl' | 'l2',
  ) {
    this.#divergence = divergence;
    this.#a = a;
    this.#b = b;
    this.#rows = rows;
    this.#cols = cols;
    this.#memory = layout({
      plan: values.length,
      /** exp(-C_ij / (rho + rho')), or max(0, rho a_i + rho' b_j - C_ij) over the larger of the two. */
      kernel: values.length,
      ofRows: rows,
      ofColumns: cols,
      rowSums: rows,
      columnSums: cols,
      extremes: 2,
    });
    const { plan, kernel, rowSums, columnSums } = this.#memory;
    const isKl = divergence === 'kl';
    const unit = isKl ? ofSources + ofTargets : Math.max(ofSources, ofTargets);
    const [shareA, shareB] = [ofSources / unit, ofTargets / unit];
    this.#shares = [shareA, shareB];
    const scale = Math.sqrt(total(a) * total(b));
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, k++) {
        plan[k] = (a[i] * b[j]) / scale;
        kernel[k] = isKl ? portableExp(-values[k] / unit) : Math.max(0, shareA * a[i] + shareB * b[j] - values[k] / unit);
        rowSums[i] += plan[k];
        columnSums[j] += plan[k];
      }
    }
  }

  /** A copy of the plan. */
  plan(): DenseMatrix {
    return { rows: this.#rows, cols: this.#cols, values: this.#memory.plan.slice() };
  }

  /** One update of all entries; returns the largest change, relative to the largest entry. */
  update(): number {
    const isKl = this.#divergence === 'kl';
    const [shareA, shareB] = this.#shares;
    const [rows, cols] = [this.#rows, this.#cols];
    const { workspace, plan, kernel, ofRows, ofColumns, rowSums, columnSums, extremes } = this.#memory;
    for (let i = 0; i < rows; i++) ofRows[i] = isKl ? powerOf(this.#a[i], rowSums[i], shareA) : shareA * rowSums[i];
    for (let j = 0; j < cols; j++) ofColumns[j] = isKl ? powerOf(this.#b[j], columnSums[j], shareB) : shareB * columnSums[j];
    columnSums.fill(0);
    extremes.fill(0);
    const { scaledUpdate, quotientUpdate } = workspace.kernels(transportKernels);
    const update = isKl ? scaledUpdate : quotientUpdate;
    update(
      0,
      rows,
      cols,
      plan.byteOffset,
      kernel.byteOffset,
      ofRows.byteOffset,
      ofColumns.byteOffset,
      rowSums.byteOffset,
      columnSums.byteOffset,
      extremes.byteOffset,
    );
    const [largest, moved] = extremes;
    return largest > 0 ? moved / largest : 0;
  }

  /** Hands the memory on. */
  release(): void {
    this.#memory.workspace.release();
  }
}

/** The factor of KL updates, (weight / sum)^share; of a row or column without mass, which stays so, zero. */
function powerOf(weight: number, sum: number, share: number): number {
  if (!(sum > 0 && weight > 0)) return 0;
  if (share === 0.5) return Math.sqrt(weight / sum);
  return portableExp(share * (portableLog(weight) - portableLog(sum)));
}

export const unbalancedMmSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/unbalanced-mm',
  title: 'Majorisation-minimisation',
  summary: 'Multiplicative updates without entropy: the objective never rises, and plans become sparse.',
  problem: unbalancedTransport,
  variant: 'plain',
  role: 'baseline',
  paper: {
    title: 'Unbalanced optimal transport through non-negative penalized linear regression',
    arxiv: '2106.04145',
    year: 2021,
  },
  cost: 'O(nm) \\text{ per iteration}',
  options: unbalancedMmOptions,
  declines: ({ epsilon, cost }) => {
    if (epsilon > 0) return 'is for problems without entropy: epsilon must be 0';
    return cost.values.some((value) => value < 0) ? 'needs non-negative costs' : undefined;
  },
  steps: ({ a, b, cost, ...instance }, { marginalPenalty, ...options }) =>
    unbalancedMmSteps({ a, b, cost }, { ...options, marginalPenalty: marginalPenalty ?? instance.marginalPenalty }),
});
