// Fitting a given matrix by an adapter: how much more two thin matrices can represent through a kernel than through their product.
//
// S. Shen et al.: Expanding sparse tuning for low memory usage (2024), arXiv 2411.01800.
import { checkInteger, checkMatrix, checkObject, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { svd } from '@infimum/linalg';
import { AdamMoments, addScaled } from '@infimum/linalg/numerics';
import type { SnellAdapterOptions } from './snell-adapter.ts';
import { createSnellAdapter } from './snell-adapter.ts';

/** Normal entries, a share of them kept. */
export function sparseTarget(rows: number, cols: number, density: number, seed: number): DenseMatrix {
  const random = new Random(seed);
  const values = Float64Array.from({ length: rows * cols }, () => {
    const value = random.normal();
    return random.uniform() < density ? value : 0;
  });
  return { rows, cols, values };
}

/** What was fitted. */
export interface SparseFit {
  /** |S - target|² over |target|². */
  readonly error: number;
  /** Singular values of S above 1e-3 of the largest. */
  readonly rank: number;
}

/**
 * Fits min |S(A, B) - target|² by Adam with a cosine rate from 0.02, from the default start times ten.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function fitSparseMatrix(
  target: DenseMatrix,
  options: SnellAdapterOptions & { readonly steps?: number } = {},
): SparseFit {
  checkObject(options, 'options');
  const { steps = 1500, ...own } = options;
  checkMatrix(target, 'target');
  checkInteger(steps, 'steps', { min: 1 });
  const { rows, cols, values } = target;
  const adapter = createSnellAdapter(rows, cols, { scale: 1, sparsity: 0, ...own });
  const moments = adapter.parameters.map(({ length }) => new AdamMoments(length));
  for (const part of adapter.parameters) for (let k = 0; k < part.length; k++) part[k] *= 10;
  const merged = new Float64Array(rows * cols);
  const gradients = adapter.parameters.map(({ length }) => new Float64Array(length));
  for (let step = 1; step <= steps; step++) {
    adapter.mergeInto(merged);
    for (let k = 0; k < merged.length; k++) merged[k] = 2 * (merged[k] - values[k]);
    for (const gradient of gradients) gradient.fill(0);
    adapter.backward(merged, gradients[0], gradients[1]);
    const rate = 0.02 * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
    adapter.parameters.forEach((part, p) => {
      addScaled(part, -rate, moments[p].direction(gradients[p], gradients[p]));
    });
  }
  adapter.mergeInto(merged);
  let [error, size] = [0, 0];
  for (let k = 0; k < merged.length; k++) {
    error += (merged[k] - values[k]) ** 2;
    size += values[k] ** 2;
  }
  return { error: error / (size || 1), rank: numericalRank({ rows, cols, values: merged }) };
}

/** The least error of any matrix of that rank: the limit of LoRA. */
export function bestRankError(target: DenseMatrix, rank: number): number {
  const singular = svd(target).values;
  let [rest, all] = [0, 0];
  singular.forEach((value, k) => {
    all += value * value;
    if (k >= rank) rest += value * value;
  });
  return rest / (all || 1);
}

/** Singular values above 1e-3 of the largest. */
export function numericalRank(matrix: DenseMatrix): number {
  const { values } = svd(matrix);
  return values.filter((value) => value > 1e-3 * values[0]).length;
}
