// Entropic transport by stochastic gradients of the dual: a batch of sources and a batch of targets at a time.
//
// V. Seguy, B. B. Damodaran, R. Flamary, N. Courty, A. Rolet, M. Blondel: Large-scale optimal transport and mapping
// estimation (2018), arXiv 1711.02283, Algorithm 1.
//
// The dual F(x, y) = a'x + b'y - epsilon sum_ij P_ij with P_ij = exp((x_i + y_j - C_ij) / epsilon) is a sum over pairs, so
// that pairs drawn at random give its gradient on average: of x_i it is a_i - sum_j P_ij.
import type { MatrixLike, OptionSpecs, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import { epsilon, initial, maxIterations, plan, threads } from '../options.ts';
import { Progress } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';

const stochasticDualOptions = {
  epsilon,
  threads,
  initial,
  tolerance: {
    type: 'number',
    min: 0,
    default: 0.01,
    description: 'l1 error of the marginals at which the run ends, relative to the mass; it falls slowly',
  },
  batchSize: { type: 'integer', min: 1, default: 32, description: 'Sources and targets of a batch, at most' },
  stepSize: {
    type: 'number',
    was: 'step',
    above: 0,
    max: 1,
    default: 1,
    description: 'First step, in units of epsilon; it falls as one over the root of the passes',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the batches' },
  maxIterations,
} as const satisfies OptionSpecs;

/** Options of `stochasticDual`. */
export type StochasticDualOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof stochasticDualOptions> &
  PlanForm<Form, SinkhornIterate>;

/**
 * Entropic optimal transport by stochastic gradient ascent on the dual, with batches of both sides.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with row
 * sums `a` and column sums `b`. A step draws a batch I of sources and a batch J of targets and looks at the costs between
 * them only: `x_i += step epsilon (|J| / m - sum_(j in J) P_ij / a_i)` for i in I, and likewise for J. What is returned is
 * the average of the potentials since the iteration was last a power of two. The error falls about as one over the root of
 * the iterations: good for rough plans, and the method that scales to sources and targets which arrive in batches.
 * `stochasticTransport` is accurate, and needs whole rows.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(batchSize^2 + n + m) a step; O(nm) exponentials an iteration, and as many again for its marginal error.
 *
 * Source: V. Seguy et al., Large-scale optimal transport and mapping estimation (arXiv 1711.02283).
 *
 * @example
 * ```ts
 * import { stochasticDual } from '@infimum/ot/entropic';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = stochasticDual([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1, tolerance: 1e-6 });
 * console.log(result.status, result.cost.toFixed(4)); // converged 0.2689
 * ```
 */
export function stochasticDual<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: StochasticDualOptions<Form>,
): FormOutcome<Form, SinkhornIterate> {
  const steps = stochasticDualSteps({ a, b, cost }, options);
  return runInForm(stochasticDualOptions, options, steps);
}

/** The method as steps of as many batches as make up all pairs. */
export function* stochasticDualSteps(
  problem: TransportLike,
  options: StochasticDualOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions({ ...stochasticDualOptions, plan }, options);
  const { batchSize, stepSize, seed, initial } = settings;
  return yield* entropicSteps(problem, settings, function* (state, epsilon, tolerance) {
    if (initial === undefined) independent(state, epsilon);
    const ascent = new BatchAscent(state, epsilon, batchSize, new Random(seed));
    const progress = new Progress(tolerance, state.errorFloor(epsilon));
    const solution = () => state.solution(epsilon);
    for (let iteration = 0; ; iteration++) {
      const marginalError = state.evaluate(epsilon);
      yield { iteration, marginalError, solution };
      const end = progress.conclude(marginalError, state.problem.mass, solution);
      if (end) return end;
      // Averages over the last half of the run forget where it began.
      if (((iteration + 1) & iteration) === 0) ascent.restartAverage();
      ascent.pass(stepSize / Math.sqrt(iteration + 1));
    }
  });
}

/** The potentials of P_ij = a_i b_j exp(-C_ij / epsilon), which nowhere has too much mass. */
function independent({ x, y, logA, logB }: EntropicState, epsilon: number): void {
  for (let i = 0; i < x.length; i++) x[i] = epsilon * logA[i];
  for (let j = 0; j < y.length; j++) y[j] = epsilon * logB[j];
}

/** Potentials that move by batches, and their average, which goes into the state. */
class BatchAscent {
  readonly #state: EntropicState;
  readonly #epsilon: number;
  readonly #random: Random;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #sources: Int32Array;
  readonly #targets: Int32Array;
  readonly #sourceSize: number;
  readonly #targetSize: number;
  readonly #rowSums: Float64Array;
  readonly #columnSums: Float64Array;
  #averaged = 0;

  constructor(state: EntropicState, epsilon: number, batchSize: number, random: Random) {
    const { n, m, x, y } = state;
    this.#state = state;
    this.#epsilon = epsilon;
    this.#random = random;
    this.#x = x.slice();
    this.#y = y.slice();
    this.#sources = Int32Array.from({ length: n }, (_, i) => i);
    this.#targets = Int32Array.from({ length: m }, (_, j) => j);
    this.#sourceSize = Math.min(n, batchSize);
    this.#targetSize = Math.min(m, batchSize);
    this.#rowSums = new Float64Array(this.#sourceSize);
    this.#columnSums = new Float64Array(this.#targetSize);
  }

  /** The next average begins with the potentials after the next batch. */
  restartAverage(): void {
    this.#averaged = 0;
  }

  /** As many batches as make up all pairs. */
  pass(step: number): void {
    const { n, m } = this.#state;
    const batches = Math.ceil((n * m) / (this.#sourceSize * this.#targetSize));
    for (let batch = 0; batch < batches; batch++) {
      draw(this.#sources, this.#sourceSize, this.#random);
      draw(this.#targets, this.#targetSize, this.#random);
      this.#sumBatch();
      this.#move(step);
      this.#averaged++;
      moveTowards(this.#state.x, this.#x, 1 / this.#averaged);
      moveTowards(this.#state.y, this.#y, 1 / this.#averaged);
    }
  }

  /** The sums over the batch of P_ij / a_i for each source and of P_ij / b_j for each target. */
  #sumBatch(): void {
    const { m, cost, a, b } = this.#state;
    this.#rowSums.fill(0);
    this.#columnSums.fill(0);
    for (let r = 0; r < this.#sourceSize; r++) {
      const i = this.#sources[r];
      for (let c = 0; c < this.#targetSize; c++) {
        const j = this.#targets[c];
        const mass = portableExp((this.#x[i] + this.#y[j] - cost[i * m + j]) / this.#epsilon);
        this.#rowSums[r] += mass / a[i];
        this.#columnSums[c] += mass / b[j];
      }
    }
  }

  /** Moves the potentials of the batch; none by more than epsilon, as bad starts may have far too much mass. */
  #move(step: number): void {
    const { n, m } = this.#state;
    const [sourceShare, targetShare] = [this.#sourceSize / n, this.#targetSize / m];
    for (let r = 0; r < this.#sourceSize; r++) {
      const ascent = step * (targetShare - this.#rowSums[r]);
      this.#x[this.#sources[r]] += this.#epsilon * Math.max(-1, ascent);
    }
    for (let c = 0; c < this.#targetSize; c++) {
      const ascent = step * (sourceShare - this.#columnSums[c]);
      this.#y[this.#targets[c]] += this.#epsilon * Math.max(-1, ascent);
    }
  }
}

/** Moves a random sample without repetitions to the front. */
function draw(places: Int32Array, count: number, random: Random): void {
  for (let k = 0; k < count; k++) {
    const at = k + random.integer(places.length - k);
    const kept = places[k];
    places[k] = places[at];
    places[at] = kept;
  }
}

function moveTowards(values: Float64Array, goal: Float64Array, share: number): void {
  for (let i = 0; i < values.length; i++) values[i] += share * (goal[i] - values[i]);
}

export const stochasticDualSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/stochastic-dual',
  title: 'Stochastic gradients of the dual',
  summary: 'A batch of sources and a batch of targets at a time, with averaged potentials: rough plans.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Large-scale optimal transport and mapping estimation', arxiv: '1711.02283', year: 2018 },
  cost: 'O(s^2 + n + m) \\text{ per step on batches of } s',
  options: stochasticDualOptions,
  steps: (instance, options) => stochasticDualSteps(instance, withEpsilon(instance, options)),
});
