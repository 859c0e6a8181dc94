// What the paper on directional attacks claims, measured again on offline analogues.
import type { ClaimContext } from '@infimum/core';
import { defineClaim, prepare, run } from '@infimum/core';
import { attackDirectSearchSolver } from './attack-direct-search.ts';
import { coveringDirectSearchSolver } from './covering-direct-search.ts';
import type { SurrogateInstance, SurrogateIterate } from './network-surrogate.ts';
import { answerSurrogate, attacksPaper } from './network-surrogate.ts';
import { constrainedInstance, distanceInstance } from './random-surrogates.ts';

/** The best values after given numbers of evaluations, the last one after all. */
export function valuesAfter(
  solver: typeof attackDirectSearchSolver | typeof coveringDirectSearchSolver,
  instance: SurrogateInstance,
  counts: readonly number[],
  seed: number,
): number[] {
  const values: number[] = [];
  const last = counts[counts.length - 1];
  const stop = new AbortController();
  const watch = ({ evaluations, value }: SurrogateIterate) => {
    counts.forEach((count, k) => {
      if (evaluations.value <= count) values[k] = value;
    });
    if (evaluations.value >= last) stop.abort();
  };
  const steps = prepare(solver as typeof attackDirectSearchSolver, instance, {}, seed);
  const outcome = run(steps, { signal: stop.signal, onIteration: watch }, (question) => answerSurrogate(instance, question));
  return counts.map((_, k) => values[k] ?? outcome.value);
}

/** The number of instances on which the hybrid was as good after a fifth of the evaluations, and never worse at the end. */
export interface ReachCount {
  readonly instances: number;
  readonly reached: number;
  readonly worseAtEnd: number;
}

/** The hybrid's values after 1000 and 5000 evaluations, and the one after 5000 of direct search, worse by 1 % of the range. */
export function compareSearches(
  kind: 'distance' | 'constrained',
  n: number,
  seed: number,
): { readonly early: number; readonly late: number; readonly bar: number } {
  const instance = kind === 'distance' ? distanceInstance(n, 64, seed) : constrainedInstance(n, 64, seed);
  const [early, late] = valuesAfter(attackDirectSearchSolver, instance, [1000, 5000], seed);
  const [start, direct] = valuesAfter(coveringDirectSearchSolver, instance, [1, 5000], seed);
  return { early, late, bar: direct + 0.01 * Math.abs(start - Math.min(direct, late)) };
}

/** Compares the hybrid after 1000 evaluations with the direct search after 5000, with a slack of 1 % of the range. */
export function countReached(
  kind: 'distance' | 'constrained',
  n: number,
  seeds: readonly number[],
  { signal, onProgress }: ClaimContext = {},
): ReachCount {
  let instances = 0;
  let reached = 0;
  let worseAtEnd = 0;
  for (const seed of seeds) {
    if (signal?.aborted) break;
    const { early, late, bar } = compareSearches(kind, n, seed);
    instances++;
    if (early <= bar) reached++;
    if (late > bar) worseAtEnd++;
    onProgress?.(`${kind}, n = ${n}, seed ${seed}`);
  }
  return { instances, reached, worseAtEnd };
}

/** Values after evaluations, as shares of the gain of direct search in 5000. */
function gains(kind: 'distance' | 'constrained', n: number, seed: number) {
  const instance = kind === 'distance' ? distanceInstance(n, 64, seed) : constrainedInstance(n, 64, seed);
  const [early] = valuesAfter(attackDirectSearchSolver, instance, [1000], seed);
  const [start, direct, late] = valuesAfter(coveringDirectSearchSolver, instance, [1, 1000, 5000], seed);
  return [early, direct].map((value) => (start - value) / (start - late));
}

/** All of them. */
export const attackClaims = [
  defineClaim({
    id: 'verify/attacks-few-evaluations',
    paper: attacksPaper,
    statement:
      'Attacks with direct search reach within 1000 evaluations what direct search reaches within 5000, on free and on constrained problems of fifty and a hundred variables.',
    published: 'after 1000 points -2.5e-7 against -2.8e-5 (P1) and -10.5 against -44.9 (P2)',
    budget: 300,
    null: 'direct search alone, after 1000 evaluations',
    bars: ['distance, 50', 'distance, 100', 'constrained, 50', 'constrained, 100'].map((name) => ({
      figure: `${name} variables: gain over that of direct search in 5000`,
      atLeast: 0.99,
      source: 'the statement: equally good, to within 1 %',
    })),
    measure: (seed) => {
      const [ours, other]: Record<string, number>[] = [{}, {}];
      for (const kind of ['distance', 'constrained'] as const) {
        for (const n of [50, 100]) {
          const figure = `${kind}, ${n} variables: gain over that of direct search in 5000`;
          [ours[figure], other[figure]] = gains(kind, n, seed);
        }
      }
      return { ours, null: other };
    },
  }),
];
