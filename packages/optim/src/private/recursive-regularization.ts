// Recursive regularisation for convex losses: private minimisers of ever more strongly regularised losses on disjoint blocks.
//
// R. Arora, R. Bassily, T. González, C. Guzmán, M. Menart, E. Ullah (2022, arXiv 2206.00846), algorithms 3, 5 and 7.
import type { OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { fault, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { calibrateNoise } from './accountant.ts';
import { noiseGrid } from './noise.ts';
import { privateStationary as paper } from './papers.ts';
import type { PrivateLoss } from './private-loss.ts';
import { addGradients, clippedGradient } from './private-loss.ts';
import { lossOf } from './private-problem.ts';
import type { PaidRun, PrivateIterate, PrivateSolution } from './private-run.ts';
import {
  addNoise,
  adjacency,
  clipNorm,
  gridEvent,
  payFor,
  requireReplacement,
  sensitivityFactor,
  shuffledRecords,
} from './private-run.ts';
import { beginPrivate, definePrivateSolver, privateOptions } from './private-solver.ts';

/** Options of `recursiveRegularization`. */
const recursiveRegularizationOptions = /* @__PURE__ */ privateOptions({
  adjacency,
  radius: { type: 'number', above: 0, default: 2, description: 'A public bound on the norm of the best weights' },
  method: {
    type: 'choice',
    choices: ['noisy-gd', 'phased-sgd'],
    default: 'noisy-gd',
    description: 'Minimiser on a block: noisy full gradients, or a single pass with noise on its means',
  },
  initialRidge: {
    type: 'number',
    was: 'lambda',
    above: 0,
    description: 'Initial regularisation; by default that of the theory',
  },
  rounds: {
    type: 'integer',
    min: 1,
    max: 1000,
    description: 'Rounds, each with its own block; by default that of the theory, below the logarithm of L1/λ',
  },
  clipNorm,
  innerLimit: { type: 'integer', min: 1, default: 4000, description: 'Maximum steps of noisy-gd on a block' },
  stepSize: {
    type: 'number',
    above: 0,
    description: 'Step size of noisy-gd; by default that of the theory, at most 1/(L1 + λ)',
  },
});

/** Options of `recursiveRegularization`. */
export type RecursiveRegularizationOptions = OptionsOf<typeof recursiveRegularizationOptions> & RunOptions<PrivateIterate>;

/** Terms (λ_s / 2)|w - centre_s|², as one: Σ λ_s and Σ λ_s centre_s. */
interface Regularizer {
  strength: number;
  readonly pull: Float64Array;
}

/**
 * Finds weights with a small gradient of a convex loss over the population: round t minimises the loss and all regularisers
 * so far on its own block, in a ball around the last centre, and the next regulariser, twice as strong, is centred at the
 * result. The rate is that of private mean estimation. O(n d) by `phased-sgd`, times up to `innerLimit` by `noisy-gd`.
 *
 * Ends with its planned rounds, status `iteration-limit`; long rounds pause, and every pause is an iteration. For losses that are not
 * convex nothing is promised but privacy, and
 * that not with `phased-sgd`, whose noise rests on convexity.
 *
 * @throws {InvalidInputError} where the budget is spent, naming `epsilon`, and for options out of range
 *
 * @example
 * ```ts
 * import { huberLoss, recursiveRegularization } from '@infimum/optim/private';
 *
 * const points = { rows: 4_000, cols: 1, values: new Float64Array(4_000).fill(0.25) };
 * const { w } = recursiveRegularization(huberLoss(points), { epsilon: 1, delta: 1e-6 });
 * console.log(Math.abs(w[0] - 0.25) < 0.2); // true
 * ```
 */
export function recursiveRegularization(
  loss: PrivateLoss,
  options: RecursiveRegularizationOptions,
): Outcome<PrivateSolution, PrivateIterate> {
  return runWith(recursiveRegularizationOptions, options, recursiveRegularizationSteps(loss, options));
}

/** The steps of `recursiveRegularization`. */
export function* recursiveRegularizationSteps(
  loss: PrivateLoss,
  options: RecursiveRegularizationOptions,
): Steps<PrivateSolution, PrivateIterate> {
  const settings = beginPrivate(loss, recursiveRegularizationOptions, options);
  requireReplacement(settings.adjacency);
  const { records: n, dimension: d, lipschitz, smoothness } = loss;
  const { radius, method, clipNorm: bound = lipschitz } = settings;
  if (method === 'phased-sgd' && bound < lipschitz) {
    const problem = `must be at least L0 = ${lipschitz}: the noise of phased-sgd relies on gradients of convex losses`;
    throw fault(problem, 'clipNorm', 'unsupported');
  }
  if (method === 'phased-sgd' && loss.convex === false) {
    const problem = 'must be noisy-gd: the loss is not convex, and the noise of phased-sgd relies on convexity';
    throw fault(problem, 'method', 'unsupported');
  }
  const theory = (bound ** 2 / (smoothness * radius ** 2)) * (1 / n + d / (n * settings.epsilon) ** 2);
  const lambda = settings.initialRidge ?? Math.min(smoothness / 4, theory);
  const rounds = settings.rounds ?? Math.max(1, Math.floor(Math.log2(smoothness / lambda)) - 1);
  const block = Math.floor(n / rounds);
  if (block < 1) {
    const problem = `leaves no record for some of ${rounds} rounds`;
    throw fault(problem, settings.rounds === undefined ? 'lambda' : 'rounds', 'out-of-range');
  }
  const factor = sensitivityFactor(settings.adjacency);
  // All releases of a block as one, of as many numbers as they have together; each has a grid of this deviation at least.
  const numbers = d * (method === 'noisy-gd' ? settings.innerLimit : 1);
  const plan = (noise: number) => [gridEvent('weights on disjoint blocks', 1, noise, 1, numbers, factor)];
  const sigma = calibrateNoise(plan, settings.epsilon, settings.delta);
  const mu = 1 / sigma;
  const paid = payFor(loss, plan(sigma), settings, {
    records: n,
    clipNorm: bound,
    sampling: 'disjoint',
    ...(method === 'phased-sgd' && { convexity: loss.convex ? 'known' : 'unchecked' }),
  });
  const regularizer: Regularizer = { strength: lambda, pull: new Float64Array(d) };
  const order = shuffledRecords(n, paid.noise);
  let center: Float64Array = new Float64Array(d);
  let [noisyGradientNorm, iteration] = [0, 0];
  const solution = (): PrivateSolution => paid.solution(center);
  yield { iteration, noisyGradientNorm, solution };
  for (let t = 1; t <= rounds; t++) {
    const ball = { center, radius: Math.SQRT2 ** t * radius };
    const records = order.subarray((t - 1) * block, t * block);
    const task: BlockTask = { loss, records, regularizer, ball, paid, mu, factor, clip: bound };
    if (method === 'noisy-gd') {
      const descent = noisyGradientDescent(task, settings.innerLimit, settings.stepSize);
      let turn = descent.next();
      for (; !turn.done; turn = descent.next()) yield { iteration: ++iteration, noisyGradientNorm, solution };
      [center, noisyGradientNorm] = [turn.value.w, turn.value.size];
    } else center = phasedSgd(task);
    const added = 2 ** t * lambda;
    regularizer.strength += added;
    for (let j = 0; j < d; j++) regularizer.pull[j] += added * center[j];
    yield { iteration: ++iteration, noisyGradientNorm, solution };
  }
  return paid.end(center);
}

/** Minimisation on a block. */
interface BlockTask {
  readonly loss: PrivateLoss;
  readonly records: Int32Array;
  readonly regularizer: Regularizer;
  readonly ball: { readonly center: Float64Array; readonly radius: number };
  readonly paid: PaidRun;
  readonly mu: number;
  readonly factor: number;
  readonly clip: number;
}

/** Products after which descent on a block pauses, for limits to be heard: some tens of milliseconds. */
const TURN = 2 ** 24;

/** Algorithm 7: projected descent on noisy full gradients, with the mean that weighs late iterates more. */
function* noisyGradientDescent(
  task: BlockTask,
  limit: number,
  given: number | undefined,
): Generator<undefined, { readonly w: Float64Array; readonly size: number }> {
  const { loss, records, regularizer, ball, paid, mu, factor, clip: bound } = task;
  const { dimension: d, smoothness } = loss;
  const { strength, pull } = regularizer;
  const condition = Math.max(3, (smoothness + strength) / strength);
  const steps = Math.min(limit, Math.ceil(condition * Math.log(condition)) + 1);
  const step = given ?? Math.min(1 / (smoothness + strength), Math.log(Math.max(2, steps)) / (strength * steps));
  const grid = noiseGrid(Math.sqrt(steps) / mu, factor);
  let w: Float64Array = ball.center.slice();
  const gradient = new Float64Array(d);
  const mean = new Float64Array(d);
  let weight = 0;
  let [size, work] = [0, 0];
  for (let k = 0; k < steps; k++) {
    work += (records.length + 1) * d;
    if (work > TURN) {
      work = 0;
      yield;
    }
    gradient.fill(0);
    addGradients(loss, records, w, { clip: bound, steps: grid.steps }, gradient);
    addNoise(gradient, grid, bound, records.length, paid.noise);
    for (let j = 0; j < d; j++) gradient[j] += strength * w[j] - pull[j];
    size = norm(gradient);
    w = projected(
      w.map((value, j) => value - step * gradient[j]),
      ball,
    );
    // Weights (1 - ηλ)^-k: every step shrinks the share of the earlier ones.
    const kept = Math.max(0, 1 - step * strength) * weight;
    for (let j = 0; j < d; j++) mean[j] = (kept * mean[j] + w[j]) / (kept + 1);
    weight = kept + 1;
  }
  paid.gradients += steps * records.length;
  return { w: mean, size };
}

/** Algorithms 5 and 6: phases of half the records and a quarter of the step each, with noise on the mean of every phase. */
function phasedSgd({ loss, records, regularizer, ball, paid, mu, factor }: BlockTask): Float64Array {
  const { dimension: d, lipschitz, smoothness } = loss;
  const { strength, pull } = regularizer;
  const n = records.length;
  // Steps of at most 2 / (L1 + λ) do not part neighbours further: the sensitivity of a phase is one step of both.
  const base = Math.min(
    (ball.radius * Math.min(4 / Math.sqrt(n), mu / (2 * Math.sqrt(d)))) / lipschitz,
    1 / (smoothness + strength),
  );
  // A mean is rounded to the grid, which parts neighbours by a unit a coordinate more.
  const grid = noiseGrid(1 / mu, factor, Math.sqrt(d));
  let w: Float64Array = ball.center.slice();
  let used = 0;
  for (let phase = 1; phase <= Math.floor(Math.log2(n)); phase++) {
    const count = Math.floor(n / 2 ** phase);
    const step = base * 4 ** (1 - phase);
    const mean = new Float64Array(d);
    for (let k = 0; k < count; k++) {
      const gradient = clippedGradient(loss, w, records[used++], lipschitz);
      w = projected(
        w.map((value, j) => value - step * (gradient[j] + strength * value - pull[j])),
        ball,
      );
      for (let j = 0; j < d; j++) mean[j] += w[j] / count;
    }
    const unit = (lipschitz * step) / grid.steps;
    const { center } = ball;
    const sum = mean.map((value, j) => Math.round((value - center[j]) / unit));
    addNoise(sum, grid, lipschitz * step, 1, paid.noise);
    w = projected(
      sum.map((value, j) => center[j] + value),
      ball,
    );
  }
  paid.gradients += used;
  return w;
}

/** The nearest point of the ball. */
function projected(w: Float64Array, ball: BlockTask['ball']): Float64Array {
  let square = 0;
  for (let j = 0; j < w.length; j++) square += (w[j] - ball.center[j]) ** 2;
  if (square <= ball.radius ** 2) return w;
  const factor = ball.radius / Math.sqrt(square);
  return w.map((value, j) => ball.center[j] + factor * (value - ball.center[j]));
}

/** As registered. */
export const recursiveRegularizationSolver = /* @__PURE__ */ definePrivateSolver({
  id: 'optim/recursive-regularization',
  title: 'Recursive regularisation',
  summary: 'Private minimisers on disjoint blocks under growing regularisers: the best rate for convex losses.',
  variant: 'convex',
  role: 'paper',
  paper,
  cost: 'O(n d) \\text{ and more}',
  options: recursiveRegularizationOptions,
  declines: ({ loss }) => (loss === 'wave' ? 'the loss is not convex' : undefined),
  steps: (instance, options) => recursiveRegularizationSteps(lossOf(instance), options),
});
