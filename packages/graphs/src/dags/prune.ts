// Parents of every node among those before it, by backward elimination with the Bayesian information criterion.
import { invert } from './acyclicity.ts';
import type { Moments } from './moments.ts';
import { regress } from './moments.ts';

/** A node's parents, their score, and their weights. */
export interface NodeFit {
  /** Parents that stay. */
  readonly parents: number[];
  /** Their weights. */
  readonly weights: Float64Array;
  /** ½ log(residual variance) + λ |parents|. */
  readonly score: number;
}

/**
 * Drops the parent that raises the residual variance least, w_k²/[S_PP^-1]_kk, while ½ log variance + λ |parents| falls. One
 * inverse, then rank-one downdates. `required` parents stay.
 */
export function eliminate(
  covariance: Float64Array,
  d: number,
  j: number,
  candidates: readonly number[],
  lambda: number,
  required: (parent: number) => boolean = () => false,
): NodeFit {
  const parents = [...candidates];
  let size = parents.length;
  const block = new Float64Array(size * size);
  for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) block[a * size + b] = covariance[parents[a] * d + parents[b]];
  let inverse = inverseOf(block, size);
  let weights = Float64Array.from({ length: size }, (_, a) => {
    let sum = 0;
    for (let b = 0; b < size; b++) sum += inverse[a * size + b] * covariance[parents[b] * d + j];
    return sum;
  });
  const floor = 1e-12 * Math.max(covariance[j * d + j], 1e-300);
  let variance = Math.max(
    covariance[j * d + j] - weights.reduce((sum, w, a) => sum + w * covariance[parents[a] * d + j], 0),
    floor,
  );
  for (;;) {
    let [least, place] = [Infinity, -1];
    for (let a = 0; a < size; a++) {
      if (required(parents[a])) continue;
      const rise = (weights[a] * weights[a]) / Math.max(inverse[a * size + a], 1e-300);
      if (rise < least) [least, place] = [rise, a];
    }
    if (place < 0 || Math.log((variance + least) / variance) / 2 >= lambda) break;
    variance += least;
    const pivot = inverse[place * size + place];
    const next = new Float64Array((size - 1) * (size - 1));
    const nextWeights = new Float64Array(size - 1);
    for (let a = 0, i = 0; a < size; a++) {
      if (a === place) continue;
      const factor = inverse[a * size + place] / pivot;
      nextWeights[i] = weights[a] - factor * weights[place];
      for (let b = 0, k = 0; b < size; b++) {
        if (b === place) continue;
        next[i * (size - 1) + k++] = inverse[a * size + b] - factor * inverse[place * size + b];
      }
      i++;
    }
    [inverse, weights] = [next, nextWeights];
    parents.splice(place, 1);
    size--;
  }
  // The least variance that counts keeps exact relations from scoring without bound.
  const fit = regress(covariance, d, j, parents);
  return { parents, weights: fit.weights, score: Math.log(Math.max(fit.variance, floor)) / 2 + lambda * parents.length };
}

/** The inverse of a covariance; a ridge separates linearly dependent columns. */
function inverseOf(block: Float64Array, size: number): Float64Array {
  if (size === 0) return block;
  const inverse = invert(block, size);
  if (inverse) return inverse.values;
  const lifted = block.map((entry, at) => (at % (size + 1) === 0 ? entry * (1 + 1e-8) + 1e-300 : entry));
  return invert(lifted, size)?.values ?? block;
}

/** The penalty of the Bayesian information criterion for an edge. */
export function bicPenalty(n: number): number {
  return Math.log(n) / (2 * n);
}

/** Weights of an order after elimination, then those below a threshold left out and the rest fitted again. */
export function pruneByBic({ d, covariance, n }: Moments, order: Int32Array, threshold: number): Float64Array {
  const weights = new Float64Array(d * d);
  for (let place = 0; place < d; place++) {
    const j = order[place];
    const { parents, weights: own } = eliminate(covariance, d, j, Array.from(order.subarray(0, place)), bicPenalty(n));
    const kept = parents.filter((_, a) => Math.abs(own[a]) >= threshold);
    const refit = regress(covariance, d, j, kept).weights;
    kept.forEach((i, a) => {
      weights[i * d + j] = refit[a];
    });
  }
  return weights;
}
