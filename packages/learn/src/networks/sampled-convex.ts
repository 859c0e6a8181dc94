// The sampled convex program: hidden units drawn at random, output weights by the lasso.
//
// Y. Bai, T. Gautam, S. Sojoudi: Efficient global optimization of two-layer ReLU networks (2022), arXiv 2201.01965.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { converged, defineSolver, fault, Random, resolveOptions, runWith } from '@infimum/core';
import { norm, rowDot } from '@infimum/linalg/numerics';
import type { ReluIterate, ReluOutcome, ReluSolution, ReluSteps } from './convex-program.ts';
import { conjugateValue } from './convex-program.ts';
import { convexReluPaper } from './papers.ts';
import type { ReluInstance, ReluLike } from './relu-network.ts';
import { asRelu, checkRelu, dualOf, lossOf, reluObjective } from './relu-network.ts';
import { reluProblem } from './relu-problem.ts';

const sampledConvexReluOptions = {
  units: { type: 'integer', min: 1, max: 100_000, default: 400, description: 'Number of random units' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the units' },
  tolerance: { type: 'number', min: 0, default: 1e-8, description: 'Relative gap of the lasso at which to stop' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Limit of passes over the units' },
} as const satisfies OptionSpecs;

/** Options of `sampledConvexRelu`. */
export type SampledConvexReluOptions = OptionsOf<typeof sampledConvexReluOptions> & RunOptions<ReluIterate>;

/**
 * Draws N hidden units uniformly from the sphere, A = (X U')_+, and solves min_alpha l(A alpha, y) + beta |alpha|_1 by
 * coordinate descent: a network whose value is at least the optimum and falls as more units are drawn. The lower bound of its
 * solution is that of the lasso: over networks of these units.
 *
 * @param instance - `points`, n x d; `targets`; `loss`; `beta`
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * Cost: O(nN) a pass, O(ndN) once.
 *
 * @example
 * ```ts
 * import { sampledConvexRelu } from '@infimum/learn';
 *
 * const points = { rows: 3, cols: 1, values: Float64Array.of(1, -1, 2) };
 * const targets = Float64Array.of(1, 2, 2);
 * const { value } = sampledConvexRelu({ points, targets, loss: 'squared', beta: 0.1 });
 * console.log(value.toFixed(4)); // 0.2940
 * ```
 */
export function sampledConvexRelu(instance: ReluLike, options: SampledConvexReluOptions = {}): ReluOutcome {
  return runWith(sampledConvexReluOptions, options, sampledConvexReluSteps(asRelu(instance), options));
}

/** The steps of `sampledConvexRelu`. */
export function* sampledConvexReluSteps(instance: ReluInstance, options: SampledConvexReluOptions = {}): ReluSteps {
  const { units, seed, tolerance } = resolveOptions(sampledConvexReluOptions, options);
  checkRelu(instance);
  const { points, targets, loss, beta } = instance;
  if (loss === 'hinge') {
    throw fault('coordinate descent on a hinge loss gets stuck at kinks; use convexReluAdmm', 'loss', 'unsupported');
  }
  const { rows, cols } = points;
  const patches = rows / targets.length;
  const random = new Random(seed);
  const hidden = new Float64Array(units * cols);
  for (let j = 0; j < units; j++) {
    const unit = random.normals(new Float64Array(cols));
    const size = norm(unit) || 1;
    for (let i = 0; i < cols; i++) hidden[j * cols + i] = unit[i] / size;
  }
  // Column by column, over the largest entry, so that squares do not overflow.
  const activations = new Float64Array(units * targets.length);
  let largest = 0;
  for (let j = 0; j < units; j++) {
    for (let k = 0; k < rows; k++) {
      const height = rowDot(points.values, k * cols, hidden, j * cols, cols);
      activations[j * targets.length + Math.floor(k / patches)] += Math.max(0, height) / patches;
      largest = Math.max(largest, height);
    }
  }
  const scale = largest > 0 ? largest : 1;
  const yScale = loss === 'squared' ? targets.reduce((most, y) => Math.max(most, Math.abs(y)), 0) || 1 : 1;
  const lasso = createLasso(
    activations.map((value) => value / scale),
    targets.map((y) => y / yScale),
    loss,
    beta / scale / yScale,
  );
  const solution = (): ReluSolution => {
    const network = { ...networkOfWeights(hidden, cols, lasso.weights, yScale / scale), ...(patches > 1 && { patches }) };
    const bound = Math.max(0, lasso.bound) * yScale * yScale;
    const value = Math.min(reluObjective(instance, network), Number.MAX_VALUE);
    return { ...network, value, lowerBound: Math.min(bound, Number.MAX_VALUE), isProof: false, patterns: units };
  };
  for (let iteration = 0; ; iteration++) {
    const gap = lasso.gap();
    yield { iteration, residual: gap, solution };
    if (gap <= tolerance) return converged(solution(), `the gap of the lasso is ${gap.toExponential(1)} of its value`);
    lasso.pass();
  }
}

/** min l(A alpha, y) + beta |alpha|_1 by coordinate descent; columns of A one after the other. */
function createLasso(a: Float64Array, y: Float64Array, loss: ReluInstance['loss'], beta: number) {
  const rows = y.length;
  const weights = new Float64Array(a.length / rows);
  const predictions = new Float64Array(rows);
  const squares = new Float64Array(weights.length);
  for (let j = 0; j < weights.length; j++) for (let k = 0; k < rows; k++) squares[j] += a[j * rows + k] ** 2;
  return {
    weights,
    bound: 0,
    pass(): void {
      const isSquared = loss === 'squared';
      const residual = dualOf(loss, predictions, y);
      // The second derivative of the logistic loss is at most 1, as that of the squared one is.
      for (let j = 0; j < weights.length; j++) {
        const square = squares[j];
        if (!(square > 0)) continue;
        const at = j * rows;
        const target = weights[j] + rowDot(a, at, residual, 0, rows) / square;
        const next = Math.sign(target) * Math.max(0, Math.abs(target) - beta / square);
        const change = next - weights[j];
        if (change === 0) continue;
        weights[j] = next;
        for (let k = 0; k < rows; k++) {
          predictions[k] += change * a[at + k];
          if (isSquared) residual[k] -= change * a[at + k];
        }
        if (!isSquared) dualOf(loss, predictions, y, residual);
      }
    },
    /** Value less the dual's value, over the value. */
    gap(): number {
      const nu = dualOf(loss, predictions, y);
      let most = 0;
      let penalty = 0;
      for (let j = 0; j < weights.length; j++) {
        most = Math.max(most, Math.abs(rowDot(a, j * rows, nu, 0, rows)));
        penalty += Math.abs(weights[j]);
      }
      this.bound = Math.max(this.bound, conjugateValue(loss, nu, y, most > beta ? beta / most : 1));
      const value = lossOf(loss, predictions, y) + beta * penalty;
      return value > 0 ? (value - this.bound) / value : 0;
    },
  };
}

function networkOfWeights(hidden: Float64Array, cols: number, weights: Float64Array, factor: number) {
  const kept = Array.from(weights.keys()).filter((j) => weights[j] !== 0);
  const values = new Float64Array(kept.length * cols);
  const output = new Float64Array(kept.length);
  kept.forEach((j, unit) => {
    const root = Math.sqrt(Math.abs(weights[j]) * factor);
    for (let i = 0; i < cols; i++) values[unit * cols + i] = root * hidden[j * cols + i];
    output[unit] = Math.sign(weights[j]) * root;
  });
  return { hidden: { rows: kept.length, cols, values }, output };
}

export const sampledConvexReluSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/sampled-convex-relu',
  title: 'Sampled convex program',
  summary: 'Random hidden units, output weights by the lasso: simple, and closer to the optimum with more units.',
  problem: reluProblem,
  variant: 'nominal',
  role: 'paper',
  paper: convexReluPaper,
  cost: 'O(nN) \\text{ per pass over } N \\text{ units}',
  options: sampledConvexReluOptions,
  declines: ({ loss }) => (loss === 'hinge' ? 'coordinate descent on a hinge loss gets stuck at kinks' : undefined),
  steps: (instance, options) => sampledConvexReluSteps(instance, options),
});
