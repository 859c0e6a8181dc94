// Gradient descent with noise: full gradients (DP-GD), Poisson samples (DP-SGD), and Adam's step on either.
//
// R. Bassily, A. Smith, A. Thakurta (2014, arXiv 1405.7085); M. Abadi and others (2016, arXiv 1607.00133).
import type { OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { fault, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { calibrateNoise } from './accountant.ts';
import { noiseGrid } from './noise.ts';
import { privateDeepLearning, privateErm } from './papers.ts';
import type { PrivateLoss } from './private-loss.ts';
import { addGradients } from './private-loss.ts';
import { lossOf } from './private-problem.ts';
import type { PaymentSettings, PrivateIterate, PrivateSolution } from './private-run.ts';
import {
  addNoise,
  adjacency,
  clipNorm,
  createSelection,
  gridEvent,
  output,
  payFor,
  poissonSample,
  privateScale,
  publicRecords,
  publicSize,
  sensitivityFactor,
} from './private-run.ts';
import { beginPrivate, definePrivateSolver, privateOptions } from './private-solver.ts';

const steps = {
  type: 'integer',
  min: 1,
  max: 1e6,
  description: 'Number of steps; by default that of the theory, 4 to 2000',
} as const;
const stepSize = { type: 'number', above: 0, description: 'Step size; 1/(2 L1) by default' } as const;
const optimizer = {
  type: 'choice',
  was: 'rule',
  choices: ['gradient', 'adam'],
  default: 'gradient',
  description: 'Steps along the noisy gradient, or Adam steps',
} as const;

/** Options of `dpGd`. */
const dpGdOptions = /* @__PURE__ */ privateOptions({ adjacency, publicSize, steps, stepSize, clipNorm, optimizer, output });

/** Options of `dpSgd`. */
const dpSgdOptions = /* @__PURE__ */ privateOptions({
  batchSize: { type: 'integer', was: 'batch', min: 1, description: 'Expected size of a sample; √n by default' },
  publicSize,
  steps,
  stepSize,
  clipNorm,
  optimizer,
  output,
});

/** Options of `dpGd`. */
export type DpGdOptions = OptionsOf<typeof dpGdOptions> & RunOptions<PrivateIterate>;

/** Options of `dpSgd`. */
export type DpSgdOptions = OptionsOf<typeof dpSgdOptions> & RunOptions<PrivateIterate>;

/**
 * Gradient descent on means of clipped gradients with Gaussian noise, its deviation exact for the whole run. n gradients a step.
 * With `adjacency: 'add-remove'` sums are divided by `publicSize`, since the number of records is what neighbours differ in.
 * Ends with its planned steps, status `iteration-limit`.
 *
 * @throws {InvalidInputError} where the budget is spent, naming `epsilon`, and for options out of range
 *
 * @example
 * ```ts
 * import { dpGd, huberLoss } from '@infimum/optim/private';
 *
 * const points = { rows: 10_000, cols: 1, values: new Float64Array(10_000).fill(0.25) };
 * const { w, warning } = dpGd(huberLoss(points), { epsilon: 1, delta: 1e-6, seed: 1 });
 * console.log(Math.abs(w[0] - 0.25) < 0.1, warning.length > 0); // true true
 * ```
 */
export function dpGd(loss: PrivateLoss, options: DpGdOptions): Outcome<PrivateSolution, PrivateIterate> {
  return runWith(dpGdOptions, options, dpGdSteps(loss, options));
}

/** The steps of `dpGd`. */
export function* dpGdSteps(loss: PrivateLoss, options: DpGdOptions): Steps<PrivateSolution, PrivateIterate> {
  const settings = beginPrivate(loss, dpGdOptions, options);
  const n = publicRecords(loss, settings);
  const scale = privateScale({ ...loss, records: n }, settings.epsilon, settings.delta);
  const T = settings.steps ?? Math.max(4, Math.min(2000, Math.floor(1 / scale)));
  return yield* noisySteps(loss, { ...settings, steps: T, batchSize: n, size: n });
}

/**
 * The same on Poisson samples, whose sums are divided by the expected size: counted by Rényi divergences, neighbours differ by a
 * record that is added or removed, and `publicSize` is the assumed number of records. `batchSize` gradients a step on average.
 *
 * @throws {InvalidInputError} where the budget is spent, naming `epsilon`, and for options out of range
 *
 * @example
 * ```ts
 * import { dpSgd, huberLoss } from '@infimum/optim/private';
 *
 * const points = { rows: 10_000, cols: 1, values: new Float64Array(10_000).fill(0.25) };
 * const { w } = dpSgd(huberLoss(points), { epsilon: 1, delta: 1e-6, publicSize: 10_000, batchSize: 500, steps: 50 });
 * console.log(Math.abs(w[0] - 0.25) < 0.2); // true
 * ```
 */
export function dpSgd(loss: PrivateLoss, options: DpSgdOptions): Outcome<PrivateSolution, PrivateIterate> {
  return runWith(dpSgdOptions, options, dpSgdSteps(loss, options));
}

/** The steps of `dpSgd`. */
export function* dpSgdSteps(loss: PrivateLoss, options: DpSgdOptions): Steps<PrivateSolution, PrivateIterate> {
  const settings = beginPrivate(loss, dpSgdOptions, options);
  const n = publicRecords(loss, { adjacency: 'add-remove', publicSize: settings.publicSize });
  const batch = settings.batchSize ?? Math.ceil(Math.sqrt(n));
  if (batch > n) throw fault(`is ${batch} of ${n} records`, 'batchSize', 'out-of-range');
  const T = settings.steps ?? Math.max(20, Math.min(2000, Math.ceil((20 * n) / batch)));
  const plan = { ...settings, adjacency: 'add-remove', steps: T, batchSize: batch, size: n } as const;
  return yield* noisySteps(loss, plan);
}

/** The plan of a run. */
interface NoisySettings extends PaymentSettings {
  readonly steps: number;
  readonly batchSize: number;
  /** The public number of records. */
  readonly size: number;
  readonly stepSize: number | undefined;
  readonly clipNorm: number | undefined;
  readonly optimizer: 'gradient' | 'adam';
  readonly output: 'least' | 'last' | 'random';
}

function* noisySteps(loss: PrivateLoss, settings: NoisySettings): Steps<PrivateSolution, PrivateIterate> {
  const { records, dimension: d } = loss;
  const { steps: T, batchSize: batch, size: n, optimizer: rule } = settings;
  const clip = settings.clipNorm ?? loss.lipschitz;
  const stepSize = settings.stepSize ?? 1 / (2 * loss.smoothness);
  const rate = batch / n;
  const factor = sensitivityFactor(settings.adjacency);
  const plan = (noise: number) => [gridEvent('gradient', rate, noise, T, d, factor)];
  const sigma = calibrateNoise(plan, settings.epsilon, settings.delta);
  const grid = noiseGrid(sigma, factor);
  const sampling = rate < 1 ? 'poisson' : 'all';
  const paid = payFor(loss, plan(sigma), settings, { records: n, clipNorm: clip, sampling });
  const selection = createSelection(settings.output, T, paid.noise);
  let w: Float64Array = new Float64Array(d);
  const gradient = new Float64Array(d);
  const [first, second] = [new Float64Array(d), new Float64Array(d)];
  for (let t = 0; t < T; t++) {
    gradient.fill(0);
    const chosen = rate < 1 ? poissonSample(records, rate, paid.noise) : records;
    addGradients(loss, chosen, w, { clip, steps: grid.steps }, gradient);
    paid.gradients += batch;
    addNoise(gradient, grid, clip, batch, paid.noise);
    const noisyGradientNorm = norm(gradient);
    selection.offer(t, w, noisyGradientNorm);
    yield { iteration: t, noisyGradientNorm, solution: () => paid.solution(selection.chosen(w)) };
    for (let j = 0; j < d && rule === 'adam'; j++) {
      first[j] = 0.9 * first[j] + 0.1 * gradient[j];
      second[j] = 0.999 * second[j] + 0.001 * gradient[j] ** 2;
      gradient[j] = first[j] / (1 - 0.9 ** (t + 1)) / (Math.sqrt(second[j] / (1 - 0.999 ** (t + 1))) + 1e-8);
    }
    w = w.map((value, j) => value - stepSize * gradient[j]);
  }
  return paid.end(selection.chosen(w));
}

/** DP-GD as registered. */
export const dpGdSolver = /* @__PURE__ */ definePrivateSolver({
  id: 'optim/dp-gd',
  title: 'DP-GD',
  summary: 'Gradient descent with noise on full gradients: simple, and hard to beat at moderate n.',
  role: 'baseline',
  paper: privateErm,
  cost: 'O(n d) \\text{ per step}',
  options: dpGdOptions,
  steps: (instance, options) => dpGdSteps(lossOf(instance), options),
});

/** DP-SGD as registered. */
export const dpSgdSolver = /* @__PURE__ */ definePrivateSolver({
  id: 'optim/dp-sgd',
  title: 'DP-SGD',
  summary: 'The same on Poisson samples, whose randomness reduces the noise; for add-remove neighbours.',
  role: 'baseline',
  paper: privateDeepLearning,
  cost: 'O(b d) \\text{ per step}',
  options: dpSgdOptions,
  steps: (instance, options) => dpSgdSteps(lossOf(instance), { publicSize: instance.points.rows, ...options }),
});
