// The claims about exact distances: theorems about counted operations, and so are the experiments.
import { defineClaim } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { HammingSqrtSolution } from '../exact/hamming-sqrt.ts';
import { hammingSqrt } from '../exact/hamming-sqrt.ts';

import { fasterAlgorithms } from '../papers.ts';
import { equal, isSorted, powers, report, result } from './claim-tools.ts';
import { balancedSymbols, growthExponent, periodicSymbols, uniformSymbols } from './study-instances.ts';

/** O(n sqrt m). */
export const squareRoot = defineClaim({
  id: 'strings/sqrt-work',
  paper: fasterAlgorithms,
  statement:
    'Exact distances take O(n sqrt m) operations: at the alphabet sqrt m the charged operations per symbol of text grow with the square root of m, and in all linearly with n.',
  published: 'O(n sqrt m), a theorem',
  budget: 10,
  run: async (context) => {
    const lengths = powers(8, 14);
    const perSymbol = lengths.map((m) => {
      report(context, `m = ${m}`);
      return charged(hammingSqrt(...criticalPair(4 * m, m))) / (4 * m);
    });
    const m = 2 ** 10;
    const sizes = powers(13, 17);
    const inAll = sizes.map((n) => {
      report(context, `n = ${n}`);
      return charged(hammingSqrt(...criticalPair(n, m)));
    });
    const inPattern = growthExponent(lengths, perSymbol);
    const inText = growthExponent(sizes, inAll);
    return result(
      `exponent ${inPattern.toFixed(3)} in m for m = 2^8 … 2^14 at n = 4m, ${inText.toFixed(3)} in n for n = 2^13 … 2^17 at m = 2^10`,
      Math.abs(inPattern - 0.5) < 0.03 && Math.abs(inText - 1) < 0.05,
      { exponentInPattern: inPattern, exponentInText: inText, constant: perSymbol[0] / Math.sqrt(lengths[0]) },
    );
  },
});

/** No logarithm. */
export const withoutLogarithm = defineClaim({
  id: 'strings/sqrt-without-logarithm',
  paper: fasterAlgorithms,
  statement:
    "Abrahamson's logarithm is gone: at his critical alphabet the charged operations over n sqrt m rise with m for his algorithm and do not for the paper's.",
  published: 'O(n sqrt m) against O(n sqrt(m log m)), a theorem',
  budget: 10,
  run: async (context) => {
    const rows = [10, 12, 14].map((exponent) => {
      report(context, `m = 2^${exponent}`);
      const m = 2 ** exponent;
      const alphabetSize = Math.round(Math.sqrt(m / exponent));
      const random = mulberry32(5);
      const [text, pattern] = [4 * m, m].map((length) => balancedSymbols(length, alphabetSize, random));
      const scale = 4 * m * Math.sqrt(m);
      return {
        paper: charged(hammingSqrt(text, pattern)) / scale,
        abrahamson: chargeOfAbrahamson(text, pattern, alphabetSize) / scale,
      };
    });
    const list = (values: number[]) => values.map((value) => value.toFixed(2)).join(', ');
    const [papers, others] = [rows.map(({ paper }) => paper), rows.map(({ abrahamson }) => abrahamson)];
    return result(
      `${list(papers)} against ${list(others)} for m = 2^10, 2^12, 2^14`,
      isSorted(papers.toReversed()) && isSorted(others),
      { paperFirst: papers[0], paperLast: papers[2], abrahamsonFirst: others[0], abrahamsonLast: others[2] },
    );
  },
});

/** No randomness. */
export const deterministic = defineClaim({
  id: 'strings/sqrt-deterministic',
  paper: fasterAlgorithms,
  statement:
    'Randomness is not needed: the deterministic variant gives the same distances for at most a factor (log m log log m)^(1/4) more operations.',
  published: 'O(n sqrt m (log m log log m)^(1/4)), a theorem',
  budget: 15,
  run: async (context) => {
    let worst = 0;
    let wrong = 0;
    for (const m of powers(8, 14)) {
      report(context, `m = ${m}`);
      const log = Math.log2(m);
      const allowed = (log * Math.log2(log)) ** 0.25;
      for (const [text, pattern] of [criticalPair(4 * m, m), noisyPeriod(4 * m, m)]) {
        const randomized = hammingSqrt(text, pattern);
        const other = hammingSqrt(text, pattern, { variant: 'deterministic' });
        if (!equal(randomized.distances, other.distances)) wrong++;
        worst = Math.max(worst, charged(other) / (charged(randomized) * allowed));
      }
    }
    return result(
      `${wrong} of 14 pairs with other distances; at most ${worst.toFixed(2)} times the randomised operations times (log m log log m)^(1/4)`,
      wrong === 0 && worst <= 1,
      { wrong, largestShareOfAllowance: worst },
    );
  },
});

/** Independent symbols of an alphabet of sqrt m: frequent and rare symbols cost the same. */
function criticalPair(n: number, m: number): [Int32Array, Int32Array] {
  const random = mulberry32(5);
  const alphabetSize = Math.round(Math.sqrt(m));
  return [uniformSymbols(n, alphabetSize, random), uniformSymbols(m, alphabetSize, random)];
}

function noisyPeriod(n: number, m: number): [Int32Array, Int32Array] {
  const random = mulberry32(5);
  return [periodicSymbols(n, 7, 0.01, random), periodicSymbols(m, 7, 0.01, random)];
}

function charged({ operations }: HammingSqrtSolution): number {
  const { pairs, packedConvolution, exactConvolution, folding } = operations.operations;
  return pairs + packedConvolution + exactConvolution + folding;
}

/**
 * What Abrahamson's algorithm costs on the same blocks of 2m symbols: a transform of length 2U, 2U·log2(2U), for every
 * symbol that occurs √(m log2 m) times or more in the pattern, pairs for the others.
 */
function chargeOfAbrahamson(text: Int32Array, pattern: Int32Array, alphabetSize: number): number {
  const m = pattern.length;
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
}
