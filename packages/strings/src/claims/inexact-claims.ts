// The claims about bounded and approximate distances. Where the gain needs fast matrix multiplication or a filter whose cost is only
// counted here, the figures say so.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { mulberry32 } from '@infimum/core/reference-generators';
import { kMismatchPeriodic } from '../bounded/k-mismatch-periodic.ts';
import { exactDistances } from '../exact/hamming-distances.ts';
import { hammingSqrt } from '../exact/hamming-sqrt.ts';
import { fasterAlgorithms } from '../papers.ts';
import { hammingFredman } from '../reductions/hamming-fredman.ts';
import { almostPeriodic, powers, uniformSymbols } from './study-instances.ts';

/** O(n + nk / sqrt m). */
export const bounded = defineClaim({
  id: 'strings/k-mismatch-work',
  paper: fasterAlgorithms,
  statement: 'Distances up to k take O(n + nk / sqrt m) operations: for k ≤ sqrt m, O(n) for every m.',
  published: 'O(n + nk / sqrt m), a theorem',
  budget: 30,
  null: 'exact distances in O(n sqrt m)',
  bars: [
    { figure: 'exponent in m of the operations a shift', atMost: 0, source: 'theorem: they are bounded as long as k ≤ sqrt m' },
    {
      figure: 'exponent in n of the operations',
      atMost: 1.05,
      source: 'theorem: 1; with log n it is 1.10 from n = 2^14 to 2^17, and the bar is half-way',
    },
  ],
  measure: (seed) => {
    const [lengths, sizes] = [powers(10, 13), powers(14, 17)];
    const instance = (n: number, m: number) => almostPeriodic(n, m, { period: 2, k: 32, seed });
    const [shorter, longer] = [lengths.map((m) => instance(2 ** 15, m)), sizes.map((n) => instance(n, 2 ** 10))];
    const figures = (work: (text: Int32Array, pattern: Int32Array) => number) => ({
      'exponent in m of the operations a shift': powerExponent(
        lengths,
        shorter.map(([text, pattern]) => work(text, pattern) / (text.length - pattern.length + 1)),
      ),
      'exponent in n of the operations': powerExponent(
        sizes,
        longer.map(([text, pattern]) => work(text, pattern)),
      ),
    });
    const sum = (operations: object) => Object.values(operations).reduce((total: number, count: number) => total + count, 0);
    const bounded = (text: Int32Array, pattern: Int32Array) => kMismatchPeriodic(text, pattern, 32).operations.operations;
    const beyondFilter = figures((text, pattern) => sum({ ...bounded(text, pattern), coloring: 0 }));
    return {
      ours: {
        // The random colourings that stand for the filter of linear time are counted.
        ...figures((text, pattern) => sum(bounded(text, pattern))),
        'exponent in m without the filter': beyondFilter['exponent in m of the operations a shift'],
      },
      null: figures((text, pattern) => sum(hammingSqrt(text, pattern).operations.operations)),
    };
  },
});

/** O(n / epsilon^0.93). */
export const approximation = defineClaim({
  id: 'strings/approximate-work',
  paper: fasterAlgorithms,
  statement:
    'Distances up to a factor 1 ± epsilon take O(n / epsilon^0.93) operations, fewer than the n / epsilon of random colourings.',
  published: 'O(n / epsilon^0.93), a theorem that needs fast matrix multiplication',
  budget: 30,
  null: 'random colourings',
  bars: [
    { figure: 'largest error over epsilon', atMost: 1, source: 'theorem' },
    { figure: 'exponent in 1 / epsilon of the operations', atMost: 0.93, source: 'theorem' },
    { figure: 'share of the operations of random colourings', atMost: 1, scale: 'log', source: 'the statement: fewer' },
  ],
  measure: (seed) => {
    const inverses = [2, 4, 8, 16];
    const m = 128;
    const random = mulberry32(seed);
    const text = uniformSymbols(3 * m, 40, random);
    const pattern = uniformSymbols(m, 40, random);
    for (let j = 0; j < m; j++) if (random() < 0.7) text[m + j] = pattern[j];
    const exact = exactDistances({ text, pattern });
    let worst = 0;
    const work = inverses.map((inverse) => {
      const { distances, operations } = hammingFredman(text, pattern, { epsilon: 1 / inverse, seed });
      exact.forEach((distance, i) => {
        worst = Math.max(worst, (inverse * Math.abs(distances[i] - distance)) / Math.max(1, distance));
      });
      const { checks, lightPairs, multiplyAdds, coloring } = operations.operations;
      return checks + lightPairs + multiplyAdds + coloring;
    });
    // One ordinary convolution for each of 2/epsilon colours, as often as n requires.
    const size = text.length + m - 1;
    const colorings = inverses.map(
      (inverse) => Math.ceil(Math.log2(text.length / 1e-3)) * 2 * inverse * size * Math.log2(size),
    );
    const figures = (own: readonly number[]) => ({
      'exponent in 1 / epsilon of the operations': powerExponent(inverses, own),
      'share of the operations of random colourings': own[3] / colorings[3],
    });
    return {
      ours: {
        ...figures(work),
        'largest error over epsilon': worst,
        'operations a pair of symbols': work[3] / (exact.length * m),
      },
      null: figures(colorings),
    };
  },
});
