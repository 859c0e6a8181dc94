// The continuous methods: NOTEARS, DAGMA and GOLEM, which minimise a score and a penalty of cycles over all weights.
//
// X. Zheng, B. Aragam, P. Ravikumar, E. Xing: DAGs with NO TEARS (2018), arXiv 1803.01422. K. Bello, B. Aragam, P. Ravikumar:
// DAGMA (2022), arXiv 2209.08037. I. Ng, A. Ghassami, K. Zhang: GOLEM (2020), arXiv 2006.10201.
import type { LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkList, checkNumbers, converged, defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { AdamMoments, projectedLbfgs } from '@infimum/linalg/numerics';
import { ExponentialOfSquares, Inverse } from './acyclicity.ts';
import { thresholdToDag } from './dag-graph.ts';
import type { DagIterate, DagSolution } from './dag-instance.ts';
import { dagProblem } from './dag-problem.ts';
import type { Moments } from './moments.ts';
import { asTable, leastSquares, leastSquaresGradient, meanVariance, momentsOf } from './moments.ts';
import { dagPapers } from './papers.ts';

/** Edges, each a pair [cause, effect]. */
export type EdgeList = readonly (readonly [number, number])[];

/** @throws {InvalidInputError} naming the argument */
export function checkEdges(value: unknown, argument: string): asserts value is EdgeList {
  if (Array.isArray(value) && value.every((edge) => Array.isArray(edge) && edge.length === 2)) return;
  throw fault('expected a list of pairs [cause, effect]', argument, 'type');
}

const forbidden = { type: 'value', check: checkEdges, description: 'Forbidden edges, pairs [cause, effect]' } as const;
const threshold = {
  type: 'number',
  min: 0,
  default: 0.3,
  description: 'Weights below it are dropped at the end; then the smallest on cycles',
} as const;

const notearsOptions = {
  l1: { type: 'number', was: 'lambda', min: 0, default: 0.1, description: 'Weight of Σ |W|' },
  threshold,
  tolerance: { type: 'number', above: 0, default: 1e-8, description: 'h at which a graph counts as acyclic' },
  maxPenalty: { type: 'number', above: 0, default: 1e16, description: 'Largest weight of the penalty' },
  center: { type: 'boolean', default: true, description: 'Subtract the means of the columns' },
  forbidden,
} as const satisfies OptionSpecs;

/** Options of `notears`. */
export type NotearsOptions = OptionsOf<typeof notearsOptions> & LimitOptions<DagIterate<ContinuousDag>>;

/** Weights of a continuous method. */
export interface ContinuousDag extends DagSolution {
  /** The weights before the threshold: nearly, not exactly acyclic. */
  readonly raw: Float64Array;
}

/** A common factor that makes the mean variance 1 would change the meaning of λ: only extreme factors are removed. */
function unitsOf(moments: Moments): Moments {
  const factor = moments.scale * moments.scale;
  if (factor > 1e-100 && factor < 1e100)
    return { ...moments, covariance: moments.covariance.map((entry) => entry * factor), scale: 1 };
  const mean = meanVariance(moments);
  return { ...moments, covariance: moments.covariance.map((entry) => entry / mean) };
}

/** 1 at entries that must stay 0: the diagonal and forbidden edges. */
function fixedPlaces(d: number, edges: EdgeList | undefined): Uint8Array {
  const fixed = new Uint8Array(d * d);
  for (let i = 0; i < d; i++) fixed[i * d + i] = 1;
  if (edges !== undefined) checkList(edges, 'forbidden');
  for (const [k, edge] of (edges ?? []).entries()) {
    checkNumbers(edge, `forbidden[${k}]`, 2);
    const [i, j] = edge;
    if (!(i >= 0 && i < d && j >= 0 && j < d)) {
      throw fault(`names the edge ${i} → ${j}, which does not exist`, 'forbidden', 'out-of-range');
    }
    fixed[i * d + j] = 1;
  }
  return fixed;
}

/** The common start of the three methods: moments, zero weights, and the first iterate. */
function continuousSearch(
  data: MatrixLike,
  options: { readonly threshold: number; readonly forbidden: EdgeList | undefined; readonly center?: boolean },
) {
  const { threshold, forbidden, center = true } = options;
  const moments = unitsOf(momentsOf(asTable(data, 'data'), center));
  const { d } = moments;
  const weights = new Float64Array(d * d);
  let iteration = 0;
  const solution = () => ({ weights: thresholdToDag(weights, threshold), raw: weights.slice() });
  const news = (): DagIterate<ContinuousDag> => ({
    iteration: iteration++,
    score: Math.min(leastSquares(moments, weights), Number.MAX_VALUE),
    solution,
  });
  return { moments, d, weights, fixed: fixedPlaces(d, forbidden), solution, news };
}

/**
 * NOTEARS: min ½ tr((I−W)'S(I−W)) + λ Σ|W| subject to h(W) = tr exp(W∘W) − d = 0, by an augmented Lagrangian: W = W⁺ − W⁻
 * with both at least 0, ρ grows tenfold until h falls to a quarter. An iteration is one of the inner L-BFGS. Time O(d³) each.
 *
 * @throws {InvalidInputError} for a table or options at fault
 *
 * Source: DAGs with NO TEARS, arXiv 1803.01422.
 *
 * @example
 * ```ts
 * import { notears } from '@infimum/graphs';
 *
 * const data = { rows: 4, cols: 2, values: Float64Array.of(1, 2, -1, -2, 2, 3, -2, -3) };
 * const { weights } = notears(data);
 * console.log(weights[1].toFixed(2), weights[2]); // 1.56 0
 * ```
 */
export function notears(data: MatrixLike, options: NotearsOptions = {}): Outcome<ContinuousDag, DagIterate<ContinuousDag>> {
  return runWith(notearsOptions, options, notearsSteps(data, options));
}

/** The steps of `notears`. */
export function* notearsSteps(data: MatrixLike, options: NotearsOptions = {}): Steps<ContinuousDag, DagIterate<ContinuousDag>> {
  const { l1, tolerance, maxPenalty, ...rest } = resolveOptions(notearsOptions, options);
  const { moments, d, weights, fixed, solution, news } = continuousSearch(data, rest);
  const isFixed = new Uint8Array(2 * d * d);
  isFixed.set(fixed);
  isFixed.set(fixed, d * d);
  const halves = new Float64Array(2 * d * d);
  const trial = new Float64Array(d * d);
  const differences = (x: Float64Array, into: Float64Array) => {
    for (let at = 0; at < d * d; at++) into[at] = x[at] - x[d * d + at];
    return into;
  };
  const slope = new Float64Array(d * d);
  const cycle = new ExponentialOfSquares(d);
  let [rho, alpha, h] = [1, 0, Infinity];
  yield news();
  for (let outer = 0; outer < 100 && rho <= maxPenalty; outer++) {
    const start = halves.slice();
    for (;;) {
      const evaluate = (x: Float64Array, gradient: Float64Array) => {
        differences(x, trial);
        leastSquaresGradient(moments, trial, slope);
        const cycles = cycle.at(trial);
        let norm = 0;
        for (let at = 0; at < d * d; at++) {
          const own = slope[at] + (rho * cycles + alpha) * cycle.gradient[at];
          gradient[at] = own + l1;
          gradient[d * d + at] = -own + l1;
          norm += x[at] + x[d * d + at];
        }
        const value = leastSquares(moments, trial, slope) + (rho / 2) * cycles ** 2 + alpha * cycles + l1 * norm;
        return Number.isFinite(value) ? value : Infinity;
      };
      for (const _ of projectedLbfgs(evaluate, halves, {
        nonnegative: true,
        fixed: isFixed,
        tolerance: 1e-6 * Math.max(1, meanVariance(moments)),
        maxIterations: 1000,
      })) {
        differences(halves, weights);
        yield news();
      }
      const next = cycle.at(differences(halves, weights));
      if (next > 0.25 * h && rho < maxPenalty) {
        rho *= 10;
        halves.set(start);
        differences(halves, weights);
        continue;
      }
      h = next;
      break;
    }
    alpha += rho * h;
    if (h <= tolerance)
      return converged(solution(), `h = ${h.toExponential(1)} is at most ${tolerance}; cycles of small weights are cut`);
  }
  return stalled(solution(), `h = ${h.toExponential(1)} at the largest penalty`);
}

export const notearsSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/notears',
  title: 'NOTEARS',
  summary: 'Least squares with an ℓ1 penalty and a smooth constraint against cycles, by an augmented Lagrangian.',
  problem: dagProblem,
  role: 'baseline',
  paper: dagPapers.notears,
  cost: 'O(d^3) \\text{ per evaluation}',
  options: notearsOptions,
  steps: (instance, options) => notearsSteps(instance.data, options),
});

const dagmaOptions = {
  l1: { type: 'number', was: 'lambda', min: 0, default: 0.03, description: 'Weight of Σ |W|' },
  threshold,
  maxInnerIterations: {
    type: 'integer',
    was: 'iterations',
    min: 1,
    default: 30_000,
    description: 'Steps of Adam for each weight of the score, twice as many for the last',
  },
  stepSize: { type: 'number', above: 0, default: 3e-4, description: 'Step of Adam' },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Relative change of the objective within 1000 steps at which to move to the next weight',
  },
  forbidden,
} as const satisfies OptionSpecs;

/** Options of `dagma`. */
export type DagmaOptions = OptionsOf<typeof dagmaOptions> & LimitOptions<DagIterate<ContinuousDag>>;

/** Subtracts a direction of some length from the weights that are not fixed. */
function move(weights: Float64Array, direction: Float64Array, length: number, fixed: Uint8Array): void {
  for (let i = 0; i < weights.length; i++) if (!fixed[i]) weights[i] -= length * direction[i];
}

/**
 * DAGMA: a central path, min μ (Q + λ Σ|W|) + h_logdet(W; s) for μ = 1, 0.1, …, 10⁻⁴ by Adam inside the M-matrices; a step that leaves them
 * is undone, and the step size halved. Columns are centred. An iteration is 100 steps. Time O(d³) a step.
 *
 * @throws {InvalidInputError} for a table or options at fault
 *
 * Source: DAGMA, arXiv 2209.08037.
 */
export function dagma(data: MatrixLike, options: DagmaOptions = {}): Outcome<ContinuousDag, DagIterate<ContinuousDag>> {
  return runWith(dagmaOptions, options, dagmaSteps(data, options));
}

/** The steps of `dagma`. */
export function* dagmaSteps(data: MatrixLike, options: DagmaOptions = {}): Steps<ContinuousDag, DagIterate<ContinuousDag>> {
  const { l1, maxInnerIterations, stepSize, tolerance, ...rest } = resolveOptions(dagmaOptions, options);
  const { moments, d, weights, fixed, solution, news } = continuousSearch(data, rest);
  yield news();
  const inverse = new Inverse(d);
  const [matrix, slope, gradient, kept] = [0, 1, 2, 3].map(() => new Float64Array(d * d));
  const SCALES = [1, 0.9, 0.8, 0.7, 0.6];
  for (let round = 0; round < 5; round++) {
    const mu = 0.1 ** round;
    let s = SCALES[round];
    let size = stepSize;
    const start = weights.slice();
    let adam = new AdamMoments(d * d, { beta1: 0.99 });
    let before = Infinity;
    kept.set(weights);
    const most = round === 4 ? 2 * maxInnerIterations : maxInnerIterations;
    for (let step = 0; step < most; step++) {
      for (let at = 0; at < matrix.length; at++) matrix[at] = -(weights[at] * weights[at]);
      for (let i = 0; i < d; i++) matrix[i * d + i] += s;
      if (!inverse.of(matrix) || inverse.values.some((entry) => entry < -1e-12)) {
        // Outside the M-matrices: go back with smaller steps, or with a larger s if even the start is outside.
        if (step === 0 || size < 1e-8) {
          s += 0.1;
          weights.set(start);
          if (s > 10) return stalled(solution(), 'no M-matrix was found');
        } else {
          size /= 2;
          weights.set(kept);
        }
        adam = new AdamMoments(d * d, { beta1: 0.99 });
        continue;
      }
      kept.set(weights);
      leastSquaresGradient(moments, weights, slope);
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          const at = i * d + j;
          const barrier = 2 * inverse.values[j * d + i] * weights[at];
          gradient[at] = fixed[at] ? 0 : mu * (slope[at] + l1 * Math.sign(weights[at])) + barrier;
        }
      }
      move(weights, adam.direction(gradient, gradient), size, fixed);
      if (step % 100 === 99) yield news();
      if (step % 1000 !== 999) continue;
      let norm = 0;
      for (const weight of weights) norm += Math.abs(weight);
      const objective = mu * (leastSquares(moments, weights) + l1 * norm) - inverse.logDeterminant;
      if (before < Infinity && Math.abs(before - objective) <= tolerance * Math.abs(before)) break;
      before = objective;
    }
  }
  return converged(solution(), 'the path was followed to its end; cycles of small weights are cut');
}

export const dagmaSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/dagma',
  title: 'DAGMA',
  summary: 'Follows a central path with a log-determinant barrier against cycles.',
  problem: dagProblem,
  role: 'baseline',
  paper: dagPapers.dagma,
  cost: 'O(d^3) \\text{ per step}',
  options: dagmaOptions,
  steps: (instance, options) => dagmaSteps(instance.data, options),
});

const golemOptions = {
  variances: {
    type: 'choice',
    choices: ['equal', 'unequal'],
    default: 'equal',
    description: 'Noise with equal variances, or with unequal ones, which starts from the result for equal ones',
  },
  maxInnerIterations: { type: 'integer', was: 'iterations', min: 1, default: 100_000, description: 'Maximum Adam steps' },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Relative change of the objective within 1000 steps at which to stop',
  },
  stepSize: { type: 'number', above: 0, default: 1e-3, description: 'Step of Adam' },
  threshold,
  forbidden,
} as const satisfies OptionSpecs;

/** Options of `golem`. */
export type GolemOptions = OptionsOf<typeof golemOptions> & LimitOptions<DagIterate<ContinuousDag>>;

/**
 * GOLEM: the likelihood of linear models, with penalties of edges and of cycles and no constraint,
 * d/2 log |X − XW|² − log |det(I − W)| + λ₁ Σ|W| + λ₂ h(W), or ½ Σ_j log |x_j − X w_j|² in place of the first term. Adam. An
 * iteration is 100 steps. Time O(d³) a step.
 *
 * @throws {InvalidInputError} for a table or options at fault
 *
 * Source: On the role of sparsity and DAG constraints for learning linear DAGs, arXiv 2006.10201.
 */
export function golem(data: MatrixLike, options: GolemOptions = {}): Outcome<ContinuousDag, DagIterate<ContinuousDag>> {
  return runWith(golemOptions, options, golemSteps(data, options));
}

/** The steps of `golem`. */
export function* golemSteps(data: MatrixLike, options: GolemOptions = {}): Steps<ContinuousDag, DagIterate<ContinuousDag>> {
  const { variances, maxInnerIterations, stepSize, tolerance, ...rest } = resolveOptions(golemOptions, options);
  const { moments, d, weights, fixed, solution, news } = continuousSearch(data, rest);
  yield news();
  const inverse = new Inverse(d);
  const cycle = new ExponentialOfSquares(d);
  const [matrix, slope, gradient] = [0, 1, 2].map(() => new Float64Array(d * d));
  const residuals = new Float64Array(d);
  let isAtRest = false;
  const floor = 1e-12 * meanVariance(moments);
  for (const equal of variances === 'equal' ? [true] : [true, false]) {
    const [edgePenalty, cyclePenalty] = equal ? [2e-2, 5] : [2e-3, 5];
    const adam = new AdamMoments(d * d);
    let before = Infinity;
    isAtRest = false;
    for (let step = 0; step < maxInnerIterations; step++) {
      leastSquaresGradient(moments, weights, slope);
      for (let at = 0; at < matrix.length; at++) matrix[at] = 0 - weights[at];
      for (let i = 0; i < d; i++) matrix[i * d + i] += 1;
      residuals.fill(0);
      let total = 0;
      for (let j = 0; j < d; j++) {
        for (let i = 0; i < d; i++) residuals[j] -= matrix[i * d + j] * slope[i * d + j];
        residuals[j] = Math.max(residuals[j], floor);
        total += residuals[j];
      }
      if (!inverse.of(matrix)) return stalled(solution(), 'I − W has become singular');
      const cycles = cycle.at(weights);
      let isInRange = true;
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          const at = i * d + j;
          const fit = equal ? (d * slope[at]) / total : slope[at] / residuals[j];
          const edge = edgePenalty * Math.sign(weights[at]);
          const own = fit + inverse.values[j * d + i] + edge + cyclePenalty * cycle.gradient[at];
          gradient[at] = fixed[at] ? 0 : own;
          if (!Number.isFinite(gradient[at])) isInRange = false;
        }
      }
      if (!isInRange) return stalled(solution(), 'the gradient is not finite');
      move(weights, adam.direction(gradient, gradient), stepSize, fixed);
      if (step % 100 === 99) yield news();
      if (step % 1000 !== 999) continue;
      let penalties = cyclePenalty * cycles - inverse.logDeterminant;
      for (const weight of weights) penalties += edgePenalty * Math.abs(weight);
      const fit = equal ? (d / 2) * Math.log(total) : residuals.reduce((sum, own) => sum + Math.log(own) / 2, 0);
      isAtRest = before < Infinity && Math.abs(before - fit - penalties) <= tolerance * Math.max(1, Math.abs(before));
      before = fit + penalties;
      if (isAtRest) break;
    }
  }
  return isAtRest
    ? converged(
        solution(),
        `the relative change of the objective was at most ${tolerance} within 1000 steps; cycles of small weights are cut`,
      )
    : stalled(solution(), `${maxInnerIterations} steps are done, and the objective is still falling`);
}

export const golemSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/golem',
  title: 'GOLEM',
  summary: 'The likelihood with soft penalties on edges and cycles.',
  problem: dagProblem,
  role: 'baseline',
  paper: dagPapers.golem,
  cost: 'O(d^3) \\text{ per step}',
  options: golemOptions,
  steps: (instance, options) => golemSteps(instance.data, options),
});
