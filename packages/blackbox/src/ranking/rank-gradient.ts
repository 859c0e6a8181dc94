// The gradient estimate of a ranking: the mean of xi_j - xi_i over all pairs of which it is known that i is better than j.
//
// Z. Tang, D. Rybin, T.-H. Chang: Zeroth-order optimization meets human feedback (2023), arXiv 2303.03751. The published code
// gives the ranked points the weights m - 2 r, whose sum is not 0; those of the graph are 2 r - (m - 1).
import { checkInteger, checkList, checkOutput, checkVector, fault } from '@infimum/core';

/**
 * An answer to a ranking question: indices of points, best first; a nested list means equally good points. Points that are not named are
 * worse than those that are. Empty: the question was skipped.
 */
export type Ranking = readonly (number | readonly number[])[];

/**
 * The place of every point: its level in the ranking from 0, or one level after the last for all that are not named.
 *
 * @throws {InvalidInputError} `ranking`: an index that is out of range, or named twice
 */
export function levelsOf(ranking: Ranking, count: number): Int32Array {
  if (!Array.isArray(ranking)) throw fault('expected a list of indices', 'ranking', 'type');
  const levels = new Int32Array(count).fill(ranking.length);
  const named = new Uint8Array(count);
  for (const [level, group] of ranking.entries()) {
    for (const index of Array.isArray(group) ? group : [group]) {
      checkInteger(index, 'ranking', { min: 0, max: count - 1 });
      if (named[index]) throw fault(`names ${index} twice`, 'ranking', 'out-of-range', level);
      named[index] = 1;
      levels[index] = level;
    }
  }
  return levels;
}

/**
 * Weights w_i = (points known to be better) - (points known to be worse), and the number of known pairs |E|. For the k best of m in
 * order: w_i = 2 r_i - (m - 1) for the ranked, k for the others, |E| = k m - k (k + 1) / 2. The weights sum to 0.
 */
export function rankWeights(levels: Int32Array): { weights: Float64Array; edges: number } {
  const order = Int32Array.from(levels.keys()).sort((i, j) => levels[i] - levels[j]);
  const weights = new Float64Array(levels.length);
  let edges = 0;
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && levels[order[end]] === levels[order[first]]) end++;
    for (let place = first; place < end; place++) weights[order[place]] = first - (order.length - end);
    edges += first * (end - first);
    first = end;
  }
  return { weights, edges };
}

/**
 * Writes the estimate g = sum w_i xi_i / |E|, which points uphill; its length is unrelated to the gradient's. O(m d).
 *
 * @param noise - m · d numbers, the perturbations one after the other
 * @param ranking - the answer to the perturbed points
 * @param out - d numbers
 * @returns the number of pairs that the ranking distinguishes; out is 0 if there are none
 *
 * @example
 * ```ts
 * import { rankGradient } from '@infimum/blackbox';
 *
 * const out = new Float64Array(2);
 * const edges = rankGradient(Float64Array.of(1, 0, 0, 1, -1, 0, 0, -2), [2, 0], out);
 * console.log(edges, out[0], out[1]); // 5 0.4 -0.4
 * ```
 */
export function rankGradient(noise: Float64Array, ranking: Ranking, out: Float64Array): number {
  checkList(out, 'out');
  checkOutput(out, 'out', Math.max(1, out.length));
  checkVector(noise, 'noise');
  checkList(ranking, 'ranking');

  const d = out.length;
  const { weights, edges } = rankWeights(levelsOf(ranking, noise.length / d));
  out.fill(0);
  if (edges === 0) return 0;
  for (let i = 0; i < weights.length; i++) {
    for (let j = 0; j < d; j++) out[j] += weights[i] * noise[i * d + j];
  }
  for (let j = 0; j < d; j++) out[j] /= edges;
  return edges;
}

/**
 * Writes the estimate from the best and the worst quarter only, q of the m points each: the mean of the worst less that of the best.
 * Equally good points, such as all that are not named, share their places.
 *
 * @param noise - m · d numbers, the perturbations one after the other
 * @returns the weight of the best quarter, at most 1; out is 0 if nothing is distinguished
 */
export function quarterGradient(noise: Float64Array, ranking: Ranking, out: Float64Array): number {
  const d = out.length;
  const levels = levelsOf(ranking, noise.length / d);
  const m = levels.length;
  const quarter = Math.max(1, Math.floor(m / 4));
  const order = Int32Array.from(levels.keys()).sort((i, j) => levels[i] - levels[j]);
  out.fill(0);
  let told = 0;
  for (let first = 0; first < m; ) {
    let end = first + 1;
    while (end < m && levels[order[end]] === levels[order[first]]) end++;
    const best = Math.max(0, Math.min(end, quarter) - first);
    const worst = Math.max(0, end - Math.max(first, m - quarter));
    const weight = (worst - best) / (end - first) / quarter;
    if (weight < 0) told -= weight * (end - first);
    for (let place = first; place < end; place++) {
      const at = order[place] * d;
      for (let j = 0; j < d; j++) out[j] += weight * noise[at + j];
    }
    first = end;
  }
  return told;
}
