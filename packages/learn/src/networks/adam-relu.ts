// Training by Adam from a random start: the usual method, without guarantees.
//
// D. P. Kingma, J. Ba: Adam: a method for stochastic optimization (2015), arXiv 1412.6980; A. Madry, A. Makelov, L. Schmidt,
// D. Tsipras, A. Vladu: Towards deep learning models resistant to adversarial attacks (2018), arXiv 1706.06083.
import type { Iterate, OptionSpecs, OptionsOf, RunOptions, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { AdamMoments, addScaled, norm, rowDot } from '@infimum/linalg/numerics';
import type { ReluIterate, ReluOutcome, ReluSolution } from './convex-program.ts';
import type { ReluInstance, ReluLike, ReluNetwork } from './relu-network.ts';
import { asRelu, attackRelu, checkRelu, reluObjective } from './relu-network.ts';
import { reluProblem } from './relu-problem.ts';

const adamReluOptions = {
  units: { type: 'integer', min: 1, max: 100_000, default: 50, description: 'Hidden units' },
  learningRate: { type: 'number', above: 0, default: 0.01, description: 'Step size' },
  attackSteps: {
    type: 'integer',
    min: 0,
    max: 1000,
    default: 10,
    description: 'Attack steps per sample if the instance has radii, for adversarial training',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the start' },
  maxIterations: { type: 'integer', min: 0, default: 5000, description: 'Number of steps' },
} as const satisfies OptionSpecs;

/** Options of `adamRelu`. */
export type AdamReluOptions = OptionsOf<typeof adamReluOptions> & RunOptions<ReluIterate>;

/**
 * Trains the network itself, F = l + (beta/2) sum_j (|u_j|² + alpha_j²), by Adam with the gradient over all samples, from
 * units N(0, 2/d). Where the instance has radii, every sample is attacked first (adversarial training). Never `converged`: it proves no
 * optimality, and the lower bound of its solution is 0.
 *
 * @param instance - `points`, n x d; `targets`; `loss`; `beta`; `radii`
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * @example
 * ```ts
 * import { adamRelu } from '@infimum/learn';
 *
 * const points = { rows: 3, cols: 1, values: Float64Array.of(1, -1, 2) };
 * const targets = Float64Array.of(1, 2, 2);
 * const { value } = adamRelu({ points, targets, loss: 'squared', beta: 0.1 }, { units: 10, seed: 1 });
 * console.log(value.toFixed(2)); // 0.29
 * ```
 */
export function adamRelu(instance: ReluLike, options: AdamReluOptions = {}): ReluOutcome {
  return runWith(adamReluOptions, options, adamReluSteps(asRelu(instance), options));
}

/** The steps of `adamRelu`. */
export function* adamReluSteps(
  instance: ReluInstance,
  options: AdamReluOptions = {},
): Steps<ReluSolution, ReluIterate & Iterate<ReluSolution>> {
  const { units, learningRate, attackSteps, seed } = resolveOptions(adamReluOptions, options);
  checkRelu(instance);
  const { points, targets, radii } = instance;
  const { cols } = points;
  const random = new Random(seed);
  const hidden = random.normals(new Float64Array(units * cols)).map((value) => value * Math.sqrt(2 / cols));
  const output = random.normals(new Float64Array(units)).map((value) => value / Math.sqrt(units));
  const patches = points.rows / targets.length;
  const network: ReluNetwork = { hidden: { rows: units, cols, values: hidden }, output, ...(patches > 1 && { patches }) };
  const gradients = { hidden: new Float64Array(hidden.length), output: new Float64Array(units) };
  const moments = [hidden, output].map((values) => new AdamMoments(values.length));
  let best: ReluSolution | undefined;
  const solution = (): ReluSolution => {
    const objective = reluObjective(instance, network);
    if (!best || objective < best.value) {
      best = {
        ...network,
        hidden: { ...network.hidden, values: hidden.slice() },
        output: output.slice(),
        value: Math.min(objective, Number.MAX_VALUE),
        lowerBound: 0,
        isProof: false,
        patterns: units,
      };
    }
    return { ...best, hidden: { ...best.hidden, values: best.hidden.values.slice() }, output: best.output.slice() };
  };
  let residual = 0;
  for (let iteration = 0; ; iteration++) {
    yield { iteration, residual, solution };
    const attacked = radii ? attackRelu(network, points, targets, radii, { steps: attackSteps }) : points;
    gradientOf({ ...instance, points: attacked }, network, gradients);
    residual = Math.hypot(norm(gradients.hidden), norm(gradients.output));
    if (!Number.isFinite(residual)) {
      return stalled(solution(), 'the gradient is not finite: the step size or the data are too large');
    }
    [hidden, output].forEach((values, part) => {
      const gradient = part === 0 ? gradients.hidden : gradients.output;
      addScaled(values, -learningRate, moments[part].direction(gradient, gradient));
    });
  }
}

/** The gradient of F. */
function gradientOf(
  { points, targets, loss, beta }: ReluInstance,
  { hidden, output }: ReluNetwork,
  out: { readonly hidden: Float64Array; readonly output: Float64Array },
): void {
  const { cols, values } = points;
  const units = output.length;
  const samples = targets.length;
  const patches = points.rows / samples;
  const heights = new Float64Array(patches * units);
  for (let j = 0; j < out.hidden.length; j++) out.hidden[j] = beta * hidden.values[j];
  for (let j = 0; j < units; j++) out.output[j] = beta * output[j];
  for (let k = 0; k < samples; k++) {
    let f = 0;
    for (let at = 0; at < patches * units; at++) {
      const [row, unit] = [k * patches + Math.floor(at / units), at % units];
      const height = rowDot(values, row * cols, hidden.values, unit * cols, cols);
      heights[at] = height;
      if (height > 0) f += (output[unit] * height) / patches;
    }
    const y = targets[k];
    const slope =
      loss === 'squared' ? f - y : loss === 'logistic' ? (-2 * y) / (1 + Math.exp(2 * y * f)) : y * f < 1 ? -y / samples : 0;
    if (slope === 0) continue;
    const share = slope / patches;
    for (let at = 0; at < patches * units; at++) {
      if (!(heights[at] > 0)) continue;
      const [row, unit] = [k * patches + Math.floor(at / units), at % units];
      out.output[unit] += share * heights[at];
      for (let i = 0; i < cols; i++) out.hidden[unit * cols + i] += share * output[unit] * values[row * cols + i];
    }
  }
}

export const adamReluSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/adam-relu',
  title: 'Adam from a random start',
  summary: 'Trains the network directly: the usual method, and the baseline for convex training.',
  problem: reluProblem,
  variant: 'nominal',
  role: 'baseline',
  paper: { title: 'Adam: a method for stochastic optimization', arxiv: '1412.6980', year: 2015 },
  cost: 'O(n d m) \\text{ per step with } m \\text{ units}',
  options: adamReluOptions,
  declines: ({ radii }) => (radii ? 'the instance requires robust training' : undefined),
  steps: (instance, options) => adamReluSteps(instance, options),
});

export const adversarialAdamSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/adversarial-adam',
  title: 'Adversarial training',
  summary: 'Adam on samples attacked before every step: robust in practice, without a certificate.',
  problem: reluProblem,
  variant: 'robust',
  role: 'baseline',
  paper: { title: 'Towards deep learning models resistant to adversarial attacks', arxiv: '1706.06083', year: 2018 },
  cost: 'O(n d m) \\text{ per step of the attack, and of the training}',
  options: adamReluOptions,
  declines: ({ radii }) => (radii ? undefined : 'the instance has no radii'),
  steps: (instance, options) => adamReluSteps(instance, options),
});
