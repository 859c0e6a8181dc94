// Unbalanced transport without entropy, by limited-memory BFGS with bounds on the entries of the plan.
//
// R. Byrd, P. Lu, J. Nocedal, C. Zhu: A limited memory algorithm for bound constrained optimization (1995); on unbalanced
// transport L. Chapel, R. Flamary, H. Wu, C. Févotte, G. Gasso: Unbalanced optimal transport through non-negative penalized
// linear regression (2021), arXiv 2106.04145.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, defineSolver, resolveOptions, stalled } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import type { LinePoint } from '@infimum/linalg/numerics';
import { BoundedModel, dot } from '@infimum/linalg/numerics';
import { LARGE, searchDescent } from '../line-search.ts';
import { runAdvised } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { total } from '../transport.ts';
import { powerBelow } from '../vectors.ts';
import { checkFinitePenalties, divergence, marginalPenalty, penaltiesOf, sourcePenalty, targetPenalty } from './penalties.ts';
import type { UnbalancedPlan } from './unbalanced-plan.ts';
import { asUnbalanced, unbalancedPlan, withMassNote } from './unbalanced-plan.ts';
import { unbalancedTransport } from './unbalanced-problem.ts';

const unbalancedLbfgsOptions = {
  marginalPenalty,
  sourcePenalty,
  targetPenalty,
  divergence,
  gamma: {
    type: 'number',
    min: 0,
    default: 0,
    unit: 'cost per mass',
    description: "Quadratic regularisation: the penalty on half the squared distance from a b'; 0, the default, for none",
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-6,
    description: 'Gradient along the plan and its most negative entry, relative to the largest cost or price, at which to stop',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `unbalancedLbfgs`. */
export type UnbalancedLbfgsOptions = OptionsOf<typeof unbalancedLbfgsOptions> & RunOptions<UnbalancedLbfgsIterate>;

/** News of an iteration. */
export interface UnbalancedLbfgsIterate extends Iterate<UnbalancedPlan> {
  /** Cost, regularisation and penalties together. */
  readonly objective: number;
  /** The gradient along the plan and its most negative entry, relative to the largest cost or price. */
  readonly residual: number;
}

/**
 * Unbalanced transport by limited-memory BFGS with bounds.
 *
 * Minimises `<C, P> + gamma / 2 |P - a b'|^2 + rho D(P 1, a) + rho' D(P' 1, b)` over all non-negative n x m matrices, rho =
 * rho' = `marginalPenalty`, or `sourcePenalty` and `targetPenalty`, both finite, with `kl` D(p, q) = sum p log(p / q) - p + q or
 * `l2` D(p, q) = sum (p - q)^2 / 2. The entries of the plan are the variables: those that the optimum does not use end at
 * exactly zero. The objective is convex, so that a plan at which the gradient vanishes where there is mass, and is nowhere
 * negative, is the best; it reaches many digits where `unbalancedMm` slows down.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of any total
 * @param cost - costs, n x m, finite
 * @param options - `marginalPenalty` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) an iteration, a few dozen times, and sorting; 40 nm numbers of memory.
 *
 * Source: R. Byrd et al., A limited memory algorithm for bound constrained optimization (1995); L. Chapel et al. (arXiv
 * 2106.04145).
 *
 * @example
 * ```ts
 * import { unbalancedLbfgs } from '@infimum/ot/unbalanced';
 *
 * console.log(unbalancedLbfgs([1], [1], [[2]], { marginalPenalty: 1 }).mass.toFixed(4)); // 0.3679
 * ```
 */
export function unbalancedLbfgs(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: UnbalancedLbfgsOptions,
): Outcome<UnbalancedPlan, UnbalancedLbfgsIterate> {
  const steps = unbalancedLbfgsSteps({ a, b, cost }, options);
  return withMassNote(runAdvised(unbalancedLbfgsOptions, options, steps, 'tolerance'), a, b);
}

/** Steps and gradient changes that are remembered. */
const MEMORY = 10;

/** Steps without a smaller value after which rounding is said to hold it. */
const PATIENCE = 20;

/** The quasi-Newton iteration as steps. */
export function* unbalancedLbfgsSteps(
  problem: TransportLike,
  options: UnbalancedLbfgsOptions,
): Steps<UnbalancedPlan, UnbalancedLbfgsIterate> {
  const { a, b, cost } = asUnbalanced(problem);
  const settings = resolveOptions(unbalancedLbfgsOptions, options);
  checkFinitePenalties(settings);
  const { tolerance } = settings;
  const objective = new UnbalancedObjective(a, b, cost, settings);
  const size = cost.values.length;
  const box = { lower: new Float64Array(size), upper: objective.upper };
  const model = new BoundedModel(size, MEMORY);
  let [x, next]: Float64Array[] = [objective.start(), new Float64Array(size)];
  let [gradient, nextGradient]: Float64Array[] = [new Float64Array(size), new Float64Array(size)];
  let value = objective.at(x, gradient);
  const direction = new Float64Array(size);
  let best = Infinity;
  let since = 0;
  for (let iteration = 0; ; iteration++) {
    const residual = objective.residual(x, gradient);
    const current = x.slice();
    const solution = () => unbalancedPlan(objective.plan(current), cost);
    const iterate = { iteration, objective: value * objective.unit, residual, solution };
    yield iterate;
    const left = `the gradient is ${residual.toExponential(1)} of the largest cost or penalty`;
    if (residual <= tolerance) return converged(solution(), left);
    since = value < best ? 0 : since + 1;
    best = Math.min(best, value);
    if (since > PATIENCE || !Number.isFinite(residual)) {
      return stalled(solution(), `${left}, but rounding prevents a further decrease of the objective`);
    }
    const target = model.minimum(box, x, gradient);
    for (let k = 0; k < size; k++) direction[k] = target[k] - x[k];
    const evaluate = (step: number): LinePoint => {
      // Beyond the model's minimum the box ends, or nearly.
      if (step > 1) return { step, value: Infinity, slope: Infinity };
      for (let k = 0; k < size; k++) next[k] = Math.max(0, x[k] + step * direction[k]);
      const value = objective.at(next, nextGradient);
      return { step, value, slope: dot(nextGradient, direction) };
    };
    const start = { step: 0, value, slope: dot(gradient, direction) };
    const trials = searchDescent({ evaluate, start, firstStep: 1 });
    let trial = trials.next();
    for (; !trial.done; trial = trials.next()) if (size > LARGE) yield iterate;
    const found = trial.value;
    if (!found) {
      if (model.isEmpty) return stalled(solution(), `${left}, but no step lowers the objective beyond rounding`);
      model.clear();
      continue;
    }
    model.add(x, next, gradient, nextGradient, 1);
    [x, next] = [next, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    value = found.value;
  }
}

/** The objective in units of its masses and costs. */
class UnbalancedObjective {
  /** What values are multiplied by. */
  readonly unit: number;
  /** Infinity, or 0 where a weight of zero may get no mass. */
  readonly upper: Float64Array;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #cost: DenseMatrix;
  readonly #isKl: boolean;
  readonly #ofSources: number;
  readonly #ofTargets: number;
  readonly #gamma: number;
  readonly #mass: number;
  readonly #scale: number;
  /** The unit of each variable: for 'kl' one over the root of the curvature that its marginals would give it. */
  readonly #widths: Float64Array;
  /** Scratch: masses of the plan, its sums, and what penalties pull with. */
  readonly #masses: Float64Array;
  readonly #sums: readonly [rows: Float64Array, columns: Float64Array];
  readonly #forces: readonly [rows: Float64Array, columns: Float64Array];

  constructor(
    a: Float64Array,
    b: Float64Array,
    cost: DenseMatrix,
    settings: UnbalancedLbfgsOptions & { readonly divergence: 'kl' | 'l2'; readonly gamma: number },
  ) {
    const [ofSources, ofTargets] = penaltiesOf(settings);
    this.#isKl = settings.divergence === 'kl';
    const mass = powerBelow(Math.max(total(a), total(b)));
    const largest = cost.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const price = Math.max(ofSources, ofTargets);
    const unit = powerBelow(Math.max(largest, this.#isKl ? price : price * mass));
    this.#mass = mass;
    this.unit = mass * unit;
    this.#a = a.map((weight) => weight / mass);
    this.#b = b.map((weight) => weight / mass);
    this.#cost = { ...cost, values: cost.values.map((value) => value / unit) };
    const priceUnit = this.#isKl ? unit : unit / mass;
    this.#ofSources = ofSources / priceUnit;
    this.#ofTargets = ofTargets / priceUnit;
    this.#gamma = (settings.gamma * mass) / unit;
    this.#scale = Math.max(largest / unit, this.#isKl ? price / unit : (price * mass) / unit);
    this.upper = cost.values.map((_, k) => {
      const isClosed = a[Math.floor(k / cost.cols)] === 0 || b[k % cost.cols] === 0;
      return this.#isKl && isClosed ? 0 : Infinity;
    });
    this.#widths = this.upper.map((end, k) => {
      if (!this.#isKl || end === 0) return 1;
      const [i, j] = [Math.floor(k / cost.cols), k % cost.cols];
      return 1 / Math.sqrt(this.#ofSources / this.#a[i] + this.#ofTargets / this.#b[j]);
    });
    this.#masses = new Float64Array(cost.values.length);
    this.#sums = [new Float64Array(cost.rows), new Float64Array(cost.cols)];
    this.#forces = [new Float64Array(cost.rows), new Float64Array(cost.cols)];
  }

  /** a b' over the root of the masses. */
  start(): Float64Array {
    const [a, b] = [this.#a, this.#b];
    const scale = Math.sqrt(total(a) * total(b));
    return this.#widths.map((width, k) => (a[Math.floor(k / b.length)] * b[k % b.length]) / scale / width);
  }

  /** The plan in the units of the caller. */
  plan(x: Float64Array): DenseMatrix {
    return { ...this.#cost, values: x.map((value, k) => value * this.#widths[k] * this.#mass) };
  }

  /** The value; sets the gradient. */
  at(x: Float64Array, gradient: Float64Array): number {
    const { rows, cols, values } = this.#cost;
    const [gamma, widths, masses] = [this.#gamma, this.#widths, this.#masses];
    const [rowSums, columnSums] = this.#sums;
    const [rowForces, columnForces] = this.#forces;
    columnSums.fill(0);
    let value = 0;
    for (let i = 0, k = 0; i < rows; i++) {
      let [sum, spent] = [0, 0];
      for (let j = 0; j < cols; j++, k++) {
        const mass = x[k] * widths[k];
        masses[k] = mass;
        sum += mass;
        columnSums[j] += mass;
        spent += mass * values[k];
      }
      rowSums[i] = sum;
      value += spent;
    }
    value += this.#penalty(rowSums, this.#a, this.#ofSources, rowForces);
    value += this.#penalty(columnSums, this.#b, this.#ofTargets, columnForces);
    for (let i = 0, k = 0; i < rows; i++) {
      const force = rowForces[i];
      for (let j = 0; j < cols; j++, k++) gradient[k] = widths[k] * (values[k] + force + columnForces[j]);
    }
    return gamma > 0 ? value + this.#regularize(gradient) : value;
  }

  /** The quadratic regularisation of the masses; adds its gradient. */
  #regularize(gradient: Float64Array): number {
    const { rows, cols } = this.#cost;
    const [a, b, gamma, widths, masses] = [this.#a, this.#b, this.#gamma, this.#widths, this.#masses];
    let value = 0;
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, k++) {
        const away = masses[k] - a[i] * b[j] * this.#mass;
        value += (gamma / 2) * away * away;
        gradient[k] += widths[k] * gamma * away;
      }
    }
    return value;
  }

  /** rho D(sums, weights); sets its derivatives. Where a place that has weight is left without mass they are infinite. */
  #penalty(sums: Float64Array, weights: Float64Array, price: number, forces: Float64Array): number {
    let value = 0;
    for (let i = 0; i < sums.length; i++) {
      const [sum, weight] = [sums[i], weights[i]];
      if (!this.#isKl) {
        value += (price / 2) * (sum - weight) ** 2;
        forces[i] = price * (sum - weight);
      } else if (weight > 0) {
        const logarithm = portableLog(sum / weight);
        value += sum > 0 ? price * (sum * logarithm - sum + weight) : Infinity;
        forces[i] = price * logarithm;
      }
    }
    return value;
  }

  /** <P, |G|> over the mass, and the most negative entry of G where there may be mass. */
  residual(x: Float64Array, gradient: Float64Array): number {
    let [along, mass, lowest] = [0, 0, 0];
    for (let k = 0; k < x.length; k++) {
      if (this.upper[k] === 0) continue;
      along += x[k] * Math.abs(gradient[k]);
      mass += x[k] * this.#widths[k];
      lowest = Math.min(lowest, gradient[k] / this.#widths[k]);
    }
    return ((mass > 0 ? along / mass : 0) - lowest) / this.#scale;
  }
}

export const unbalancedLbfgsSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/unbalanced-lbfgs',
  title: 'L-BFGS with bounds',
  summary: 'Bounded quasi-Newton steps on the entries of the plan: high accuracy without entropy.',
  problem: unbalancedTransport,
  variant: 'plain',
  role: 'baseline',
  paper: { title: 'A limited memory algorithm for bound constrained optimization', year: 1995 },
  cost: 'O(nm) \\text{ per iteration}',
  // The problem has no quadratic regularisation.
  options: {
    marginalPenalty: unbalancedLbfgsOptions.marginalPenalty,
    sourcePenalty,
    targetPenalty,
    divergence: unbalancedLbfgsOptions.divergence,
    tolerance: unbalancedLbfgsOptions.tolerance,
    maxIterations: unbalancedLbfgsOptions.maxIterations,
  },
  declines: ({ epsilon }) => (epsilon > 0 ? 'is for problems without entropy: epsilon must be 0' : undefined),
  steps: ({ a, b, cost, ...instance }, { marginalPenalty, ...options }) =>
    unbalancedLbfgsSteps({ a, b, cost }, { ...options, marginalPenalty: marginalPenalty ?? instance.marginalPenalty }),
});
