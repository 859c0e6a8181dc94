// The registered problem `bilevel/multi-block`: metrics, and what `converged` must mean.
import type { Iterate, Outcome, Problem, Steps } from '@infimum/core';
import { defineProblem } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { OracleCalls } from '../oracles/bilevel-problem.ts';
import { checkInstance } from './check-blocks.ts';
import type { ExactHypergradient } from './exact-hypergradient.ts';
import { exactHypergradient } from './exact-hypergradient.ts';
import { multiBlockFamilies, quadraticBlockInstance } from './multi-block-families.ts';
import type { FunctionBlocks, MultiBlockInstance } from './multi-block-instance.ts';
import { blockModelOf } from './multi-block-instance.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';
import type { QuadraticBlocks } from './quadratic-blocks.ts';
import { quadraticBlocks } from './quadratic-blocks.ts';

/** The solution of a method for many lower levels. */
export interface MultiBlockSolution {
  /** The upper variables. */
  readonly x: Float64Array;
  /** The lower variables, m x q numbers. */
  readonly y: Float64Array;
  /** Calls of the oracles. */
  readonly evaluations: OracleCalls;
}

/** The state of an iteration. */
export interface MultiBlockIterate extends Iterate<MultiBlockSolution> {
  /** Length of the direction in which x was last moved. */
  readonly direction: number;
}

/** What a method for many lower levels returns. */
export type BlockOutcome = Outcome<MultiBlockSolution, MultiBlockIterate>;

/** The steps of a method for many lower levels. */
export type BlockSteps = Steps<MultiBlockSolution, MultiBlockIterate>;

/** The exact values at x, cached by solution. */
const truths = new WeakMap<object, ExactHypergradient>();

function truthAt(instance: MultiBlockInstance, key: object, x: Float64Array, initial?: Float64Array): ExactHypergradient {
  const before = truths.get(key);
  if (before) return before;
  // The first iterate is judged at the start, whose truth all solvers share.
  const isStart = key !== instance.initial && x.every((value, k) => value === instance.initial[k]);
  const made = isStart
    ? truthAt(instance, instance.initial, instance.initial)
    : exactHypergradient(blockModelOf(instance).problem, x, initial ? { initial } : {});
  truths.set(key, made);
  return made;
}

function reported(value: number): number {
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

/** 0/0 counts as 0; with an infinite denominator everything would be small, so no ratio is formed. */
function ratio(a: number, b: number): number {
  return a === 0 ? 0 : b < Infinity ? a / b : Number.NaN;
}

/** Bilevel optimisation with many lower levels. */
export const multiBlockOptimization: Problem<MultiBlockInstance, MultiBlockSolution, MultiBlockIterate> = defineProblem({
  id: 'bilevel/multi-block',
  title: 'Multi-block bilevel optimisation',
  statement: String.raw`Find
$$\min_x F(x) = \frac{1}{m} \sum_{i=1}^m f_i(x, y_i(x)), \qquad y_i(x) = \arg\min_y g_i(x, y),$$
with many strongly convex lower levels, of which an iteration may visit only a few, with a few samples each.`,
  families: multiBlockFamilies,
  metrics: {
    hyperGradient: {
      title: 'Hyper-gradient',
      description: '|∇F(x)| with all lower levels solved, relative to the mean size of the blocks’ parts at the start.',
      unit: '',
      direction: 'minimize',
      targets: [0.3, 0.1, 0.03],
      compute: (instance: MultiBlockInstance, solution: MultiBlockSolution) =>
        reported(
          ratio(
            norm(truthAt(instance, solution, solution.x, solution.y).gradient),
            truthAt(instance, instance.initial, instance.initial).size,
          ),
        ),
    },
    hyperObjective: {
      title: 'Hyper-objective',
      description: 'F(x) with all lower levels solved.',
      unit: '',
      direction: 'minimize',
      compute: (instance: MultiBlockInstance, solution: MultiBlockSolution) =>
        reported(truthAt(instance, solution, solution.x, solution.y).value),
    },
    score: {
      title: 'Score',
      description: 'Mean accuracy, area under the curve or NDCG@10, if the instance has one; otherwise 0.',
      unit: '',
      direction: 'maximize',
      compute: (instance: MultiBlockInstance, { x, y }: MultiBlockSolution) => blockModelOf(instance).score?.(x, y) ?? 0,
    },
    calls: {
      title: 'Calls',
      description: 'Oracle calls per block and batch, as counted by the solver.',
      unit: '',
      direction: 'minimize',
      compute: (_: MultiBlockInstance, { evaluations }: MultiBlockSolution) =>
        Object.values(evaluations).reduce((a, b) => a + b, 0),
    },
  },
  primaryMetric: 'hyperGradient',
  unproved: 'The hypergradient is only measured: the levels are functions, which no checker can read.',
  success: {
    metric: 'hyperGradient',
    bound: (_, { options }) => {
      const tolerance = options['tolerance'];
      return typeof tolerance === 'number' ? tolerance * 1.001 + 1e-9 : undefined;
    },
  },
  plainData: ({ source, ...rest }: MultiBlockInstance) => (source.kind === 'functions' ? undefined : { source, ...rest }),
  validate: checkInstance,
  badInstances: () => {
    const good = quadraticBlockInstance({ blocks: 2, dimX: 2, dimY: 1, noise: 0 }, 1);
    const source = good.source as QuadraticBlocks;
    return [
      { fault: 'a start of another length', instance: { ...good, initial: new Float64Array(1) }, argument: 'initial' },
      { fault: 'no blocks', instance: { ...good, source: { ...source, blocks: 0 } }, argument: 'blocks' },
      { fault: 'too few matrices', instance: { ...good, source: { ...source, a: new Float64Array(1) } }, argument: 'a' },
      {
        fault: 'a matrix with NaN',
        instance: { ...good, source: { ...source, b: source.b.map(() => Number.NaN) } },
        argument: 'b',
      },
      {
        fault: 'oracles that are missing',
        instance: {
          ...good,
          source: { kind: 'functions', problem: { blocks: 1, dimX: 2, dimY: 1 } as unknown as MultiBlockProblem },
        },
        argument: 'problem.gradGy',
      },
    ];
  },
  hardInstances: () => [
    { hardness: 'huge lower levels', instance: scaledBlocks(1e150, 1) },
    { hardness: 'tiny lower levels', instance: scaledBlocks(1e-150, 1) },
    { hardness: 'flat upper levels', instance: scaledBlocks(1, 0) },
    { hardness: 'one block', instance: quadraticBlockInstance({ blocks: 1, dimX: 1, dimY: 1, noise: 0 }, 3) },
    { hardness: 'gradients that become NaN half-way', instance: failing() },
  ],
});

/** Two exact blocks of one variable, scaled. */
function scaledBlocks(lower: number, upper: number): MultiBlockInstance {
  const exact = quadraticBlocks(
    quadraticBlockInstance({ blocks: 2, dimX: 1, dimY: 1, noise: 0 }, 2).source as QuadraticBlocks,
  ).problem;
  const times = (factor: number, out: Float64Array) => {
    out[0] *= factor;
  };
  return {
    source: {
      kind: 'functions',
      problem: {
        blocks: 2,
        dimX: 1,
        dimY: 1,
        gradGy: (i, x, y, out) => {
          exact.gradGy(i, x, y, out);
          times(lower, out);
        },
        gradFy: (i, x, y, out) => {
          exact.gradFy(i, x, y, out);
          times(upper, out);
        },
        hvpGyy: (i, x, y, v, out) => {
          exact.hvpGyy(i, x, y, v, out);
          times(lower, out);
        },
        hessGyy: (i, x, y, out) => {
          exact.hessGyy?.(i, x, y, out);
          times(lower, out);
        },
        addJvpGxy: (i, x, y, v, weight, out) => exact.addJvpGxy(i, x, y, v, weight * lower, out),
      },
    },
    initial: new Float64Array(1),
  };
}

function failing(): MultiBlockInstance {
  const { source, initial } = scaledBlocks(1, 1);
  const { problem } = source as FunctionBlocks;
  let left = 60;
  return {
    source: {
      kind: 'functions',
      problem: {
        ...problem,
        gradFy: (i, x, y, out, indices) => {
          problem.gradFy(i, x, y, out, indices);
          if (left-- <= 0) out.fill(Number.NaN);
        },
      },
    },
    initial,
  };
}
