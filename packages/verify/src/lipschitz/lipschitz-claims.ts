// What the paper on local Lipschitz constants claims, measured again.
import type { ClaimContext } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { regionAround } from '../bounds/region.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import { branchAndBoundLipschitz } from './branch-and-bound-lipschitz.ts';
import { exactLipschitz } from './exact-lipschitz.ts';
import type { LipschitzInstance } from './local-lipschitz.ts';
import { localLipschitz } from './propagated-lipschitz.ts';

const paper = {
  title: 'Efficiently Computing Local Lipschitz Constants of Neural Networks via Bound Propagation',
  arxiv: '2210.07394',
  year: 2022,
};

/** Counts over many networks. */
export interface TightnessCount {
  /** Networks. */
  readonly networks: number;
  /** Networks on which some bound was larger than one that should be looser. */
  readonly disorders: number;
  /** Small networks that branch and bound closed to the exact constant. */
  readonly exact: number;
  /** The geometric mean of linear over RecurJac. */
  readonly ratio: number;
  /** Networks on which RecurJac's bound was above intervals', were they exchanged. */
  readonly exchanged: number;
}

/** Compares all bounds on random networks of a few sizes. */
export function countTightness(networks: number, { signal }: ClaimContext = {}, first = 1000): TightnessCount {
  let [disorders, exact, logRatio, exchanged, done] = [0, 0, 0, 0, 0];
  for (; done < networks && !signal?.aborted; done++) {
    const inputs = 2 + (done % 3);
    const width = 4 + (done % 5);
    const instance: LipschitzInstance = {
      network: randomDenseNetwork([inputs, width, width, 1 + (done % 2)], first + done),
      region: regionAround(randomCenter(inputs, first + done), 0.1 + 0.1 * (done % 4)),
    };
    const truth = exactLipschitz(instance);
    const searched = branchAndBoundLipschitz(instance, { maxDomains: 2000 });
    const [linear, recurjac, interval, norms] = [
      localLipschitz(instance).bound,
      ...(['recurjac', 'interval', 'norms'] as const).map((method) => localLipschitz(instance, { method }).bound),
    ];
    const isDisordered = (order: number[]) => order.some((bound, i) => i > 0 && !(order[i - 1] <= bound * (1 + 1e-7) + 1e-12));
    if (isDisordered([truth.lowerBound, truth.bound, searched.bound, linear, recurjac, interval, norms])) disorders++;
    if (isDisordered([recurjac, linear])) exchanged++;
    if (searched.bound <= truth.bound * (1 + 1e-7) + 1e-12) exact++;
    logRatio += recurjac > 0 ? Math.log(linear / recurjac) : 0;
  }
  return { networks: done, disorders, exact, ratio: Math.exp(logRatio / Math.max(1, done)), exchanged };
}

/** Linear bounds over RecurJac's. */
function ratioTo(dims: readonly number[], radius: number, seed: number): number {
  const instance = { network: randomDenseNetwork(dims, seed), region: regionAround(randomCenter(dims[0], seed), radius) };
  return localLipschitz(instance).bound / localLipschitz(instance, { method: 'recurjac' }).bound;
}

/** Both claims. */
export const lipschitzClaims = [
  defineClaim({
    id: 'verify/local-lipschitz-tightness',
    paper,
    statement:
      'Linear bounds lie between the exact constant and RecurJac’s bound on every network, RecurJac’s below intervals, intervals below products of norms; branch and bound comes close to exact on small networks.',
    published: 'the order, on all networks tried; no table available',
    budget: 25,
    null: 'linear bounds and RecurJac’s exchanged, and no search',
    bars: [
      { figure: 'networks of thirty out of order', atMost: 0, source: 'the statement: on every network' },
      { figure: 'share closed to the exact constant', atLeast: 0.9, source: 'the statement: close to exact, on nine of ten' },
    ],
    measure: (seed, context) => {
      const { networks, disorders, exact, exchanged } = countTightness(30, context, 1000 * seed);
      const figures = (wrong: number, share: number) => ({
        'networks of thirty out of order': wrong,
        'share closed to the exact constant': share,
      });
      return { ours: figures(disorders, exact / networks), null: figures(exchanged, 0) };
    },
  }),
  defineClaim({
    id: 'verify/local-lipschitz-width',
    paper,
    statement: 'The advantage over RecurJac grows with width, depth and radius.',
    published: 'qualitative',
    budget: 30,
    null: 'other networks of the same size',
    bars: ['width', 'depth', 'radius'].map((size) => ({
      figure: `ratio to RecurJac, over that at a smaller ${size}`,
      atMost: 1,
      scale: 'log' as const,
      source: 'the statement',
    })),
    measure: (seed) => {
      const small = ratioTo([64, 50, 50, 10], 0.02, seed);
      const figures = (ratios: readonly number[]) =>
        Object.fromEntries(
          ['width', 'depth', 'radius'].map((size, k) => [
            `ratio to RecurJac, over that at a smaller ${size}`,
            ratios[k] / small,
          ]),
        );
      const larger = [
        ratioTo([64, 100, 100, 10], 0.02, seed),
        ratioTo([64, 50, 50, 50, 10], 0.02, seed),
        ratioTo([64, 50, 50, 10], 0.05, seed),
      ];
      return { ours: figures(larger), null: figures([1, 2, 3].map((k) => ratioTo([64, 50, 50, 10], 0.02, 10_000 * k + seed))) };
    },
  }),
];
