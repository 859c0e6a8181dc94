// The claims about what distances rest on: counting sums and triangles.
import { defineClaim } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { exactDistances } from '../exact/hamming-distances.ts';

import { fasterAlgorithms } from '../papers.ts';
import { hammingViaThreeSum, rangeDifferenceCounts } from '../reductions/three-sum-equivalence.ts';
import { approximateExactTriangleCounts } from '../sums/exact-triangle.ts';
import { sumset } from '../sums/sumset.ts';
import { equal, report, result } from './claim-tools.ts';
import { uniformSymbols } from './study-instances.ts';

/** Distances and 3SUM. */
export const equivalence = defineClaim({
  id: 'strings/three-sum-equivalence',
  paper: fasterAlgorithms,
  statement: 'Hamming distances and counting 3SUM with targets in a range are the same problem: each solves the other.',
  published: 'an equivalence, proved in both directions',
  budget: 20,
  run: async (context) => {
    let wrong = 0;
    let mostLayers = 0;
    const rounds = 40;
    for (let round = 0; round < rounds; round++) {
      report(context, `instance ${round + 1}`);
      const random = mulberry32(round);
      const n = 50 + Math.floor(200 * random());
      const m = 1 + Math.floor(n * random());
      const alphabetSize = 1 + Math.floor(40 * random());
      const [text, pattern] = [n, m].map((length) => uniformSymbols(length, alphabetSize, random));
      // Distances from a 3SUM counter that itself asks for distances: both reductions, one inside the other.
      const { distances } = hammingViaThreeSum(text, pattern, {
        counter: (a, b, size) =>
          rangeDifferenceCounts(
            a,
            b.map((value) => -value),
            size,
          ).counts,
      });
      if (!equal(distances, exactDistances({ text, pattern }))) wrong++;
      const size = 64;
      const [a, b] = [n, n].map((length) => Array.from({ length }, () => Math.floor(8 * size * random()) - 4 * size));
      const { counts, operations } = rangeDifferenceCounts(a, b, size);
      if (!equal(counts, differencesByEnumeration(a, b, size))) wrong++;
      mostLayers = Math.max(mostLayers, Math.sqrt(operations.instances));
    }
    return result(
      `${wrong} of ${2 * rounds} instances with other counts; at most about ${mostLayers.toFixed(0)} layers a side`,
      wrong === 0,
      { wrong, instances: 2 * rounds, mostLayers },
    );
  },
});

/** Sumsets in linear time. */
export const sumsets = defineClaim({
  id: 'strings/sumset-work',
  paper: fasterAlgorithms,
  statement:
    'The sumset of two sets with as many pairs as the universe has numbers takes O(U) operations, where one convolution takes O(U log U).',
  published: 'O(U) for sets with U pairs, a lemma',
  budget: 20,
  run: async (context) => {
    const perNumber = [14, 16, 18, 20].map((exponent) => {
      report(context, `U = 2^${exponent}`);
      const universe = 2 ** exponent;
      const random = mulberry32(exponent);
      const draw = () =>
        Int32Array.from({ length: Math.sqrt(universe) }, (_, i) =>
          i < 2 ? i * (universe - 1) : Math.floor(random() * universe),
        );
      const { operations } = sumset(draw(), draw(), { method: 'hash-recursive' });
      return (operations.packedConvolution + operations.exactConvolution + operations.folding) / universe;
    });
    const [least, most] = [Math.min(...perNumber), Math.max(...perNumber)];
    return result(
      `${least.toFixed(2)} to ${most.toFixed(2)} operations per number for U = 2^14 … 2^20, where one convolution has 30 to 42`,
      most <= 1.05 * least,
      { least, most },
    );
  },
});

/** Exact Triangle. */
export const triangles = defineClaim({
  id: 'strings/triangle-counts',
  paper: fasterAlgorithms,
  statement:
    'Exact Triangle counts from sampled witnesses are within n / kappa for all pairs with probability 1 - delta, and never too large.',
  published: 'a lemma',
  budget: 20,
  run: async (context) => {
    const [side, inner, kappa, delta] = [24, 80, 4, 0.2];
    const { a, b, c } = plantedTriangles(side, inner, 7);
    const exact = witnessesByEnumeration(a, b, c);
    let failures = 0;
    let tooLarge = 0;
    let missed = 0;
    const seeds = 100;
    for (let seed = 0; seed < seeds; seed++) {
      report(context, `seed ${seed}`);
      const { counts } = approximateExactTriangleCounts(a, b, c, kappa, { seed, delta });
      const deficits = counts.values.map((count, t) => exact[t] - count);
      if (deficits.some((deficit) => deficit < 0)) tooLarge++;
      if (deficits.some((deficit) => deficit > 0)) missed++;
      if (deficits.some((deficit) => deficit > inner / kappa)) failures++;
    }
    return result(
      `${failures} of ${seeds} seeds beyond n / kappa (delta = ${delta}), ${tooLarge} with a count too large, ${missed} that left out some witnesses`,
      failures <= delta * seeds && tooLarge === 0,
      { failures, tooLarge, missed, seeds },
    );
  },
});

function differencesByEnumeration(a: readonly number[], b: readonly number[], size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const left of a) for (const right of b) if (left - right in counts) counts[left - right]++;
  return counts;
}

/** Random matrices in which some pairs have all or half of the indices as witnesses. */
function plantedTriangles(side: number, inner: number, seed: number) {
  const random = mulberry32(seed);
  const draw = (rows: number, cols: number, bound: number) => ({
    rows,
    cols,
    values: Float64Array.from({ length: rows * cols }, () => Math.floor(random() * bound)),
  });
  const [a, b, c] = [draw(side, inner, 40), draw(inner, side, 40), draw(side, side, 80)];
  for (let i = 0; i < side; i += 8) {
    for (let k = 0; k < inner; k += i % 16 === 0 ? 1 : 2) a.values[i * inner + k] = 100 - b.values[k * side + i];
    c.values[i * side + i] = 100;
  }
  return { a, b, c };
}

function witnessesByEnumeration(
  ...[a, b, c]: readonly { readonly rows: number; readonly cols: number; readonly values: Float64Array }[]
): Float64Array {
  return c.values.map((target, t) => {
    const [i, j] = [Math.floor(t / c.cols), t % c.cols];
    let count = 0;
    for (let k = 0; k < a.cols; k++) {
      if (a.values[i * a.cols + k] + b.values[k * b.cols + j] === target) count++;
    }
    return count;
  });
}
