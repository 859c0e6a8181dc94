// Tree-based private SPIDER: a single pass over records for population gradients. Every vertex of a binary tree has its own batch,
// so that the whole run costs as much privacy as one release.
//
// R. Arora, R. Bassily, T. González, C. Guzmán, M. Menart, E. Ullah (2022, arXiv 2206.00846), algorithm 1.
import type { OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { calibrateNoise } from './accountant.ts';
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
  gridEvent,
  payFor,
  requireReplacement,
  sensitivityFactor,
  shuffledRecords,
} from './private-run.ts';
import { beginPrivate, definePrivateSolver, privateOptions } from './private-solver.ts';

/** Options of `privateSpiderTree`. */
const privateSpiderTreeOptions = /* @__PURE__ */ privateOptions({
  adjacency,
  batchSize: {
    type: 'integer',
    was: 'batch',
    min: 1,
    description: 'Records b of a round’s root; by default that of the theory',
  },
  depth: { type: 'integer', min: 0, max: 30, description: 'Depth D of the tree; D 2^(D+1) = b by default' },
  pathLength: {
    type: 'number',
    was: 'beta',
    above: 0,
    description: 'Length β of 2^(D/2) steps, times L1; by default that of the theory',
  },
  epochs: {
    type: 'integer',
    was: 'passes',
    min: 1,
    default: 1,
    description: 'Passes over the records, each in a new order and with one more release: 1 in theory',
  },
  clipNorm,
  threshold: {
    type: 'number',
    min: 0,
    description: 'Noisy gradient at which to stop; by default the size of its noise and sampling error',
  },
});

/** Options of `privateSpiderTree`. */
export type PrivateSpiderTreeOptions = OptionsOf<typeof privateSpiderTreeOptions> & RunOptions<PrivateIterate>;

/** Vertices of a binary tree without its root, depth first: for every one its level, and whether it is a right child. */
export function depthFirst(depth: number): { readonly level: number; readonly isRight: boolean }[] {
  const visit = (level: number): { level: number; isRight: boolean }[] =>
    level > depth ? [] : [false, true].flatMap((isRight) => [{ level, isRight }, ...visit(level + 1)]);
  return visit(1);
}

/** Batch and depth of theory. */
export function treeSetting(n: number, d: number, epsilon: number): { readonly batch: number; readonly depth: number } {
  const size = Math.max(n ** (2 / 3), (Math.sqrt(n) * d ** 0.25) / Math.sqrt(epsilon));
  const batch = Math.max(1, Math.min(n, Math.floor(size + 1e-9)));
  let depth = 0;
  while ((depth + 1) * 2 ** (depth + 2) <= batch) depth++;
  return { batch, depth };
}

/**
 * Finds weights with a small gradient of the population's loss, from records that are drawn from it: each is used at most once
 * in a pass. Steps have a fixed length along the noisy gradient; a right child of the tree corrects its parent's gradient by
 * the difference since, on a batch of 2^-level of the root's, with noise in proportion to the distance from there. Stops where
 * the noisy gradient is below `threshold`.
 *
 * The theorem on the population is about one pass. With few records several passes can help: k passes have noise √k times as
 * large, and k times as many steps.
 *
 * Ends with the records or at the threshold, status `iteration-limit` either way. O(d) a record and pass.
 *
 * @throws {InvalidInputError} where the budget is spent, naming `epsilon`, and for options out of range
 *
 * @example
 * ```ts
 * import { huberLoss, privateSpiderTree } from '@infimum/optim/private';
 *
 * const points = { rows: 20_000, cols: 1, values: new Float64Array(20_000).fill(0.25) };
 * const { w, gradients } = privateSpiderTree(huberLoss(points), { epsilon: 1, delta: 1e-6 });
 * console.log(Math.abs(w[0] - 0.25) < 0.2, gradients <= 2 * 20_000); // true true
 * ```
 */
export function privateSpiderTree(
  loss: PrivateLoss,
  options: PrivateSpiderTreeOptions,
): Outcome<PrivateSolution, PrivateIterate> {
  return runWith(privateSpiderTreeOptions, options, privateSpiderTreeSteps(loss, options));
}

/** The steps of `privateSpiderTree`. */
export function* privateSpiderTreeSteps(
  loss: PrivateLoss,
  options: PrivateSpiderTreeOptions,
): Steps<PrivateSolution, PrivateIterate> {
  const settings = beginPrivate(loss, privateSpiderTreeOptions, options);
  requireReplacement(settings.adjacency);
  const { records: n, dimension: d, lipschitz, smoothness } = loss;
  const { clipNorm: bound = lipschitz, epochs } = settings;
  const mostChange = largestChange(loss, bound);
  const theory = treeSetting(n, d, settings.epsilon);
  const batch = Math.min(n, settings.batchSize ?? theory.batch);
  const depth = Math.min(settings.depth ?? theory.depth, Math.floor(Math.log2(batch)));
  const alpha = Math.SQRT2 * lipschitz * Math.max(n ** (-1 / 3), Math.sqrt(Math.sqrt(d) / (n * settings.epsilon)));
  const beta = settings.pathLength ?? alpha * Math.min(1, (Math.sqrt(batch) * settings.epsilon) / Math.sqrt(d));
  const stepLength = beta / (2 ** (depth / 2) * smoothness);
  const factor = sensitivityFactor(settings.adjacency);
  // Every record is in one batch of a pass at most: in parallel, all releases of a pass cost what one does.
  const plan = (noise: number) => [gridEvent('gradients on disjoint batches', 1, noise, epochs, d, factor)];
  const sigma = calibrateNoise(plan, settings.epsilon, settings.delta);
  const grid = noiseGrid(sigma, factor);
  const paid = payFor(loss, plan(sigma), settings, { records: n, clipNorm: bound, sampling: 'disjoint' });
  const noiseOf = (length: number, size: number): number => (sigma * factor * length) / size;
  // Of all levels about the same: distances halve with batches.
  const childNoise = noiseOf(
    Math.min(2 ** (depth - 1) * stepLength * smoothness, mostChange),
    Math.max(1, Math.floor(batch / 2)),
  );
  const noiseNow = Math.sqrt(d * (noiseOf(bound, batch) ** 2 + depth * childNoise ** 2));
  const threshold = settings.threshold ?? noiseNow + bound / Math.sqrt(batch);
  const vertices = depthFirst(depth);
  let [pass, used, iteration] = [1, 0, 0];
  let w: Float64Array = new Float64Array(d);
  let order = shuffledRecords(n, paid.noise);
  const hasRecords = (): boolean => {
    if (used + batch <= n) return true;
    if (pass === epochs) return false;
    pass++;
    used = 0;
    order = shuffledRecords(n, paid.noise);
    return true;
  };
  const take = (count: number): Int32Array => {
    used += count;
    return order.subarray(used - count, used);
  };
  const mean = (at: Float64Array, before: Float64Array | undefined, count: number) => {
    const sum = new Float64Array(d);
    // Both points are released: so is how far they are apart, and gradients part by L1 times that at most.
    const moved = before && norm(at.map((value, j) => value - before[j]));
    const length = moved === undefined ? bound : Math.min(smoothness * moved, mostChange);
    const { steps } = grid;
    if (before) addDifferences(loss, take(count), [at, before], { clip: bound, change: length, steps }, sum);
    else addGradients(loss, take(count), at, { clip: bound, steps }, sum);
    paid.gradients += (before ? 2 : 1) * count;
    addNoise(sum, grid, length, count, paid.noise);
    return sum;
  };
  yield { iteration, noisyGradientNorm: 0, solution: () => paid.solution(w) };
  while (hasRecords()) {
    const path: { gradient: Float64Array; at: Float64Array }[] = [{ gradient: mean(w, undefined, batch), at: w }];
    const visited = depth === 0 ? [{ level: 0, isRight: false }] : vertices;
    for (const { level, isRight } of visited) {
      if (isRight) {
        const size = Math.max(1, Math.floor(batch / 2 ** level));
        if (used + size > n) {
          used = n;
          break;
        }
        const parent = path[level - 1];
        const change = mean(w, parent.at, size);
        path[level] = { gradient: parent.gradient.map((value, j) => value + change[j]), at: w };
      } else if (level > 0) path[level] = path[level - 1];
      if (level < depth) continue;
      const { gradient } = path[level];
      const noisyGradientNorm = norm(gradient);
      iteration++;
      yield { iteration, noisyGradientNorm, solution: () => paid.solution(w) };
      if (noisyGradientNorm <= threshold) return paid.end(w);
      if (noisyGradientNorm > 0) w = w.map((value, j) => value - (stepLength * gradient[j]) / noisyGradientNorm);
    }
  }
  return paid.end(w);
}

/** As registered. */
export const privateSpiderTreeSolver = /* @__PURE__ */ definePrivateSolver({
  id: 'optim/private-spider-tree',
  title: 'Tree-based private SPIDER',
  summary: 'One pass over the records, each used once: for the gradient of the population.',
  role: 'paper',
  paper,
  cost: 'O(d) \\text{ per record}',
  options: privateSpiderTreeOptions,
  steps: (instance, options) => privateSpiderTreeSteps(lossOf(instance), options),
});
