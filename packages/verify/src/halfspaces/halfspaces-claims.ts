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
  /** Acceptances whose halfspace errs more than the planted one plus the certified excess. */
  readonly unsound: number;
}

/** Labels that an adversary flips, none for Massart noise of rate 0.1, and the assumed law. */
type Promised = { readonly flips?: number; readonly target?: 'gaussian' | 'log-concave'; readonly limit?: string };

/** Runs the tester-learner on planted halfspaces. */
export function countVerdicts(
  marginal: (typeof MARGINALS)[number],
  n: number,
  d: number,
  excess: number,
  seeds: readonly number[],
  { signal, onProgress }: ClaimContext = {},
  { flips = 0, target = 'gaussian' }: Promised = {},
): VerdictCount {
  let [runs, accepted, unsound] = [0, 0, 0];
  for (const seed of seeds) {
    if (signal?.aborted) break;
    const drawn = halfspaceInstance({ marginal, n, d, eta: 0.1, flips, band: 0.1 }, seed);
    // All laws are tested in the mode of the target law.
    const instance = { ...drawn, target };
    const found = testAndLearnHalfspace(instance, { excess, seed });
    runs++;
    onProgress?.(`${marginal}, seed ${seed}: ${found.status}`);
    if (!found.accepted) continue;
    accepted++;
    const whole = wholeSample(instance);
    const opt = errorOf(whole, drawn.planted as Float64Array);
    const bound = flips > 0 ? found.bounds[found.rates.findIndex((rate) => rate >= opt)] : opt + found.certifiedExcess;
    if (errorOf(whole, found.weights) > bound) unsound++;
  }
  return { runs, accepted, unsound };
}

const OTHERS = ['cube', 'laplace', 'rademacher', 'student', 'mixture', 'collapse'] as const;

/** Laws without the tails of a log-concave one, or collapsed. */
const BAD = ['student', 'mixture', 'collapse'] as const;

/** The claim at a dimension. */
function verdicts(id: string, d: number, n: number, seeds: number, statement: string, promised: Promised = {}) {
  const [law, others] = promised.target === 'log-concave' ? (['quartic', BAD] as const) : (['gaussian', OTHERS] as const);
  const accepted = `share of ${law === 'gaussian' ? 'Gaussian' : 'log-concave'} samples accepted`;
  return defineClaim({
    id,
    paper,
    statement,
    published: 'a theorem; no experiments',
    budget: n / 1000,
    seeds,
    limit: promised.limit,
    null: 'a tester that rejects everything',
    bars: [
      { figure: accepted, atLeast: 0.95, scale: 'share', source: 'theorem: 1 - delta, delta = 0.05' },
      { figure: 'acceptances that err more than certified', atMost: 0, source: 'theorem: soundness' },
      {
        figure: 'share of other laws rejected',
        atLeast: 0.5,
        scale: 'share',
        source: 'a tester that also accepts them tests nothing: more than chance',
      },
    ],
    measure: (seed, context) => {
      const right = countVerdicts(law, n, d, 0.25, [seed], context, promised);
      const other = countVerdicts(others[seed % others.length], n, d, 0.25, [seed], context, promised);
      const figures = (share: number, unsound: number, rejected: number) => ({
        [accepted]: share,
        'acceptances that err more than certified': unsound,
        'share of other laws rejected': rejected,
      });
      return { ours: figures(right.accepted, right.unsound + other.unsound, 1 - other.accepted), null: figures(0, 0, 1) };
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
    'With Massart noise the tester-learner accepts Gaussian points with probability 1 - delta, and any halfspace it accepts exceeds the error of the best one by at most the certified excess, whatever the law.',
  ),
  verdicts(
    'verify/tester-learner-dimension',
    10,
    200_000,
    10,
    'The same in ten dimensions, from a sample of twice the size: time and sample are polynomial in the dimension.',
  ),
  verdicts(
    'verify/tester-learner-adversarial',
    3,
    100_000,
    40,
    'With adversarial labels the tester-learner accepts Gaussian points, and the error of any halfspace it accepts is at most O(opt) + ε, as certified.',
    { flips: 0.002, limit: 'the constant of O(opt) is not stated: the certified bound is tested' },
  ),
  verdicts(
    'verify/tester-learner-log-concave',
    5,
    100_000,
    40,
    'With Massart noise it accepts strongly log-concave points, and any halfspace it accepts errs by at most the certified excess more.',
    { target: 'log-concave' },
  ),
];
