// The claims about bounded and approximate distances. Where the gain needs fast matrix multiplication or a filter that is
// only charged here, the figures say so, and the verdict follows from them.
import { defineClaim } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { KMismatchPeriodicDistances } from '../bounded/k-mismatch-periodic.ts';
import { kMismatchPeriodic } from '../bounded/k-mismatch-periodic.ts';
import { exactDistances } from '../exact/hamming-distances.ts';
import { fasterAlgorithms } from '../papers.ts';
import { hammingFredman } from '../reductions/hamming-fredman.ts';
import { powers, report } from './claim-tools.ts';
import { almostPeriodic, growthExponent, uniformSymbols } from './study-instances.ts';

/** O(n + nk / sqrt m). */
export const bounded = defineClaim({
  id: 'strings/k-mismatch-work',
  paper: fasterAlgorithms,
  statement:
    'Distances up to k take O(n + nk / sqrt m) operations: per shift no more with longer patterns as long as k ≤ sqrt m, and in all linear in n.',
  published: 'O(n + nk / sqrt m), a theorem',
  budget: 30,
  run: async (context) => {
    const k = 32;
    const lengths = powers(10, 13);
    const inPattern = lengths.map((m) => {
      report(context, `m = ${m}`);
      return workOf(kMismatchPeriodic(...almostPeriodic(2 ** 15, m, { period: 2, k }), k));
    });
    const sizes = powers(14, 18);
    const m = 2 ** 10;
    const inText = sizes.map((n) => {
      report(context, `n = ${n}`);
      return workOf(kMismatchPeriodic(...almostPeriodic(n, m, { period: 2, k }), k));
    });
    const exponent = (of: (work: Work) => number) =>
      growthExponent(
        sizes,
        inText.map((work, i) => of(work) * (sizes[i] - m + 1)),
      );
    const holds = (of: (work: Work) => number) =>
      Math.max(...inPattern.map(of)) <= 1.2 * of(inPattern[0]) && Math.abs(exponent(of) - 1) < 0.1;
    const after = ({ afterFilter }: Work) => afterFilter;
    const all = ({ afterFilter, filter }: Work) => afterFilter + filter;
    const [first, last] = [inPattern[0], inPattern[inPattern.length - 1]];
    return {
      measured:
        `after the filter ${first.afterFilter.toFixed(2)} to ${last.afterFilter.toFixed(2)} operations a shift for ` +
        `m = 2^10 … 2^13 at k = ${k}, and exponent ${exponent(after).toFixed(3)} in n for n = 2^14 … 2^18; with the random colourings ` +
        `that stand for the linear-time filter ${all(first).toFixed(0)} to ${all(last).toFixed(0)}, which grow with log m`,
      verdict: holds(all) ? 'reproduced' : holds(after) ? 'partly reproduced' : 'not reproduced',
      figures: {
        perShiftShortest: first.afterFilter,
        perShiftLongest: last.afterFilter,
        filterShortest: first.filter,
        filterLongest: last.filter,
        exponentInText: exponent(after),
        exponentOfAllInText: exponent(all),
      },
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
  budget: 60,
  run: async (context) => {
    const inverses = [2, 4, 8, 16];
    const m = 128;
    const random = mulberry32(3);
    const text = uniformSymbols(3 * m, 40, random);
    const pattern = uniformSymbols(m, 40, random);
    for (let j = 0; j < m; j++) if (random() < 0.7) text[m + j] = pattern[j];
    const exact = exactDistances({ text, pattern });
    let worst = 0;
    const work = inverses.map((inverse) => {
      report(context, `epsilon = 1/${inverse}`);
      const { distances, operations } = hammingFredman(text, pattern, { epsilon: 1 / inverse });
      exact.forEach((distance, i) => {
        worst = Math.max(worst, (inverse * Math.abs(distances[i] - distance)) / Math.max(1, distance));
      });
      const { checks, lightPairs, multiplyAdds, coloring } = operations.operations;
      return checks + lightPairs + multiplyAdds + coloring;
    });
    // One ordinary convolution for each of 2/epsilon colours, as often as n asks for.
    const size = text.length + m - 1;
    const colorings = inverses.map(
      (inverse) => Math.ceil(Math.log2(text.length / 1e-3)) * 2 * inverse * size * Math.log2(size),
    );
    const last = inverses.length - 1;
    const exponent = growthExponent(inverses, work);
    const overColorings = work[last] / colorings[last];
    const perPair = work[last] / (exact.length * m);
    const isRight = worst <= 1;
    const isCheaper = exponent <= 0.98 && overColorings < 1 && perPair < 1;
    return {
      measured:
        `largest error ${worst.toFixed(2)} epsilon; with ordinary matrix multiplication at m = ${m} and epsilon = 1/${inverses[last]} ` +
        `${overColorings.toPrecision(2)} times the operations of random colourings and ${perPair.toFixed(0)} for every pair of symbols that the ` +
        `double loop compares, exponent ${exponent.toFixed(2)} in 1/epsilon: every witness is sampled, and small distances need colourings too`,
      verdict: isRight && isCheaper ? 'reproduced' : 'not reproduced',
      figures: { largestErrorOverEpsilon: worst, operationsPerPair: perPair, operationsOverColorings: overColorings, exponent },
    };
  },
});

/** Operations per shift. */
interface Work {
  readonly afterFilter: number;
  readonly filter: number;
}

function workOf({ operations, distances }: KMismatchPeriodicDistances): Work {
  const { verifications, pairs, packedConvolution, exactConvolution, folding, coloring } = operations.operations;
  return {
    afterFilter: (verifications + pairs + packedConvolution + exactConvolution + folding) / distances.length,
    filter: coloring / distances.length,
  };
}
