// What the paper on tester-learners claims, checked on seeds.
import type { ClaimContext } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import type { MARGINALS } from './halfspace-instances.ts';
import { halfspaceInstance } from './halfspace-instances.ts';
import { errorOf, wholeSample } from './halfspace-samples.ts';
import { testAndLearnHalfspace } from './tester-learner.ts';

const paper = { title: 'An Efficient Tester-Learner for Halfspaces', arxiv: '2302.14853', year: 2023 };

/** Verdicts over seeds. */
export interface VerdictCount {
  readonly runs: number;
  readonly accepted: number;
  /** Acceptances whose halfspace errs more than the planted one and what was certified. */
  readonly unsound: number;
}

/** Runs the tester-learner on planted halfspaces with Massart noise of rate 0.1. */
export function countVerdicts(
  marginal: (typeof MARGINALS)[number],
  n: number,
  d: number,
  excess: number,
  seeds: readonly number[],
  { signal, onProgress }: ClaimContext = {},
): VerdictCount {
  let [runs, accepted, unsound] = [0, 0, 0];
  for (const seed of seeds) {
    if (signal?.aborted) break;
    const drawn = halfspaceInstance({ marginal, n, d, eta: 0.1, flips: 0, band: 0.1 }, seed);
    // All laws are tried in the Gaussian mode, as somebody would who believes in it.
    const instance = { ...drawn, target: 'gaussian' as const };
    const found = testAndLearnHalfspace(instance, { excess, seed });
    runs++;
    onProgress?.(`${marginal}, seed ${seed}: ${found.status}`);
    if (!found.accepted) continue;
    accepted++;
    const whole = wholeSample(instance);
    const opt = errorOf(whole, drawn.planted as Float64Array);
    if (errorOf(whole, found.weights) > opt + found.certifiedExcess) unsound++;
  }
  return { runs, accepted, unsound };
}

const OTHERS = ['cube', 'laplace', 'rademacher', 'student', 'mixture', 'collapse'] as const;

/** The claim at a dimension. */
function verdicts(id: string, d: number, n: number, seeds: number, budget: number, statement: string) {
  return defineClaim({
    id,
    paper,
    statement,
    published: 'a theorem; no experiments',
    budget,
    seeds,
    null: 'a tester that rejects everything',
    bars: [
      {
        figure: 'share of Gaussian samples accepted',
        atLeast: 0.95,
        scale: 'share',
        source: 'theorem: 1 - delta, delta = 0.05',
      },
      { figure: 'acceptances that err more than certified', atMost: 0, source: 'theorem: soundness' },
      {
        figure: 'share of other laws rejected',
        atLeast: 0.5,
        scale: 'share',
        source: 'a tester that accepts them too tests nothing: more than chance',
      },
    ],
    measure: (seed, context) => {
      const gaussian = countVerdicts('gaussian', n, d, 0.25, [seed], context);
      const other = countVerdicts(OTHERS[seed % OTHERS.length], n, d, 0.25, [seed], context);
      const figures = (accepted: number, unsound: number, rejected: number) => ({
        'share of Gaussian samples accepted': accepted,
        'acceptances that err more than certified': unsound,
        'share of other laws rejected': rejected,
      });
      return { ours: figures(gaussian.accepted, gaussian.unsound + other.unsound, 1 - other.accepted), null: figures(0, 0, 1) };
    },
  });
}

/** All of them. */
export const halfspaceClaims = [
  verdicts(
    'verify/tester-learner-verdicts',
    5,
    100_000,
    40,
    120,
    'With Massart noise the tester-learner accepts Gaussian points with probability 1 - delta, and whatever it accepts errs at most the certified excess more than the best halfspace, whatever the law.',
  ),
  verdicts(
    'verify/tester-learner-dimension',
    10,
    200_000,
    10,
    200,
    'The same in ten dimensions, from a sample of twice the size: time and sample are polynomial in the dimension.',
  ),
];
