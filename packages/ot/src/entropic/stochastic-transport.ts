// Entropic transport by stochastic averaged gradients of the semi-dual: one source at a time.
//
// A. Genevay, M. Cuturi, G. Peyré, F. Bach: Stochastic optimization for large-scale optimal transport (2016),
// arXiv 1605.08527, Algorithm 1.
//
// For given y the best x is x_i = epsilon log a_i - epsilon log sum_j exp((y_j - C_ij) / epsilon); what is left,
// F(y) = sum_i (a_i x_i(y)) + b'y, is concave, and source i contributes a_i (b - pi_i) / sum(a) to its gradient, where pi_i
// is the conditional distribution of the targets given i.
import type { MatrixLike, OptionSpecs, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import { plan } from '../options.ts';
import { Progress } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';

const stochasticTransportOptions = {
  ...entropicOptions,
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the order of the sources' },
} as const satisfies OptionSpecs;

/** Options of `stochasticTransport`. */
export type StochasticTransportOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof stochasticTransportOptions> &
  PlanForm<Form, SinkhornIterate>;

/**
 * Entropic optimal transport by the stochastic averaged gradient method on the semi-dual.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with row
 * sums `a` and column sums `b`. A step uses the costs of one source only and stores its gradient; the steps move
 * along the sum of all stored gradients, by epsilon over the largest weight. It is a baseline in the literature;
 * where all costs are in memory, as here, `sinkhorn` takes fewer passes.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(m) a step, n steps and one pass over the costs an iteration; O(nm) memory.
 *
 * Source: A. Genevay et al., Stochastic optimization for large-scale optimal transport (arXiv 1605.08527).
 *
 * @example
 * ```ts
 * import { stochasticTransport } from '@infimum/ot/entropic';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = stochasticTransport([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function stochasticTransport<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: StochasticTransportOptions<Form>,
): FormOutcome<Form, SinkhornIterate> {
  const steps = stochasticTransportSteps({ a, b, cost }, options);
  return runInForm(stochasticTransportOptions, options, steps);
}

/** The method as steps of n sources each. */
export function* stochasticTransportSteps(
  problem: TransportLike,
  options: StochasticTransportOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions({ ...stochasticTransportOptions, plan }, options);
  return yield* entropicSteps(problem, settings, function* (state, epsilon, tolerance) {
    const progress = new Progress(tolerance, state.errorFloor(epsilon));
    const gradients = new AveragedGradients(state, epsilon, new Random(settings.seed));
    const solution = () => state.solution(epsilon);
    for (let iteration = 0; ; iteration++) {
      // The rows fit for every y, so the columns' error is the whole error.
      state.updateSource(epsilon);
      const marginalError = state.evaluate(epsilon);
      yield { iteration, marginalError, solution };
      const end = progress.conclude(marginalError, state.problem.mass, solution);
      if (end) return end;
      gradients.pass();
    }
  });
}

/** The last gradient of every source, and their sum. */
class AveragedGradients {
  readonly #state: EntropicState;
  readonly #epsilon: number;
  readonly #random: Random;
  readonly #stored: Float64Array;
  readonly #sum: Float64Array;
  readonly #step: number;

  constructor(state: EntropicState, epsilon: number, random: Random) {
    const { n, m, a } = state;
    this.#state = state;
    this.#epsilon = epsilon;
    this.#random = random;
    this.#stored = new Float64Array(n * m);
    this.#sum = new Float64Array(m);
    // The curvature of one source's part is at most a_i / epsilon.
    this.#step = epsilon / a.reduce((most, weight) => Math.max(most, weight), 0) / n;
  }

  /** n steps, each on a source drawn at random. */
  pass(): void {
    for (let draw = 0; draw < this.#state.n; draw++) this.#visit(this.#random.integer(this.#state.n));
  }

  #visit(i: number): void {
    const { m, a, b, y, cost } = this.#state;
    const offset = i * m;
    let largest = -Infinity;
    for (let j = 0; j < m; j++) largest = Math.max(largest, y[j] - cost[offset + j]);
    const masses = new Float64Array(m);
    let total = 0;
    for (let j = 0; j < m; j++) {
      masses[j] = portableExp((y[j] - cost[offset + j] - largest) / this.#epsilon);
      total += masses[j];
    }
    // b'y is split evenly between the sources: what the parts add up to is the gradient b - P'1.
    const share = 1 / this.#state.n;
    for (let j = 0; j < m; j++) {
      const gradient = share * b[j] - (a[i] * masses[j]) / total;
      this.#sum[j] += gradient - this.#stored[offset + j];
      this.#stored[offset + j] = gradient;
      y[j] += this.#step * this.#sum[j];
    }
  }
}

export const stochasticTransportSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/stochastic-averaged-gradient',
  title: 'Stochastic averaged gradients',
  summary: 'One source at a time, along the sum of the last gradients of all sources.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Stochastic optimization for large-scale optimal transport', arxiv: '1605.08527', year: 2016 },
  cost: 'O(m) \\text{ per step, } O(nm) \\text{ per } n \\text{ steps}',
  options: stochasticTransportOptions,
  steps: (instance, options) => stochasticTransportSteps(instance, withEpsilon(instance, options)),
});
