// The claims about exact distances: theorems about counted operations, and so are the experiments.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { HammingSqrtSolution } from '../exact/hamming-sqrt.ts';
import { hammingSqrt } from '../exact/hamming-sqrt.ts';
import { fasterAlgorithms } from '../papers.ts';
import { balancedSymbols, differences, periodicSymbols, powers } from './study-instances.ts';

const ABRAHAMSON = 'Abrahamson’s algorithm, which is deterministic too';

/** O(n sqrt m). */
export const squareRoot = defineClaim({
  id: 'strings/sqrt-work',
  paper: fasterAlgorithms,
  statement: 'Exact distances take O(n sqrt m) operations, whatever the alphabet.',
  published: 'O(n sqrt m), a theorem',
  budget: 60,
  null: ABRAHAMSON,
  bars: [
    {
      figure: 'exponent in m of the operations a symbol of text, at the worse of two alphabets',
      atMost: 0.53,
      source: 'theorem: 1/2; with a root of log m it is 0.57 from m = 2^8 to 2^13, and the bar is nearer to the first',
    },
    {
      figure: 'exponent in n of the operations',
      atMost: 1.05,
      source: 'theorem: 1; with log n it is 1.10 from n = 2^14 to 2^17, and the bar is half-way',
    },
  ],
  measure: (seed) => {
    const [lengths, sizes] = [powers(8, 13), powers(14, 17)];
    const figures = (work: Work) => ({
      'exponent in m of the operations a symbol of text, at the worse of two alphabets': powerExponent(
        lengths,
        lengths.map((m) => Math.max(...alphabetsOf(m).map((size) => work(4 * m, m, size, seed) / (4 * m)))),
      ),
      'exponent in n of the operations': powerExponent(
        sizes,
        sizes.map((n) => work(n, 2 ** 9, 23, seed)),
      ),
    });
    return { ours: figures(randomized), null: figures(abrahamson) };
  },
});

/** No logarithm. */
export const withoutLogarithm = defineClaim({
  id: 'strings/sqrt-without-logarithm',
  paper: fasterAlgorithms,
  statement: 'Abrahamson’s logarithm vanishes, also at his critical alphabet.',
  published: 'O(n sqrt m) against O(n sqrt(m log m)), a theorem',
  budget: 20,
  null: ABRAHAMSON,
  bars: [
    { figure: 'exponent in m of the operations over n sqrt m', atMost: 0, source: 'theorem: they are bounded' },
    { figure: 'share of the operations of Abrahamson at m = 2^14', atMost: 1, scale: 'log', source: 'the statement: fewer' },
  ],
  measure: (seed) => {
    const lengths = [2 ** 10, 2 ** 12, 2 ** 14];
    const [ours, theirs] = [randomized, abrahamson].map((work) =>
      lengths.map((m) => work(4 * m, m, alphabetsOf(m)[1], seed) / (4 * m * Math.sqrt(m))),
    );
    const figures = (own: readonly number[]) => ({
      'exponent in m of the operations over n sqrt m': powerExponent(lengths, own),
      'share of the operations of Abrahamson at m = 2^14': own[2] / theirs[2],
      ...Object.fromEntries(lengths.map((m, k) => [`operations over n sqrt m@${m}`, own[k]])),
    });
    return { ours: figures(ours), null: figures(theirs) };
  },
});

/** No randomness. */
export const deterministic = defineClaim({
  id: 'strings/sqrt-deterministic',
  paper: fasterAlgorithms,
  statement:
    'Randomness is not needed: the same distances, deterministically, in O(n sqrt m (log m log log m)^(1/4)) operations.',
  published: 'O(n sqrt m (log m log log m)^(1/4)), a theorem',
  budget: 30,
  null: ABRAHAMSON,
  bars: [
    { figure: 'shifts with another distance', atMost: 0, source: 'the statement: the same' },
    {
      figure: 'exponent in m of the operations over n sqrt m (log m log log m)^(1/4)',
      atMost: 0,
      source: 'theorem: they are bounded',
    },
  ],
  measure: (seed) => {
    const lengths = powers(8, 13);
    const allowed = (m: number) => 4 * m * Math.sqrt(m) * (Math.log2(m) * Math.log2(Math.log2(m))) ** 0.25;
    let wrong = 0;
    const work = lengths.map((m) => {
      const random = mulberry32(seed);
      const noisy = [4 * m, m].map((n) => periodicSymbols(n, 7, 0.01, random));
      const costs = [...alphabetsOf(m).map((size) => balancedPair(4 * m, m, size, seed)), noisy].map(([text, pattern]) => {
        const other = hammingSqrt(text, pattern, { variant: 'deterministic' });
        wrong += differences(hammingSqrt(text, pattern).distances, other.distances);
        return charged(other);
      });
      return Math.max(...costs) / allowed(m);
    });
    const theirs = lengths.map((m) => abrahamson(4 * m, m, alphabetsOf(m)[1], seed) / allowed(m));
    const name = 'exponent in m of the operations over n sqrt m (log m log log m)^(1/4)';
    return {
      ours: { 'shifts with another distance': wrong, [name]: powerExponent(lengths, work) },
      null: { 'shifts with another distance': 0, [name]: powerExponent(lengths, theirs) },
    };
  },
});

/** Sizes at which frequent and rare symbols cost the same: here, and for Abrahamson. */
const alphabetsOf = (m: number): readonly number[] => [Math.round(Math.sqrt(m)), Math.round(Math.sqrt(m / Math.log2(m)))];

/** Operations on a text and a pattern. */
type Work = (n: number, m: number, alphabetSize: number, seed: number) => number;

function balancedPair(n: number, m: number, alphabetSize: number, seed: number): Int32Array[] {
  const random = mulberry32(seed);
  return [n, m].map((length) => balancedSymbols(length, alphabetSize, random));
}

const randomized: Work = (n, m, alphabetSize, seed) => {
  const [text, pattern] = balancedPair(n, m, alphabetSize, seed);
  return charged(hammingSqrt(text, pattern));
};

function charged({ operations }: HammingSqrtSolution): number {
  const { pairs, packedConvolution, exactConvolution, folding } = operations.operations;
  return pairs + packedConvolution + exactConvolution + folding;
}

/**
 * The cost of Abrahamson's algorithm on the same blocks of 2m symbols: a transform of length 2U, 2U·log2(2U), for every
 * symbol that occurs √(m log2 m) times or more in the pattern, pairs for the others.
 */
const abrahamson: Work = (n, m, alphabetSize, seed) => {
  const [text, pattern] = balancedPair(n, m, alphabetSize, seed);
  const threshold = Math.sqrt(m * Math.log2(m));
  const occurrences = (symbols: Int32Array): Int32Array => {
    const counts = new Int32Array(alphabetSize);
    for (const symbol of symbols) counts[symbol]++;
    return counts;
  };
  const inPattern = occurrences(pattern);
  let charge = 0;
  for (let start = 0; start + m <= text.length; start += m + 1) {
    const inBlock = occurrences(text.subarray(start, start + 2 * m));
    for (let c = 0; c < alphabetSize; c++) {
      charge += inPattern[c] >= threshold ? 4 * m * Math.log2(4 * m) : inPattern[c] * inBlock[c];
    }
  }
  return charge;
};
