// What the paper on tester-learners claims, checked on seeds.
import type { ClaimContext, ClaimResult } from '@infimum/core';
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

/** Completeness and soundness. */
const testerLearnerClaim = /* @__PURE__ */ defineClaim({
  id: 'verify/tester-learner-verdicts',
  paper,
  statement:
    'With Massart noise the tester-learner accepts Gaussian points with probability 1 - delta, and whatever it accepts errs at most the certified excess more than the best halfspace, whatever the law.',
  published: 'a theorem; no experiments',
  budget: 120,
  run: async (context): Promise<ClaimResult> => {
    const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
    const figures: Record<string, number> = {};
    let unsound = 0;
    let wrong = 0;
    let others = 0;
    for (const marginal of ['gaussian', 'cube', 'laplace', 'rademacher', 'student', 'mixture', 'collapse'] as const) {
      const count = countVerdicts(marginal, 100_000, 5, 0.25, seeds, context);
      figures[`${marginal} accepted`] = count.accepted / Math.max(1, count.runs);
      unsound += count.unsound;
      if (marginal === 'gaussian') continue;
      wrong += count.accepted;
      others += count.runs;
    }
    figures['unsound'] = unsound;
    const complete = figures['gaussian accepted'];
    const rejected = 1 - wrong / Math.max(1, others);
    return {
      measured: `${(100 * complete).toFixed(0)} % of the Gaussian samples accepted, ${(100 * rejected).toFixed(0)} % of the others rejected, ${unsound} unsound acceptances`,
      verdict: unsound > 0 ? 'not reproduced' : complete >= 0.95 && rejected >= 0.95 ? 'reproduced' : 'partly reproduced',
      figures: { ...figures, complete, rejected },
    };
  },
});

/** All of them. */
export const halfspaceClaims = [testerLearnerClaim];
