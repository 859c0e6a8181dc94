// The claims of the paper on learning to relax, and the experiments that check them.
import { defineClaim, Random, run } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { rangeOf } from '../bandits/bandit-problem.ts';
import { ChebCb, learningToRelaxPaper as paper } from '../bandits/cheb-cb.ts';
import type { Policy } from '../bandits/policy.ts';
import { TsallisInf } from '../bandits/tsallis-inf.ts';
import { defaultGrid, policySteps, relaxationSteps } from './play-relaxation.ts';
import { bestShiftedRelaxation, heatEquation, shiftedLaplacians } from './system-families.ts';
import type { RelaxationInstance } from './system-sequence.ts';
import { replay } from './system-sequence.ts';

const GRID = defaultGrid(20);
const published = 'none published as a number';
const LENGTHS = [500, 2000, 8000];
const SIDE = 4;
const LEFT = 'iterations over those of the best fixed factor, T = 8000: what is left of T = 500';

/** Iterations after 500, 2000 and 8000 systems. */
type Totals = readonly number[];

/** Iterations of the best fixed factor on the heat equation, which is the same for all seeds. */
let heatFixed: number | undefined;

/** The claims of the paper. */
export const relaxationClaims = [
  defineClaim({
    id: 'bandits-rl/relax-fixed-regret',
    paper,
    statement:
      'From iteration counts alone, Tsallis-INF does nearly as well as the best fixed factor as the number T of systems grows.',
    published: `${published}; in theory a regret of O(T^⅔)`,
    budget: 60,
    null: 'factors at random',
    bars: [
      { figure: 'exponent in T of the regret', atMost: 2 / 3, source: 'theorem' },
      { figure: LEFT, atMost: 0.4, scale: 'log', source: 'theorem: the excess falls as T^(-1/3), which is 0.40' },
    ],
    measure: (seed) => {
      const instance = shifted(seed);
      const fixed = bestFixed(instance, shiftedLaplacians(SIDE, 500, 'high', seed));
      const figures = (totals: Totals) => {
        const regrets = totals.map((total, k) => Math.max(1, total - fixed[k]));
        return {
          'exponent in T of the regret': powerExponent(LENGTHS, regrets),
          [LEFT]: regrets[2] / fixed[2] / (regrets[0] / fixed[0]),
          ...ratios('best fixed factor', totals, fixed),
        };
      };
      return { ours: figures(played(instance, tsallis(), seed)), null: figures(atRandom(instance, seed)) };
    },
  }),
  defineClaim({
    id: 'bandits-rl/relax-instance-optimal',
    paper,
    statement:
      'ChebCB, which sees the shift of each system, beats every fixed factor and approaches the best factor of every system.',
    published: `${published}; in theory a regret of Õ(√n T^(9/11)) on n unknowns against the best factor of every system`,
    budget: 60,
    null: 'Tsallis-INF, which does not see it',
    bars: [
      { figure: 'iterations over those of the best fixed factor', atMost: 1, scale: 'log', source: 'the statement: beats' },
      { figure: 'exponent in T of the regret against the best of every system', atMost: 9 / 11, source: 'theorem 3.2' },
    ],
    measure: (seed) => {
      const instance = shifted(seed);
      const fixed = bestFixed(instance, shiftedLaplacians(SIDE, 500, 'high', seed));
      const optimal = sums(
        replay(
          instance,
          instance.contexts.map((shift) => bestShiftedRelaxation(SIDE, shift)),
        ).iterations,
      );
      const figures = (totals: Totals) => ({
        'iterations over those of the best fixed factor': totals[2] / fixed[2],
        'exponent in T of the regret against the best of every system': powerExponent(
          LENGTHS,
          totals.map((total, k) => Math.max(1, total - optimal[k])),
        ),
        ...ratios('the best of every system', totals, optimal),
      });
      const policy = new ChebCb(20, { degree: 6, interval: [-0.15, 0.65] });
      return { ours: figures(played(instance, policy, seed)), null: figures(played(instance, tsallis(), seed)) };
    },
  }),
  defineClaim({
    id: 'bandits-rl/relax-heat',
    paper,
    statement: 'On a heat equation with changing conductivity ChebCB takes fewer iterations than the best fixed factor.',
    published,
    budget: 60,
    null: 'Tsallis-INF, which does not see the conductivity',
    limit: 'the instance is one; seeds are those of the choices',
    bars: [
      { figure: 'iterations over those of the best fixed factor', atMost: 1, scale: 'log', source: 'the statement: fewer' },
    ],
    measure: (seed) => {
      const instance = heatEquation(9, 2000, 2);
      heatFixed ??= bestFixed(instance, heatEquation(9, 200, 2), [2000])[0];
      const fixed = heatFixed;
      const policies = [new ChebCb(20, { degree: 6, interval: rangeOf(instance.contexts) }), tsallis()];
      const [ours, theirs] = policies.map((policy) => ({
        'iterations over those of the best fixed factor': total(run(policySteps(instance, GRID, policy, seed)).counts) / fixed,
      }));
      return { ours, null: theirs };
    },
  }),
];

const tsallis = (): Policy => new TsallisInf(20, { estimator: 'importance-weighted', scale: 'mean' });

/** Every factor as often. */
function atRandom(instance: RelaxationInstance, seed: number): Totals {
  const random = new Random(seed);
  const choose = () => GRID[random.integer(GRID.length)];
  return sums(run(relaxationSteps(instance, choose, () => {})).counts);
}

const shifted = (seed: number) => shiftedLaplacians(SIDE, LENGTHS[LENGTHS.length - 1], 'high', seed);

const total = (counts: Int32Array): number => counts.reduce((sum, count) => sum + count, 0);

const sums = (counts: Int32Array, lengths = LENGTHS): Totals => lengths.map((length) => total(counts.subarray(0, length)));

const played = (instance: RelaxationInstance, policy: Policy, seed: number): Totals =>
  sums(run(policySteps(instance, GRID, policy, seed)).counts);

/** For each length the iterations of the factor that is best for it, of the four of the grid that are best on a shorter sequence. */
function bestFixed(instance: RelaxationInstance, start: RelaxationInstance, lengths = LENGTHS): Totals {
  const counts = (of: RelaxationInstance, factor: number) =>
    replay(of, new Float64Array(of.contexts.length).fill(factor)).iterations;
  const first = GRID.map((factor) => total(counts(start, factor)));
  const best = Array.from(GRID.keys())
    .sort((i, j) => first[i] - first[j])
    .slice(0, 4);
  const all = best.map((k) => sums(counts(instance, GRID[k]), lengths));
  return lengths.map((_, k) => Math.min(...all.map((totals) => totals[k])));
}

const ratios = (name: string, totals: Totals, others: Totals) =>
  Object.fromEntries(LENGTHS.map((length, k) => [`iterations over ${name}@${length}`, totals[k] / others[k]]));
