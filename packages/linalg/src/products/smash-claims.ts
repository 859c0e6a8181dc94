// The claims of the thesis on SMASH, and the experiments that check them. Its hardware is not available, so claims about time
// are checked by counted cycles on a simulated block of 64 threads, and claims about counts by counting.
import type { Claim, Paper } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import type { RmatShape } from './rmat.ts';
import { rmat } from './rmat.ts';
import type { SmashSimulation } from './simulate-smash.ts';
import { simulateSmash } from './simulate-smash.ts';
import { spgemm } from './spgemm.ts';

/** The thesis. */
export const smashPaper: Paper = { title: 'SMASH: Sparse Matrix Atomic Scratchpad Hashing', arxiv: '2105.14156', year: 2021 };

/** Rows of the thesis' length, a quarter of their number: 4096 of 16 384, 63 553 of 254 211 entries. */
const T12 = { scale: 12, edges: 63_553, quarters: [0.4, 0.2, 0.2] } as const;
/** Smaller and more skewed ones, for the inner products, which take too long on the others. */
const G11 = { scale: 11, edges: 16_384, quarters: [0.57, 0.19, 0.19] } as const;

/** Threads of the simulated block. */
const THREADS = 64;

const simulate = (variant: 'v1' | 'v2' | 'v3', seed: number, quarters: RmatShape['quarters'] = T12.quarters): SmashSimulation =>
  simulateSmash(rmat({ ...T12, quarters }, 2 * seed - 1), rmat({ ...T12, quarters }, 2 * seed), { variant, threads: THREADS });

/** The claims of the thesis. */
export const smashClaims: readonly Claim[] = [
  defineClaim({
    id: 'linalg/smash-versions',
    paper: smashPaper,
    statement:
      'Each version of SMASH is faster than the one before: tokens and scattered hashing gain a factor of 2.3, dense fragments another 4.1.',
    published: '986.7 ms, 432.5 ms and 105.4 ms on a simulated block of 64 threads: 1 : 2.3 : 9.4',
    budget: 60,
    null: 'the first version in all places',
    bars: [
      {
        figure: 'cycles of V1 over those of V2',
        atLeast: 1.15,
        atMost: 4.6,
        scale: 'log',
        source: '2.3, within a factor of two',
      },
      {
        figure: 'cycles of V2 over those of V3',
        atLeast: 2.05,
        atMost: 8.2,
        scale: 'log',
        source: '4.1, within a factor of two',
      },
    ],
    measure: (seed) => {
      const [v1, v2, v3] = (['v1', 'v2', 'v3'] as const).map((variant) => simulate(variant, seed));
      // Without skew all rows of a window have as many products, which fit into their part of the table in V1.
      const [even1, even2] = (['v1', 'v2'] as const).map((variant) => simulate(variant, seed, [0.25, 0.25, 0.25]));
      return {
        ours: {
          'cycles of V1 over those of V2': v1.cycles / v2.cycles,
          'cycles of V2 over those of V3': v2.cycles / v3.cycles,
          'steps beyond the first slot in V1': v1.probesPerInsert,
          'cycles of V1 over those of V2, without skew': even1.cycles / even2.cycles,
          'steps beyond the first slot in V1, without skew': even1.probesPerInsert,
        },
        null: { 'cycles of V1 over those of V2': 1, 'cycles of V2 over those of V3': 1 },
      };
    },
  }),
  defineClaim({
    id: 'linalg/smash-balance',
    paper: smashPaper,
    statement: 'Tokens taken by idle threads remove the imbalance of rows distributed in advance.',
    published: 'none published as a number',
    budget: 30,
    null: 'rows dealt out in advance',
    bars: [
      {
        figure: 'work of the busiest thread beyond the mean, over the mean',
        atMost: 0.1,
        source: 'the statement: removed, that is a tenth of the mean at most',
      },
      {
        figure: 'share of the imbalance of dealt rows',
        atMost: 0.1,
        scale: 'log',
        source: 'the statement: removed, that is a tenth of it at most',
      },
    ],
    measure: (seed) => {
      const [dealt, tokens] = (['v1', 'v2'] as const).map((variant) => simulate(variant, seed).imbalance - 1);
      const figures = (excess: number) => ({
        'work of the busiest thread beyond the mean, over the mean': excess,
        'share of the imbalance of dealt rows': excess / dealt,
      });
      return { ours: figures(tokens), null: figures(dealt) };
    },
  }),
  defineClaim({
    id: 'linalg/smash-collisions',
    paper: smashPaper,
    statement: 'Hashing by low-order bits has far fewer collisions than hashing by high-order bits.',
    published: 'none published as a number',
    budget: 30,
    null: 'hashing by high-order bits',
    bars: [
      {
        figure: 'collisions by high-order bits over those by low-order bits',
        atLeast: 10,
        scale: 'log',
        source: 'the statement: far fewer, by an order of magnitude',
      },
    ],
    measure: (seed) => {
      const [a, b] = [rmat(T12, 2 * seed - 1), rmat(T12, 2 * seed)];
      const [high, low] = (['smash-v1', 'smash-v2'] as const).map((kernel) => spgemm(a, b, { kernel }).probesPerInsert ?? 0);
      const name = 'collisions by high-order bits over those by low-order bits';
      return { ours: { [name]: high / low, 'steps by high-order bits': high, 'by low-order bits': low }, null: { [name]: 1 } };
    },
  }),
  defineClaim({
    id: 'linalg/smash-traffic',
    paper: smashPaper,
    statement:
      'Row-wise products with immediate merging move less memory than outer products, and those less than inner products.',
    published: 'none published as a number',
    budget: 30,
    null: 'inner products in place of row-wise ones, row-wise ones in place of inner ones',
    bars: [
      {
        figure: 'traffic of row-wise products over that of outer ones',
        atMost: 1,
        scale: 'log',
        source: 'the statement: less',
      },
      { figure: 'traffic of outer products over that of inner ones', atMost: 1, scale: 'log', source: 'the statement: less' },
    ],
    measure: (seed) => {
      const [a, b] = [rmat(G11, 2 * seed - 1), rmat(G11, 2 * seed)];
      const bytes = (['smash-v3', 'outer', 'inner'] as const).map((kernel) => {
        const { readElements, writeElements, partialTriples } = spgemm(a, b, { kernel }).traffic;
        return 12 * (readElements + writeElements) + 2 * 16 * partialTriples;
      });
      const figures = ([rowWise, outer, inner]: readonly number[]) => ({
        'traffic of row-wise products over that of outer ones': rowWise / outer,
        'traffic of outer products over that of inner ones': outer / inner,
      });
      return { ours: figures(bytes), null: figures(bytes.toReversed()) };
    },
  }),
];
