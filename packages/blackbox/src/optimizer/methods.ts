// All methods by name, as steps that request values: methods of comparisons get the order of the values.
import type { Conclusion } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from '../continuous/black-box.ts';
import { rankingOf, Search } from '../continuous/black-box.ts';
import { cboSteps } from '../continuous/cbo.ts';
import { cmaEsSteps } from '../continuous/cma-es.ts';
import { consensusHoppingSteps } from '../continuous/consensus-hopping.ts';
import { differentialEvolutionSteps } from '../continuous/differential-evolution.ts';
import { gaussianProcessSteps } from '../continuous/gaussian-process.ts';
import { langevinSteps } from '../continuous/langevin.ts';
import { openEsSteps } from '../continuous/open-es.ts';
import { particleSwarmSteps } from '../continuous/particle-swarm.ts';
import { randomSearchSteps } from '../continuous/random-search.ts';
import { simulatedAnnealingSteps } from '../continuous/simulated-annealing.ts';
import { zoSgdSteps } from '../continuous/zo-sgd.ts';
import { gradientlessDescentSteps } from '../ranking/gradientless-descent.ts';
import { oneBitDescentSteps } from '../ranking/one-bit-descent.ts';
import { onePlusOneEsSteps } from '../ranking/one-plus-one-es.ts';
import { rankCmaEsSteps } from '../ranking/rank-cma-es.ts';
import type { Ranking } from '../ranking/rank-gradient.ts';
import type { RankedPoint, RankedSearch, RankingQuestion } from '../ranking/ranking-oracle.ts';
import { zoRankSgdSteps } from '../ranking/zo-rank-sgd.ts';

/** A method that requests values. */
export type Asking = Generator<Questions, Conclusion<BestPoint>, Float64Array>;

type Ranked<Options> = (search: RankedSearch, options: Options) => Generator<RankingQuestion, Conclusion<RankedPoint>, Ranking>;

/** A method of rankings as a method of values, in coordinates whose scale is 1. */
const ranked =
  <Options extends { maxQueries?: number | undefined; seed?: number | undefined }>(method: Ranked<Options>) =>
  (
    box: BlackBox,
    {
      maxEvaluations = 100_000,
      ...own
    }: Omit<Options, 'maxQueries'> & { readonly maxEvaluations?: number | undefined } = {} as Options,
  ): Asking =>
    rankedSteps(box, maxEvaluations, (search) => method(search, { ...own, maxQueries: maxEvaluations } as unknown as Options));

function* rankedSteps(
  box: BlackBox,
  maxEvaluations: number,
  begin: (search: RankedSearch) => ReturnType<Ranked<object>>,
): Asking {
  const search = new Search(box, maxEvaluations);
  const { dimension, start } = search;
  const steps = begin({ dimension, initial: search.unfolded(start), value: () => 0 });
  for (let step = steps.next([]); ; ) {
    if (step.done) return { ...step.value, solution: search.solution() };
    const { points, need } = step.value;
    const u = new Float64Array(points.length * dimension);
    for (const [i, point] of points.entries()) u.set(point, i * dimension);
    const values = yield* search.ask(search.folded(u), points.length);
    const end = search.end();
    if (end) return end;
    step = steps.next(rankingBy(values, need));
  }
}

/** The order of values, equal ones together; nothing where all are equal. */
function rankingBy(values: Float64Array, need: number): Ranking {
  const groups: number[][] = [];
  const order = rankingOf(values);
  for (const [k, i] of order.entries()) {
    if (k > 0 && values[i] === values[order[k - 1]]) groups[groups.length - 1].push(i);
    else if (k < need) groups.push([i]);
    else break;
  }
  return groups[0].length === values.length ? [] : groups;
}

/** The methods of `Optimizer`, `minimizeBlackBox` and `minimizeBlackBoxOn`. */
export const METHODS = {
  'cma-es': cmaEsSteps,
  'gaussian-process': gaussianProcessSteps,
  cbo: cboSteps,
  'consensus-hopping': consensusHoppingSteps,
  'differential-evolution': differentialEvolutionSteps,
  'particle-swarm': particleSwarmSteps,
  'open-es': openEsSteps,
  'simulated-annealing': simulatedAnnealingSteps,
  'random-search': randomSearchSteps,
  'zo-sgd': zoSgdSteps,
  langevin: langevinSteps,
  'zo-rank-sgd': /* @__PURE__ */ ranked(zoRankSgdSteps),
  'rank-cma-es': /* @__PURE__ */ ranked(rankCmaEsSteps),
  'gradientless-descent': /* @__PURE__ */ ranked(gradientlessDescentSteps),
  'one-bit-descent': /* @__PURE__ */ ranked(oneBitDescentSteps),
  'one-plus-one-es': /* @__PURE__ */ ranked(onePlusOneEsSteps),
} as const;

/** Methods by name. */
export type OptimizerMethod = keyof typeof METHODS;

/** The names. */
export const methodNames = /* @__PURE__ */ Object.keys(METHODS) as readonly OptimizerMethod[];

/** A method, and options of its own. */
export type MethodChoice =
  | {
      [M in OptimizerMethod]: {
        /** The method: `gaussian-process` for expensive functions with up to some 200 evaluations; `cbo` for many minima. */
        readonly method: M;
        /** The method's own options. */
        readonly options?: Parameters<(typeof METHODS)[M]>[1];
      };
    }[OptimizerMethod]
  | {
      /** `cma-es` by default. */
      readonly method?: undefined;
      /** The method's own options. */
      readonly options?: Parameters<typeof cmaEsSteps>[1];
    };
