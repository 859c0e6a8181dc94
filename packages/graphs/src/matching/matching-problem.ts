// The registered problem of online matching with stochastic rewards: `graphs/online-matching`.
import type { Problem } from '@infimum/core';
import { defineFamily, defineProblem } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import type { TriangularOrder } from './online-families.ts';
import {
  decomposable,
  erdosRenyiOnline,
  miserablesMatching,
  powerLawOnline,
  randomOnline,
  triangular,
} from './online-families.ts';
import type { OnlineInstance } from './online-instance.ts';
import { asOnlineInstance, onlineInstance } from './online-instance.ts';
import type { OnlineIterate, OnlineReward } from './simulate-online.ts';
import { stochasticConfigurationBound } from './stochastic-configuration-dual.ts';

const bounds = new WeakMap<OnlineInstance, number>();

/** The dual bound of an instance, cached. */
function boundOf(instance: OnlineInstance): number {
  const known = bounds.get(instance);
  if (known !== undefined) return known;
  const maxRounds = Math.max(60, Math.min(400, Math.round(2e7 / Math.max(1, instance.columnIndices.length))));
  const { value } = stochasticConfigurationBound(instance, { maxRounds });
  bounds.set(instance, value);
  return value;
}

/** Parameters of the families that are drawn at random. */
const sizes = {
  offline: { type: 'integer', min: 1, max: 1_000_000, default: 100, description: 'Offline vertices' },
  arrivals: { type: 'integer', min: 1, max: 10_000_000, default: 1000, description: 'Arrivals' },
  degree: { type: 'integer', min: 1, max: 1000, default: 5, description: 'Mean number of neighbours per arrival' },
} as const;
const high = { type: 'number', above: 0, max: 1, default: 0.1, description: 'Largest chance' } as const;

/** Two arrivals and two vertices, of which the second arrival accepts one. */
const TWO = [
  [0.5, 0.5],
  [0.5, 0],
];

/** Online matching with random success of attempts. */
export const onlineMatchingProblem: Problem<OnlineInstance, OnlineReward, OnlineIterate> = /* @__PURE__ */ defineProblem({
  id: 'graphs/online-matching',
  title: 'Online matching with stochastic rewards',
  statement: `Vertices $u$ with weights $w_u$ wait; others arrive one after the other with probabilities $p_{uv}$, and each must be tried at once on one waiting vertex or on none. With probability $p_{uv}$ the attempt succeeds and takes $u$. Maximise
$$\\mathbb E \\sum_{u \\text{ taken}} w_u .$$`,
  families: {
    triangular: /* @__PURE__ */ defineFamily({
      title: 'Triangular',
      description:
        'n phases of m arrivals with p = 1/m; those of phase i accept the vertices i … n−1. The worst case of the analyses.',
      real: false,
      params: {
        n: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Offline vertices and phases' },
        m: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Arrivals per phase' },
        order: {
          type: 'choice',
          choices: ['first-leaves-first', 'last-leaves-first', 'random'],
          default: 'first-leaves-first',
          description: 'Numbering; ties go to the lowest number',
        },
        equal: { type: 'boolean', default: true, description: 'Equal probabilities; otherwise uniform in [0.5, 1.5]/m' },
      },
      suites: {
        quick: [
          { n: 4, m: 4 },
          { n: 10, m: 10, equal: false },
        ],
        full: [
          { n: 20, m: 10 },
          { n: 50, m: 20, order: 'last-leaves-first' },
          { n: 50, m: 50, equal: false },
        ],
      },
      generate: ({ n, m, order, equal }, seed) => triangular(n, m, order as TriangularOrder, equal, seed),
    }),
    random: /* @__PURE__ */ defineFamily({
      title: 'Random',
      description:
        'Random lists of neighbours, even or skewed towards a few vertices; probabilities uniform, or a quality of the vertex times one of the arrival.',
      real: false,
      params: {
        ...sizes,
        high,
        kind: { type: 'choice', choices: ['uniform', 'skewed', 'decomposable'], default: 'uniform', description: 'Kind' },
      },
      suites: {
        quick: [{ offline: 6, arrivals: 30, degree: 3 }, {}],
        full: [
          { offline: 10_000, arrivals: 100_000 },
          { offline: 1000, arrivals: 10_000, kind: 'skewed' },
          { offline: 1000, arrivals: 10_000, kind: 'decomposable' },
        ],
      },
      generate: ({ offline, arrivals, degree, high, kind }, seed) =>
        kind === 'decomposable'
          ? decomposable(offline, arrivals, degree, high, seed)
          : randomOnline(offline, arrivals, degree, 0, high, seed, kind === 'skewed' ? 2 : 0),
    }),
    'erdos-renyi': /* @__PURE__ */ defineFamily({
      title: 'Erdős-Rényi',
      description:
        'Each arrival accepts each vertex independently with probability degree/offline; success probabilities uniform.',
      real: false,
      params: { ...sizes, high },
      suites: { quick: [{ offline: 8, arrivals: 30, degree: 3 }], full: [{}, { offline: 10_000, arrivals: 100_000 }] },
      generate: ({ offline, arrivals, degree, high }, seed) => erdosRenyiOnline(offline, arrivals, degree, high, seed),
    }),
    'power-law': /* @__PURE__ */ defineFamily({
      title: 'Power law',
      description:
        'Power-law degrees on both sides: a few vertices are accepted by nearly all, a few arrivals accept nearly all; probabilities uniform.',
      real: false,
      params: {
        ...sizes,
        exponent: { type: 'number', above: 2, max: 10, default: 2.5, description: 'Exponent of the density of degrees' },
        high,
      },
      suites: { quick: [{ offline: 8, arrivals: 30, degree: 3 }], full: [{}, { offline: 10_000, arrivals: 100_000 }] },
      generate: ({ offline, arrivals, degree, exponent, high }, seed) =>
        powerLawOnline(offline, arrivals, degree, exponent, high, seed),
    }),
    miserables: /* @__PURE__ */ defineFamily({
      title: 'Les Miserables',
      description:
        'A real network made bipartite: every second character waits, the others arrive several times and may be tried on those they meet.',
      real: true,
      params: {
        visits: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Arrivals of each' },
        chance: { type: 'number', above: 0, max: 1, default: 0.1, description: 'Probability of success' },
      },
      suites: { quick: [{ visits: 1 }, {}], full: [{ visits: 50, chance: 0.02 }] },
      generate: ({ visits, chance }, seed) => miserablesMatching(visits, chance, seed),
    }),
  },
  metrics: {
    shortfall: {
      title: 'Shortfall',
      description:
        'One minus the mean reward over an upper bound on every algorithm: the dual of the stochastic configuration program.',
      unit: '',
      direction: 'minimize',
      targets: [0.5, 0.389, 0.3],
      compute: (instance: OnlineInstance, { mean }: OnlineReward) => {
        const bound = boundOf(instance);
        return bound > 0 ? 1 - mean / bound : 0;
      },
    },
    uncertainty: {
      title: 'Uncertainty',
      description: 'Standard error of the mean reward, relative to it.',
      unit: '',
      direction: 'minimize',
      compute: (_: OnlineInstance, { mean, standardError, runs }: OnlineReward) =>
        runs < 2 ? 1 : mean > 0 ? standardError / mean : 0,
    },
  },
  primaryMetric: 'shortfall',
  success: { metric: 'uncertainty', bound: (_, { options }) => (options['tolerance'] as number) * (1 + 1e-12) },
  instanceFile: {
    description:
      '`probabilities`: one row per arrival, one probability per offline vertex, 0 for none. `weights` of the offline vertices, 1 by default.',
    example: { probabilities: TWO, weights: [1, 2] },
    parse: (json) => {
      const fields = readObject(json, 'instance', ['probabilities', 'weights']);
      const { rows, cols, values } = readMatrix(fields['probabilities'], 'probabilities');
      const lists = Array.from({ length: rows }, (_, v) => Array.from(values.subarray(v * cols, (v + 1) * cols)));
      return onlineInstance(lists, fields['weights'] === undefined ? undefined : readVector(fields['weights'], 'weights'));
    },
  },
  certificates: {
    bound: {
      title: 'Bound on all algorithms',
      statement: String.raw`No algorithm, including the clairvoyant adaptive one, has an expected reward above the upper end of *optimum*, for
the given doubles. The reward of the policy is measured by simulation and not proved.`,
      about: 'optimum',
      figures: ['optimum'],
      cost: String.raw`O(\text{edges})`,
      always: false,
      prover: async () => ({ certify: (instance) => ({ prices: Array.from(stochasticConfigurationBound(instance).beta) }) }),
      checker: () => import('./matching-checker.ts'),
    },
  },
  validate: (instance) => void asOnlineInstance(instance),
  badInstances: () => {
    const good = onlineInstance(TWO);
    const chances = (...probabilities: number[]) => ({ ...good, probabilities: Float64Array.from(probabilities) });
    const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...good, ...change } });
    return [
      { fault: 'a probability above 1', instance: chances(0.5, 1.5, 0.5), argument: 'probabilities' },
      { fault: 'a probability that is NaN', instance: chances(0.5, Number.NaN, 0.5), argument: 'probabilities' },
      { fault: 'a missing probability', instance: chances(0.5, 0.5), argument: 'probabilities' },
      bad('a negative weight', 'weights', { weights: Float64Array.of(1, -1) }),
      bad('no vertex', 'weights', { weights: new Float64Array(0) }),
      bad('a neighbour that does not exist', 'columnIndices', { columnIndices: Int32Array.of(0, 2, 0) }),
      bad('a neighbour twice', 'columnIndices', { columnIndices: Int32Array.of(0, 0, 0) }),
      bad('pointers that fall', 'rowPointers', { rowPointers: Int32Array.of(0, 4, 3) }),
    ];
  },
  hardInstances: () => [
    { hardness: 'huge weights', instance: onlineInstance(TWO, [1e150, 2e150]) },
    { hardness: 'tiny weights', instance: onlineInstance(TWO, [1e-150, 2e-150]) },
    { hardness: 'denormal weights', instance: onlineInstance(TWO, [5e-324, 1e-322]) },
    { hardness: 'weights of zero', instance: onlineInstance(TWO, [0, 0]) },
    {
      hardness: 'sure and impossible attempts',
      instance: {
        ...onlineInstance([
          [1, 1],
          [1, 0.5],
        ]),
        probabilities: Float64Array.of(1, 0, 0, 1),
      },
    },
    { hardness: 'tiny probabilities', instance: onlineInstance(new Array(20).fill([1e-300, 1e-300])) },
    { hardness: 'ties everywhere', instance: triangular(5, 5) },
    { hardness: 'nobody arriving', instance: onlineInstance([], [1, 1]) },
    { hardness: 'one vertex and many attempts', instance: onlineInstance(new Array(3000).fill([0.9])) },
  ],
});
