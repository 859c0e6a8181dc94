// Private SpiderBoost: occasional full gradients, and between them differences of gradients, whose noise shrinks with the step.
//
// R. Arora, R. Bassily, T. González, C. Guzmán, M. Menart, E. Ullah (2022, arXiv 2206.00846), algorithm 2.
import type { OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { fault, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { calibrateNoise } from './accountant.ts';
import { concentratedBudget } from './gaussian-privacy.ts';
import { noiseGrid } from './noise.ts';
import { privateStationary as paper } from './papers.ts';
import type { PrivateLoss } from './private-loss.ts';
import { addDifferences, addGradients, largestChange } from './private-loss.ts';
import { lossOf } from './private-problem.ts';
import type { PrivateIterate, PrivateSolution } from './private-run.ts';
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

/** Options of `privateSpiderBoost`. */
const privateSpiderBoostOptions = /* @__PURE__ */ privateOptions({
  adjacency,
  publicSize,
  steps: { type: 'integer', min: 1, max: 1e6, description: 'Steps T; by default that of the theory, 4 to 2000' },
  phase: { type: 'integer', min: 1, max: 1e6, description: 'Steps q between full gradients; by default that of the theory' },
  clipNorm,
  stepSize: { type: 'number', above: 0, description: 'Step size η; 1/(2 L1) by default' },
  split: { type: 'number', above: 0, below: 1, default: 0.5, description: 'Share of the budget for full gradients' },
  calibration: {
    type: 'choice',
    choices: ['exact', 'concentrated'],
    default: 'exact',
    description: 'Noise by the exact Gaussian formula, or by concentrated privacy as in published figures',
  },
  anchorBatchSize: {
    type: 'integer',
    was: 'anchorBatch',
    min: 1,
    description: 'Expected size of Poisson samples for full gradients, with add-remove neighbours; all by default',
  },
  batchSize: { type: 'integer', was: 'batch', min: 1, description: 'The same for differences' },
  output,
});

/** Options of `privateSpiderBoost`. */
export type PrivateSpiderBoostOptions = OptionsOf<typeof privateSpiderBoostOptions> & RunOptions<PrivateIterate>;

/**
 * Finds weights with a small mean gradient under (ε, δ)-privacy: w <- w - η g, where g is a noisy mean of gradients every q
 * steps, and else grows by a noisy mean of differences of gradients, whose noise is in proportion to the step. Gradients are
 * clipped to L0, differences of clipped gradients to L1 |Δw| and to the largest that they can have. n gradients a step, 2n between full
 * ones.
 *
 * The whole run is charged before the first release. It ends with its planned steps, status `iteration-limit`, never `converged`:
 * whether a tolerance was reached would depend on the data.
 *
 * @param loss - losses of single records, with L0 and L1
 * @param options - budget, steps, accountant; without `seed` the noise is cryptographic
 * @throws {InvalidInputError} where the budget is spent, naming `epsilon`, and for options out of range
 *
 * @example
 * ```ts
 * import { huberLoss, privateSpiderBoost } from '@infimum/optim/private';
 *
 * const points = { rows: 4_000, cols: 1, values: new Float64Array(4_000).fill(0.25) };
 * const { w, epsilon } = privateSpiderBoost(huberLoss(points), { epsilon: 1, delta: 1e-6 });
 * console.log(w.every((weight) => Math.abs(weight - 0.25) < 0.1), epsilon <= 1); // true true
 * ```
 */
export function privateSpiderBoost(
  loss: PrivateLoss,
  options: PrivateSpiderBoostOptions,
): Outcome<PrivateSolution, PrivateIterate> {
  return runWith(privateSpiderBoostOptions, options, privateSpiderBoostSteps(loss, options));
}

/** The steps of `privateSpiderBoost`. */
export function* privateSpiderBoostSteps(
  loss: PrivateLoss,
  options: PrivateSpiderBoostOptions,
): Steps<PrivateSolution, PrivateIterate> {
  const settings = beginPrivate(loss, privateSpiderBoostOptions, options);
  const { records, dimension: d, lipschitz, smoothness } = loss;
  const n = publicRecords(loss, settings);
  const { anchorBatchSize = n, batchSize = n, split } = settings;
  for (const [name, size] of Object.entries({ anchorBatchSize, batchSize })) {
    if (size <= n) continue;
    throw fault(`is ${size} of ${n} records`, name, 'out-of-range');
  }
  const scale = privateScale({ ...loss, records: n }, settings.epsilon, settings.delta);
  const { steps: T = Math.max(4, Math.min(2000, Math.floor(scale ** (-4 / 3)))) } = settings;
  const { phase: q = Math.max(1, Math.min(T, Math.floor(1 / (T * scale * scale)))) } = settings;
  const { stepSize = 1 / (2 * smoothness), clipNorm: bound = lipschitz } = settings;
  const mostChange = largestChange(loss, bound);
  const anchors = Math.ceil((T + 1) / q);
  const variations = T + 1 - anchors;
  const factor = sensitivityFactor(settings.adjacency);
  const plan = (first: number, second: number) => [
    gridEvent('gradient', anchorBatchSize / n, first, anchors, d, factor),
    ...(variations > 0 ? [gridEvent('gradient difference', batchSize / n, second, variations, d, factor)] : []),
  ];
  const [anchorNoise, variationNoise] = ((): readonly [number, number] => {
    if (anchorBatchSize < n || batchSize < n) {
      const common = calibrateNoise((sigma) => plan(sigma, sigma), settings.epsilon, settings.delta);
      return [common, common];
    }
    const part = variations > 0 ? split : 1;
    const [first, second] = [Math.sqrt(anchors / part), Math.sqrt(variations / (1 - part) || 1)];
    const sigma =
      settings.calibration === 'exact'
        ? calibrateNoise((noise) => plan(noise * first, noise * second), settings.epsilon, settings.delta)
        : 1 / Math.sqrt(2 * concentratedBudget(settings.epsilon, settings.delta));
    return [sigma * first, sigma * second];
  })();
  const [anchorGrid, variationGrid] = [noiseGrid(anchorNoise, factor), noiseGrid(variationNoise, factor)];
  const sampling = anchorBatchSize === n && batchSize === n ? 'all' : 'poisson';
  const paid = payFor(loss, plan(anchorNoise, variationNoise), settings, { records: n, clipNorm: bound, sampling });
  const selection = createSelection(settings.output, T + 1, paid.noise);
  let w: Float64Array = new Float64Array(d);
  let before = w;
  const gradient = new Float64Array(d);
  const sum = new Float64Array(d);
  for (let t = 0; t <= T; t++) {
    const isAnchor = t % q === 0;
    const size = isAnchor ? anchorBatchSize : batchSize;
    const chosen = size < n ? poissonSample(records, size / n, paid.noise) : records;
    const moved = isAnchor ? 0 : norm(w.map((value, j) => value - before[j]));
    const length = isAnchor ? bound : Math.min(smoothness * moved, mostChange);
    sum.fill(0);
    const grid = isAnchor ? anchorGrid : variationGrid;
    if (isAnchor) addGradients(loss, chosen, w, { clip: bound, steps: grid.steps }, sum);
    else addDifferences(loss, chosen, [w, before], { clip: bound, change: length, steps: grid.steps }, sum);
    paid.gradients += (isAnchor ? 1 : 2) * size;
    addNoise(sum, grid, length, size, paid.noise);
    for (let j = 0; j < d; j++) gradient[j] = isAnchor ? sum[j] : gradient[j] + sum[j];
    const noisyGradientNorm = norm(gradient);
    selection.offer(t, w, noisyGradientNorm);
    yield { iteration: t, noisyGradientNorm, solution: () => paid.solution(selection.chosen(w)) };
    before = w;
    w = w.map((value, j) => value - stepSize * gradient[j]);
  }
  return paid.end(selection.chosen(w));
}

/** As registered. */
export const privateSpiderBoostSolver = /* @__PURE__ */ definePrivateSolver({
  id: 'optim/private-spider-boost',
  title: 'Private SpiderBoost',
  summary: 'Noisy differences between noisy full gradients: less noise than full gradients alone at large n ε.',
  role: 'paper',
  paper,
  cost: 'O(n d) \\text{ per step}',
  options: privateSpiderBoostOptions,
  steps: (instance, options) => privateSpiderBoostSteps(lossOf(instance), options),
});
