// The claims of the two papers on streams of rows, and the experiments that check them.
import type { Claim, Paper } from '@infimum/core';
import { defineClaim, Random } from '@infimum/core';
import type { Trial } from '@infimum/core/claim';
import { powerExponent } from '@infimum/core/claim';
import { portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '../matrices.ts';
import { lightStream, lowerBoundStream, mixedStream, sortedStream } from './streaming-instances.ts';
import type { StreamingTopEigenvectorOptions } from './streaming-options.ts';
import { streamingTopEigenvector } from './streaming-top-eigenvector.ts';

/** The paper of the block power method. */
export const randomOrderPaper: Paper = {
  title: 'On approximating the top eigenvector in random order streams',
  arxiv: '2412.11963',
  year: 2024,
};

/** The paper of the ladder. */
export const arbitraryOrderPaper: Paper = {
  title: 'Spectral guarantees for adversarial streaming PCA',
  arxiv: '2408.10332',
  year: 2024,
};

const published = 'none published: the paper proves and has no experiments';

const CORRELATION = 'squared correlation';
const finds = 'the statement: finds it, nine tenths of the vector';

/** The claims on streams of rows. */
export const streamingClaims: readonly Claim[] = [
  defineClaim({
    id: 'linalg/streaming-random-order',
    paper: randomOrderPaper,
    statement:
      'In random order the squared correlation is 1 - O(1/sqrt(R)) in (h + O(1)) d numbers, h being the number of heavy rows.',
    published,
    budget: 60,
    seeds: 40,
    null: 'Oja’s rule with the rate 1 in place of the power method',
    bars: [
      { figure: 'exponent in R of 1 - corr²', atMost: -0.5, source: 'theorem' },
      {
        figure: 'exponent in n of the vectors beside the heavy rows',
        atMost: 0.02,
        source: 'theorem: O(1); with log n it is 0.13 from n = 2000 to 8000, with a root 0.5',
      },
    ],
    measure: (seed) => {
      const [gaps, lengths] = [
        [12, 50, 203],
        [2000, 4000, 8000],
      ];
      const stream = (n: number, R: number) => mixedStream({ n, d: 50, R, h: 3 }, seed);
      const figures = (options: StreamingTopEigenvectorOptions) => {
        const losses = gaps.map((R) => 1 - correlation(stream(8000, R), options, seed));
        const vectors = lengths.map((n) => {
          const { floatsStored, heavyRows } = streamingTopEigenvector(stream(n, 50), { ...options, seed });
          return floatsStored / 50 - heavyRows;
        });
        return {
          'exponent in R of 1 - corr²': powerExponent(gaps, losses),
          'exponent in n of the vectors beside the heavy rows': powerExponent(lengths, vectors),
          ...Object.fromEntries(gaps.map((R, k) => [`1 - corr²@${R}`, losses[k]])),
        };
      };
      return { ours: figures({ finish: 'max' }), null: figures({ method: 'oja-ladder', stepSizes: [1] }) };
    },
  }),
  defineClaim({
    id: 'linalg/streaming-lower-bound',
    paper: randomOrderPaper,
    statement: 'With O(h d / R) bits no algorithm exceeds 1 - Ω(1/R²).',
    published,
    budget: 20,
    null: 'all heavy rows stored',
    limit: 'one hard family and one algorithm, not a bound for all',
    bars: [
      {
        figure: 'exponent in R of 1 - corr²',
        atLeast: -2.5,
        source: 'theorem: no less than R^-2; the next power is R^-3, and the bar is half-way',
      },
      {
        figure: 'R² (1 - corr²) at R = 32',
        atLeast: 0.01,
        source: 'theorem: a constant, however small; rounding leaves 1e-13',
      },
    ],
    measure: (seed) => {
      const gaps = [8, 16, 32];
      const figures = (optionsOf: (R: number) => StreamingTopEigenvectorOptions) => {
        const losses = gaps.map((R) =>
          Math.max(1e-16, 1 - correlation(lowerBoundStream({ d: 400, h: 64, R }, seed), optionsOf(R), seed)),
        );
        return { 'exponent in R of 1 - corr²': powerExponent(gaps, losses), 'R² (1 - corr²) at R = 32': 32 ** 2 * losses[2] };
      };
      return { ours: figures((R) => ({ maxHeavy: 64 / R })), null: figures(() => ({})) };
    },
  }),
  defineClaim({
    id: 'linalg/streaming-arbitrary-order',
    paper: randomOrderPaper,
    statement: 'The algorithm for arbitrary order needs only R = Ω(log² d) in arbitrary order and Ω(log d) in random order.',
    published,
    budget: 30,
    null: 'R = ln d in descending order',
    limit: 'd up to 100, and two of the orders that an adversary has',
    bars: ['descending order, R = ln² d', 'ascending order, R = ln² d', 'random order, R = ln d'].map((order) => ({
      figure: `${CORRELATION}, ${order}`,
      atLeast: 0.9,
      source: finds,
    })),
    measure: (seed) => {
      const [n, d] = [4000, 100];
      const [wide, narrow] = [Math.ceil(portableLog(d) ** 2), Math.ceil(portableLog(d))];
      const found = (rows: DenseMatrix) => correlation(rows, { method: 'oja-ladder', stepSizes: RATES }, seed);
      const sorted = (R: number, order: 'descending' | 'ascending') => found(sortedStream({ n, d, R, order }, seed));
      const light = lightStream({ n, d, R: narrow }, seed);
      const figures = (descending: number, ascending: number, random: number) => ({
        [`${CORRELATION}, descending order, R = ln² d`]: descending,
        [`${CORRELATION}, ascending order, R = ln² d`]: ascending,
        [`${CORRELATION}, random order, R = ln d`]: random,
      });
      const few = sorted(narrow, 'descending');
      return {
        ours: figures(
          sorted(wide, 'descending'),
          sorted(wide, 'ascending'),
          found({ ...light, values: light.values.map((value) => value / Math.sqrt(n)) }),
        ),
        null: figures(few, few, few),
      };
    },
  }),
  defineClaim({
    id: 'linalg/streaming-any-order',
    paper: arbitraryOrderPaper,
    statement:
      'In any order, one pass of Oja’s rule at all rates of a ladder finds the top eigenvector in about d log n numbers when R is at least of the order of log n log d, without knowing the rate.',
    published,
    budget: 60,
    null: 'one rate, 1, in place of the ladder',
    limit: 'three of the orders that an adversary has',
    bars: [
      { figure: `${CORRELATION}, the worst of three orders, n = 1000 and 4000`, atLeast: 0.9, source: finds },
      { figure: 'numbers held over d log2 n', atMost: 2, source: 'the statement: about d log n, within a factor of two' },
    ],
    measure: (seed) => {
      const d = 50;
      const figures = (options: StreamingTopEigenvectorOptions) => {
        const [found, held] = [[] as number[], [] as number[]];
        for (const n of [1000, 4000]) {
          const sizes = { n, d, R: Math.ceil(portableLog(n) * portableLog(d)) };
          for (const order of ['descending', 'ascending', 'random'] as const) {
            const rows = order === 'random' ? lightStream(sizes, seed) : sortedStream({ ...sizes, order }, seed);
            found.push(correlation(rows, { method: 'oja-ladder', ...options }, seed));
          }
          const { floatsStored } = streamingTopEigenvector(lightStream(sizes, seed), { method: 'oja-ladder', ...options });
          held.push(floatsStored / d / Math.log2(n));
        }
        return {
          [`${CORRELATION}, the worst of three orders, n = 1000 and 4000`]: Math.min(...found),
          'numbers held over d log2 n': Math.max(...held),
        };
      };
      return { ours: figures({}), null: figures({ stepSizes: [1] }) };
    },
  }),
  defineClaim({
    id: 'linalg/streaming-fixed-rate',
    paper: randomOrderPaper,
    statement: 'Oja’s rule with one fixed rate fails when R is of the order of log d / log log d, whatever the rate.',
    published,
    budget: 60,
    null: 'a gap of 1.5 ln d, at which some rate succeeds',
    bars: [
      {
        figure: 'squared correlation of the best rate, d = 400',
        atMost: 0.5,
        source: 'the statement: it fails, nearer to 0 than to 1',
      },
      { figure: 'exponent in d of it', atMost: 0, source: 'the statement: it does not get better as d grows' },
    ],
    measure: fixedRate,
  }),
];

/** A ladder for rows of mass one in each direction. */
const RATES = Array.from({ length: 13 }, (_, k) => 2 ** (k - 6));

/** The best of 22 rates from 0.05 to 64 on the hard stream: R equal rows along one axis, and 40 small ones along every other. */
function bestFixedRate(d: number, R: number, seed: number): number {
  const [n, small] = [R + 40 * (d - 1), Math.sqrt(1 / 40)];
  const order = new Random(seed).permutation(n);
  const values = new Float64Array(n * d);
  for (let t = 0; t < n; t++) {
    const k = order[t];
    if (k < R) values[t * d] = 1;
    else values[t * d + 1 + ((k - R) % (d - 1))] = small;
  }
  let best = 0;
  for (let rate = 0.05; rate <= 64; rate *= 1.4) {
    const { vector } = streamingTopEigenvector({ rows: n, cols: d, values }, { method: 'oja-ladder', stepSizes: [rate], seed });
    best = Math.max(best, vector[0] ** 2);
  }
  return best;
}

function fixedRate(seed: number): Trial {
  const sizes = [50, 100, 200, 400];
  const figures = (gap: (d: number) => number) => {
    const found = sizes.map((d) => bestFixedRate(d, Math.ceil(gap(d)), seed));
    return {
      'squared correlation of the best rate, d = 400': found[3],
      'exponent in d of it': powerExponent(
        sizes,
        found.map((value) => Math.max(1e-9, value)),
      ),
      ...Object.fromEntries(sizes.map((d, k) => [`best rate@${d}`, found[k]])),
    };
  };
  return {
    ours: figures((d) => (0.7 * portableLog(d)) / portableLog(portableLog(d))),
    null: figures((d) => 1.5 * portableLog(d)),
  };
}

/** The squared correlation of what is found in a stream with its top eigenvector. */
function correlation(rows: DenseMatrix, options: StreamingTopEigenvectorOptions, seed: number): number {
  const truth = streamingTopEigenvector(rows, { method: 'covariance' }).vector;
  const { vector } = streamingTopEigenvector(rows, { ...options, seed });
  return truth.reduce((sum, value, j) => sum + value * vector[j], 0) ** 2;
}
