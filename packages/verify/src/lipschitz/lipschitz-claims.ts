// What the paper on local Lipschitz constants claims, measured again.
import type { ClaimContext, ClaimResult } from '@infimum/core';
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

/** What was counted over many networks. */
export interface TightnessCount {
  /** Networks. */
  readonly networks: number;
  /** Networks on which some bound was larger than one that should be looser. */
  readonly disorders: number;
  /** Small networks that branch and bound closed to the exact constant. */
  readonly exact: number;
  /** The geometric mean of linear over RecurJac. */
  readonly ratio: number;
}

/** Compares all bounds on random networks of a few sizes. */
export function countTightness(networks: number, { signal, onProgress }: ClaimContext = {}): TightnessCount {
  let disorders = 0;
  let exact = 0;
  let logRatio = 0;
  let done = 0;
  for (; done < networks && !signal?.aborted; done++) {
    const inputs = 2 + (done % 3);
    const width = 4 + (done % 5);
    const instance: LipschitzInstance = {
      network: randomDenseNetwork([inputs, width, width, 1 + (done % 2)], 1000 + done),
      region: regionAround(randomCenter(inputs, 1000 + done), 0.1 + 0.1 * (done % 4)),
    };
    const truth = exactLipschitz(instance);
    const searched = branchAndBoundLipschitz(instance, { maxDomains: 2000 });
    const order = [
      truth.lowerBound,
      truth.bound,
      searched.bound,
      localLipschitz(instance).bound,
      localLipschitz(instance, { method: 'recurjac' }).bound,
      localLipschitz(instance, { method: 'interval' }).bound,
      localLipschitz(instance, { method: 'norms' }).bound,
    ];
    if (order.some((bound, i) => i > 0 && !(order[i - 1] <= bound * (1 + 1e-7) + 1e-12))) disorders++;
    if (searched.bound <= truth.bound * (1 + 1e-7) + 1e-12) exact++;
    logRatio += order[4] > 0 ? Math.log(order[3] / order[4]) : 0;
    if (done % 20 === 0) onProgress?.(`${done} of ${networks} networks`);
  }
  return { networks: done, disorders, exact, ratio: Math.exp(logRatio / Math.max(1, done)) };
}

/** The order of tightness. */
const tightnessClaim = /* @__PURE__ */ defineClaim({
  id: 'verify/local-lipschitz-tightness',
  paper,
  statement:
    'Linear bounds lie between the exact constant and RecurJac’s bound on every network, RecurJac’s below intervals, intervals below products of norms; branch and bound comes close to exact on small networks.',
  published: 'the order, on all networks tried; no table at hand',
  budget: 60,
  run: async (context): Promise<ClaimResult> => {
    const { networks, disorders, exact, ratio } = countTightness(300, context);
    return {
      measured: `${disorders} of ${networks} networks out of order; ${exact} closed exactly; linear is ${ratio.toFixed(2)} of RecurJac in the mean`,
      verdict: disorders === 0 && exact === networks ? 'reproduced' : disorders === 0 ? 'partly reproduced' : 'not reproduced',
      figures: { networks, disorders, exact, ratio },
    };
  },
});

/** The gap to RecurJac. */
export const wideGapClaim = /* @__PURE__ */ defineClaim({
  id: 'verify/local-lipschitz-width',
  paper,
  statement: 'The advantage over RecurJac grows with width, depth and radius: at most 0.65 of it on the larger networks.',
  published: 'qualitative',
  budget: 20,
  run: async (): Promise<ClaimResult> => {
    const rows = [
      [[64, 100, 100, 10], 0.02, 5],
      [[64, 100, 100, 10], 0.1, 5],
      [[64, 128, 128, 128, 10], 0.05, 6],
    ] as const;
    const ratios = rows.map(([dims, radius, seed]) => {
      const instance = { network: randomDenseNetwork(dims, seed), region: regionAround(randomCenter(dims[0], seed), radius) };
      return localLipschitz(instance).bound / localLipschitz(instance, { method: 'recurjac' }).bound;
    });
    const worst = Math.max(...ratios);
    return {
      measured: `linear over RecurJac: ${ratios.map((ratio) => ratio.toFixed(3)).join(', ')}`,
      verdict: worst <= 0.65 ? 'reproduced' : 'not reproduced',
      figures: { worst, shallow: ratios[0], wide: ratios[1], deep: ratios[2] },
    };
  },
});

/** Both. */
export const lipschitzClaims = [tightnessClaim, wideGapClaim];
