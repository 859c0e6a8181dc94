// The claims about Stochastic Balance and Ranking: competitive ratios on instances of every family.
import { defineClaim, Random } from '@infimum/core';
import { onlineMatchingPaper } from './matching-solvers.ts';
import { decomposable, randomOnline, triangular } from './online-families.ts';
import type { OnlineInstance } from './online-instance.ts';
import type { Policy } from './policies.ts';
import { simulateOnline } from './simulate-online.ts';
import { stochasticConfigurationBound } from './stochastic-configuration-dual.ts';

/** Of every arrival's neighbours all but one are decoys, whose success probabilities are a hundredth. */
function withDecoys(size: number, seed: number): OnlineInstance {
  const instance = randomOnline(5 * size, 500 * size, 5, 0.01, 0.02, seed);
  const random = new Random(seed, 1);
  for (let v = 0; v + 1 < instance.rowPointers.length; v++) {
    const [first, last] = [instance.rowPointers[v], instance.rowPointers[v + 1]];
    const good = first + random.integer(last - first);
    for (let k = first; k < last; k++) if (k !== good) instance.probabilities[k] /= 100;
  }
  return instance;
}

/** Families of vanishing success probabilities, with their proved ratios. */
const GUARANTEES: readonly {
  readonly name: string;
  readonly ratio: number;
  readonly policy: Policy;
  make(size: number, seed: number): readonly OnlineInstance[];
}[] = [
  {
    name: 'Stochastic Balance',
    ratio: 0.611,
    policy: 'stochastic-balance',
    make: (n, seed) => [
      triangular(n, 75, 'last-leaves-first', false, seed),
      randomOnline(5 * n, 500 * n, 5, 0, 0.02, seed),
      randomOnline(5 * n, 500 * n, 5, 0, 0.02, seed, 2),
      withDecoys(n, seed),
    ],
  },
  {
    name: 'Stochastic Balance, equal chances',
    ratio: 0.613,
    policy: 'least-load',
    make: (n) => [triangular(n, 50, 'random'), triangular(n, 50, 'last-leaves-first')],
  },
  {
    name: 'Ranking, equal chances',
    ratio: 1 - Math.exp(-1),
    policy: 'ranking',
    make: (n) => [triangular(n, 50, 'random'), triangular(n, 50, 'last-leaves-first')],
  },
  {
    name: 'Perturbed Greedy, decomposable chances',
    ratio: 1 - Math.exp(-1),
    policy: 'perturbed-greedy',
    make: (n, seed) => [decomposable(5 * n, 500 * n, 5, 0.02, seed)],
  },
];

/**
 * Least ratios over the families to an upper bound on every algorithm, which may exceed the optimum: that only makes the ratios smaller.
 */
export function leastRatios(size: number, maxRuns: number, seed: number, replaced?: Policy): Record<string, number> {
  return Object.fromEntries(
    GUARANTEES.map(({ name, policy, make }) => [
      name,
      Math.min(
        ...make(size, seed).map((instance) => {
          const { mean } = simulateOnline(instance, { policy: replaced ?? policy, maxRuns, tolerance: 0, seed });
          return mean / stochasticConfigurationBound(instance).value;
        }),
      ),
    ]),
  );
}

/** The claims of the paper. */
export const matchingClaims = [
  defineClaim({
    id: 'graphs/stochastic-balance-ratio',
    paper: onlineMatchingPaper,
    statement:
      'With vanishing probabilities Stochastic Balance earns at least 0.611 of what any algorithm can, 0.613 with equal ones; Ranking and Perturbed Greedy 1 − 1/e with equal and decomposable ones.',
    published: '0.611, 0.613, 0.632: theorems; no experiments',
    budget: 60,
    null: 'matching at random',
    bars: GUARANTEES.map(({ name, ratio }) => ({ figure: name, atLeast: ratio, source: 'theorem' })),
    measure: (seed) => ({ ours: leastRatios(8, 100, seed), null: leastRatios(8, 100, seed, 'random') }),
  }),
];
