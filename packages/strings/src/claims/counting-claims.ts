// The claims about the basis of distances: counting sums and triangles.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { mulberry32 } from '@infimum/core/reference-generators';
import { exactDistances } from '../exact/hamming-distances.ts';
import { fasterAlgorithms } from '../papers.ts';
import type { RangeSumCounter } from '../reductions/three-sum-equivalence.ts';
import { hammingViaThreeSum, rangeDifferenceCounts } from '../reductions/three-sum-equivalence.ts';
import { approximateExactTriangleCounts } from '../sums/exact-triangle.ts';
import { sumset } from '../sums/sumset.ts';
import { differences, uniformSymbols } from './study-instances.ts';

/** Distances and 3SUM. */
export const equivalence = defineClaim({
  id: 'strings/three-sum-equivalence',
  paper: fasterAlgorithms,
  statement:
    'Hamming distances and counting 3SUM with targets in a range are the same problem: each solves the other, in the same time up to logarithms.',
  published: 'an equivalence, proved in both directions',
  budget: 20,
  null: 'a counter of 3SUM that leaves out one of the numbers',
  bars: [
    { figure: 'numbers that are wrong', atMost: 0, source: 'the statement: solves' },
    {
      figure: 'exponent in n of the symbols of the distances that solve 3SUM',
      atMost: 1.25,
      source: 'theorem: n up to logarithms; with log² n, from the layers of both sides, it is 1.32 from n = 2^7 to 2^11',
    },
  ],
  measure: (seed) => {
    const random = mulberry32(seed);
    const figures = { ours: 0, null: 0 };
    for (let round = 0; round < 4; round++) {
      const n = 50 + Math.floor(200 * random());
      const m = 1 + Math.floor(n * random());
      const alphabetSize = 1 + Math.floor(40 * random());
      const [text, pattern] = [n, m].map((length) => uniformSymbols(length, alphabetSize, random));
      // Distances from a 3SUM counter that itself uses distances: both reductions, one inside the other.
      const counter: RangeSumCounter = (a, b, size) => rangeDifferenceCounts(a, negated(b), size).counts;
      const exact = exactDistances({ text, pattern });
      const wrong = (own: RangeSumCounter) => differences(hammingViaThreeSum(text, pattern, { counter: own }).distances, exact);
      const [size, a, b] = [64, ...[n, n].map((length) => integers(length, 64, random))] as const;
      const counts = differencesByEnumeration(a, b, size);
      figures.ours += wrong(counter) + differences(rangeDifferenceCounts(a, b, size).counts, counts);
      figures.null +=
        wrong((a, b, size) => counter(a.subarray(1), b, size)) +
        differences(rangeDifferenceCounts(a.slice(1), b, size).counts, counts);
    }
    const sizes = [2 ** 7, 2 ** 9, 2 ** 11];
    const symbols = sizes.map((n) => {
      const [a, b] = [integers(n, n, random), integers(n, n, random)];
      return rangeDifferenceCounts(a, b, n, { distances: (text, pattern) => new Int32Array(text.length - pattern.length + 1) })
        .operations.symbols;
    });
    const exponent = { 'exponent in n of the symbols of the distances that solve 3SUM': powerExponent(sizes, symbols) };
    return {
      ours: { 'numbers that are wrong': figures.ours, ...exponent },
      null: { 'numbers that are wrong': figures.null, ...exponent },
    };
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
  null: 'one convolution',
  bars: [
    {
      figure: 'exponent in U of the operations a number',
      atMost: 0.04,
      source: 'theorem: 0; with log U it is 0.08 from U = 2^14 to 2^20, and the bar is half-way',
    },
  ],
  measure: (seed) => {
    const random = mulberry32(seed);
    const universes = [14, 16, 18, 20].map((exponent) => 2 ** exponent);
    const perNumber = universes.map((universe) => {
      const draw = () =>
        Int32Array.from({ length: Math.sqrt(universe) }, (_, i) =>
          i < 2 ? i * (universe - 1) : Math.floor(random() * universe),
        );
      const { operations } = sumset(draw(), draw(), { method: 'hash-recursive', seed });
      return (operations.packedConvolution + operations.exactConvolution + operations.folding) / universe;
    });
    const figures = (own: readonly number[]) => ({
      'exponent in U of the operations a number': powerExponent(universes, own),
      ...Object.fromEntries(universes.map((universe, k) => [`operations a number@${universe}`, own[k]])),
    });
    return { ours: figures(perNumber), null: figures(universes.map((universe) => 2 * Math.log2(2 * universe))) };
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
  seeds: 40,
  null: 'counts of 0 where there are more than n / kappa witnesses, as if nothing had been found',
  bars: [
    { figure: 'share of runs within n / kappa for all pairs', atLeast: 0.8, scale: 'share', source: 'lemma: 1 - delta' },
    { figure: 'counts that are too large', atMost: 0, source: 'lemma: never' },
  ],
  measure: (seed) => {
    const [side, inner, kappa, delta] = [24, 80, 4, 0.2];
    const { a, b, c } = plantedTriangles(side, inner, seed);
    const exact = witnessesByEnumeration(a, b, c);
    const found = approximateExactTriangleCounts(a, b, c, kappa, { seed, delta }).counts.values;
    const figures = (counts: ArrayLike<number>) => {
      const deficits = Array.from(exact, (count, t) => count - counts[t]);
      return {
        'share of runs within n / kappa for all pairs': Math.max(...deficits) <= inner / kappa ? 1 : 0,
        'counts that are too large': deficits.filter((deficit) => deficit < 0).length,
      };
    };
    return { ours: figures(found), null: figures(found.map((count) => (count > inner / kappa ? 0 : count))) };
  },
});

const negated = (values: Float64Array): Float64Array => values.map((value) => -value);

const integers = (length: number, size: number, random: () => number): number[] =>
  Array.from({ length }, () => Math.floor(8 * size * random()) - 4 * size);

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
