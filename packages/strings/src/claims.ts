// The claims of the paper of this package, and the experiments that check them. It has no experiments itself: its
// theorems are about counted operations, and so are these. Where its gain needs fast matrix multiplication or a
// filter that is only charged here, the verdict says so.
import { type Claim, type ClaimContext, type ClaimResult, defineClaim, type Paper } from '@infimum/core';
import { approximateExactTriangleCounts } from './exact-triangle.ts';
import { exactDistances } from './hamming-distances.ts';
import { hammingFredman } from './hamming-fredman.ts';
import { type HammingSqrtSolution, hammingSqrt } from './hamming-sqrt.ts';
import { mulberry32 } from './instances.ts';
import { type KMismatchPeriodicDistances, kMismatchPeriodic } from './k-mismatch-periodic.ts';
import {
  balancedSymbols,
  growthExponent,
  periodicSymbols,
  uniformSymbols,
  withChanges,
} from './study-instances.ts';
import { sumset } from './sumset.ts';
import { hammingViaThreeSum, rangeDifferenceCounts } from './three-sum-equivalence.ts';

/** The paper of the algorithms for study. */
export const fasterAlgorithms: Paper = {
  title: 'Faster algorithms for text-to-pattern Hamming distances',
  arxiv: '2310.13174',
  year: 2023,
};

/** Text and pattern in numbers. */
interface Pair {
  readonly text: Int32Array;
  readonly pattern: Int32Array;
}

const squareRoot = defineClaim({
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
      {
        exponentInPattern: inPattern,
        exponentInText: inText,
        constant: perSymbol[0] / Math.sqrt(lengths[0]),
      },
    );
  },
});

const withoutLogarithm = defineClaim({
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
        abrahamson: chargeOfAbrahamson({ text, pattern }, alphabetSize) / scale,
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

const deterministic = defineClaim({
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
        const randomised = hammingSqrt(text, pattern);
        const other = hammingSqrt(text, pattern, { variant: 'deterministic' });
        if (!equal(randomised.distances, other.distances)) wrong++;
        worst = Math.max(worst, charged(other) / (charged(randomised) * allowed));
      }
    }
    return result(
      `${wrong} of 14 pairs with other distances; at most ${worst.toFixed(2)} times the randomised operations times (log m log log m)^(1/4)`,
      wrong === 0 && worst <= 1,
      { wrong, largestShareOfAllowance: worst },
    );
  },
});

const bounded = defineClaim({
  id: 'strings/k-mismatch-work',
  paper: fasterAlgorithms,
  statement:
    'Distances up to k take O(n + nk / sqrt m) operations: per symbol of text no more with longer patterns as long as k ≤ sqrt m, and in all linear in n.',
  published: 'O(n + nk / sqrt m), a theorem',
  budget: 30,
  run: async (context) => {
    const k = 32;
    const lengths = powers(10, 13);
    const perSymbol = lengths.map((m) => {
      report(context, `m = ${m}`);
      return afterFilter(kMismatchPeriodic(...almostPeriodic(2 ** 15, m, k), k)) / 2 ** 15;
    });
    const sizes = powers(14, 18);
    const m = 2 ** 10;
    const inAll = sizes.map((n) => {
      report(context, `n = ${n}`);
      return afterFilter(kMismatchPeriodic(...almostPeriodic(n, m, k), k));
    });
    const inText = growthExponent(sizes, inAll);
    const isFlat = Math.max(...perSymbol) <= 1.2 * perSymbol[0];
    return {
      measured:
        `after the filter ${perSymbol[0].toFixed(2)} to ${perSymbol[perSymbol.length - 1].toFixed(2)} operations a symbol for ` +
        `m = 2^10 … 2^13 at k = ${k}, and exponent ${inText.toFixed(3)} in n for n = 2^14 … 2^18; the linear-time filter itself is replaced by ` +
        'random colourings and not counted',
      verdict: isFlat && Math.abs(inText - 1) < 0.1 ? 'partly reproduced' : 'not reproduced',
      figures: {
        perSymbolShortest: perSymbol[0],
        perSymbolLongest: perSymbol[perSymbol.length - 1],
        exponentInText: inText,
      },
    };
  },
});

const approximation = defineClaim({
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
      const { distances, stats } = hammingFredman(text, pattern, { epsilon: 1 / inverse });
      exact.forEach((distance, i) => {
        worst = Math.max(worst, (inverse * Math.abs(distances[i] - distance)) / Math.max(1, distance));
      });
      const { checks, lightPairs, multiplyAdds } = stats.operations;
      return checks + lightPairs + multiplyAdds;
    });
    const perPair = work[work.length - 1] / (exact.length * m);
    const exponent = growthExponent(inverses, work);
    return {
      measured:
        `largest error ${worst.toFixed(2)} epsilon; with ordinary matrix multiplication at m = ${m} ${perPair.toFixed(0)} operations ` +
        `for every pair of symbols that the double loop compares, exponent ${exponent.toFixed(2)} in 1/epsilon: every witness is sampled, ` +
        'and the answer is exact instead of cheap',
      verdict: 'not reproduced',
      figures: { largestErrorOverEpsilon: worst, operationsPerPair: perPair, exponent },
    };
  },
});

const equivalence = defineClaim({
  id: 'strings/three-sum-equivalence',
  paper: fasterAlgorithms,
  statement:
    'Hamming distances and counting 3SUM with targets in a range are the same problem: each solves the other.',
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
      const [a, b] = [n, n].map((length) =>
        Array.from({ length }, () => Math.floor(8 * size * random()) - 4 * size),
      );
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

const sumsets = defineClaim({
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

const triangles = defineClaim({
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

/** One claim for each theorem, lemma and reduction. */
export const stringClaims: readonly Claim[] = [
  squareRoot,
  withoutLogarithm,
  deterministic,
  bounded,
  approximation,
  equivalence,
  sumsets,
  triangles,
];

/** Tells what is being done, and stops if that is wanted. */
function report({ signal, onProgress }: ClaimContext, message: string): void {
  signal?.throwIfAborted();
  onProgress?.(message);
}

function result(measured: string, holds: boolean, figures: Readonly<Record<string, number>>): ClaimResult {
  return { measured, verdict: holds ? 'reproduced' : 'not reproduced', figures };
}

/** 2^from … 2^to. */
function powers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));
}

function isSorted(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || values[i - 1] <= value);
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => value === b[i]);
}

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

/** Text and pattern of period 2 with so few changes that many shifts are hits; the pattern is the same for every n. */
function almostPeriodic(n: number, m: number, k: number): [Int32Array, Int32Array] {
  const periodic = (length: number) => Int32Array.from({ length }, (_, i) => i % 2);
  const text = withChanges(periodic(n), (k / 4) * (n / m), mulberry32(1));
  return [text, withChanges(periodic(m), k / 4, mulberry32(2))];
}

function charged({ stats }: HammingSqrtSolution): number {
  const { pairs, packedConvolution, exactConvolution, folding } = stats.operations;
  return pairs + packedConvolution + exactConvolution + folding;
}

function afterFilter({ stats }: KMismatchPeriodicDistances): number {
  const { verifications, pairs, packedConvolution, exactConvolution, folding } = stats.operations;
  return verifications + pairs + packedConvolution + exactConvolution + folding;
}

/**
 * What Abrahamson's algorithm costs on the same blocks of 2m symbols: a transform of length 2U, 2U·log2(2U), for every
 * symbol that occurs √(m log2 m) times or more in the pattern, pairs for the others.
 */
function chargeOfAbrahamson({ text, pattern }: Pair, alphabetSize: number): number {
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
    for (let k = 0; k < inner; k += i % 16 === 0 ? 1 : 2)
      a.values[i * inner + k] = 100 - b.values[k * side + i];
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
