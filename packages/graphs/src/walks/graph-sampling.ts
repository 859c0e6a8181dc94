// Averages over the nodes of a graph by independent walkers, with intervals from their spread.
import type { LimitOptions, Listed, OptionSpecs, OptionsOf, Outcome, Paper, Steps } from '@infimum/core';
import { asVector, checkObject, defineSolver, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { GraphLike } from '../graph/graph.ts';
import { asGraph } from '../graph/graph.ts';
import { srrwPaper } from './papers.ts';
import type { SampledMean, SamplingInstance, SamplingIterate } from './sampling-problem.ts';
import { samplingProblem } from './sampling-problem.ts';
import { createWalk } from './self-repellent-walk.ts';
import { studentQuantile } from './student-quantile.ts';
import { cumulative, drawNode } from './token-baselines.ts';

const walkers = {
  type: 'integer',
  min: 1,
  max: 10_000,
  default: 10,
  description: 'Independent walkers, from whose spread the interval comes',
} as const;
const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of starts and moves' } as const;

const sampleGraphOptions = {
  walk: {
    type: 'choice',
    choices: ['self-repellent', 'metropolis-hastings', 'simple', 'non-backtracking'],
    default: 'self-repellent',
    description: 'Walk; the simple and the non-backtracking walk visit nodes by degree and are reweighted',
  },
  alpha: { type: 'number', min: 0, default: 5, description: 'Strength of the repulsion of the self-repellent walk' },
  walkers,
  seed,
} as const satisfies OptionSpecs;

/** Options of `sampleGraph`. */
export type SampleGraphOptions = OptionsOf<typeof sampleGraphOptions> & LimitOptions<SamplingIterate>;

/**
 * Estimates Σ μ_i f(i) by independent walkers on a graph that share a number of steps, the interval from their spread.
 * (Batch means of one walk are wrong here: the nodes of a self-repellent walk are not a Markov chain.) The run ends `stalled`
 * when the steps are spent. Walkers start at nodes drawn uniformly. Time O(degree) a step.
 *
 * @param instance - graph (compressed rows, or one of graphology), values, target of sum 1, steps of all walkers together
 * @throws {InvalidInputError} for an instance or options at fault
 *
 * Source: Self-Repellent Random Walks on General Graphs, arXiv 2305.05097.
 *
 * @example
 * ```ts
 * import { karateClub, sampleGraph } from '@infimum/graphs';
 *
 * const graph = karateClub();
 * const values = Float64Array.from({ length: 34 }, (_, i) => i); // the mean is 16.5
 * const target = new Float64Array(34).fill(1 / 34);
 * const { mean, halfWidth } = sampleGraph({ graph, values, target, steps: 20_000 });
 * console.log(Math.abs(mean - 16.5) < 2 * halfWidth, halfWidth < 0.2); // true true
 * ```
 */
export function sampleGraph(
  instance: SamplingInstanceLike,
  options: SampleGraphOptions = {},
): Outcome<SampledMean, SamplingIterate> {
  checkObject(instance, 'instance');
  const problem = {
    steps: instance.steps,
    graph: asGraph(instance.graph),
    values: asVector(instance.values, 'values'),
    target: asVector(instance.target, 'target'),
  };
  samplingProblem.validate(problem);
  return runWith(sampleGraphOptions, options, sampleGraphSteps(problem, options));
}

/** A number at every node, in any lists, of any graph. */
export interface SamplingInstanceLike extends Omit<Listed<SamplingInstance>, 'graph'> {
  /** Compressed rows, or a graph of graphology. */
  readonly graph: GraphLike;
}

/** The steps of `sampleGraph`. */
export function* sampleGraphSteps(
  instance: SamplingInstance,
  options: SampleGraphOptions = {},
): Steps<SampledMean, SamplingIterate> {
  const { walk: kind, alpha, walkers: count, seed: start } = resolveOptions(sampleGraphOptions, options);
  const { graph, target } = instance;
  const random = new Random(start);
  const follows = kind === 'self-repellent' || kind === 'metropolis-hastings';
  const walks = Array.from({ length: count }, (_, i) =>
    createWalk(graph, {
      kernel: follows ? 'metropolis-hastings' : kind,
      target: follows ? target : undefined,
      alpha: kind === 'self-repellent' ? alpha : 0,
      initialNode: random.integer(graph.nodes),
      seed: random.split(i).integer(2 ** 32),
    }),
  );
  const { stationary } = walks[0].transitions;
  const weights = follows ? undefined : target.map((mass, i) => mass / stationary[i]);
  return yield* walkerSteps(
    instance,
    walks.map((walk) => () => walk.step()),
    weights,
  );
}

/** Steps of an iteration. */
const BLOCK = 100;

/** Lets walkers step in turn and sums up what they see; `weights` correct for nodes that are visited too often. */
function* walkerSteps(
  { graph, values, steps }: SamplingInstance,
  next: readonly (() => number)[],
  weights?: Float64Array,
): Steps<SampledMean, SamplingIterate> {
  const count = next.length;
  const seen = new Float64Array(graph.nodes);
  const scale = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  const sums = new Float64Array(count);
  const masses = new Float64Array(count);
  let done = 0;
  const solution = () => summary(sums, masses, seen, scale);
  for (let iteration = 0; ; iteration++) {
    yield { iteration, steps: done, solution };
    if (done === steps) {
      const few = count === 1 ? '; one walker tells nothing about its error' : '';
      return stalled(solution(), `the ${steps} steps are spent${few}`);
    }
    for (const end = Math.min(steps, done + BLOCK); done < end; done++) {
      const walker = done % count;
      const node = next[walker]();
      const weight = weights ? weights[node] : 1;
      sums[walker] += weight * (values[node] / scale);
      masses[walker] += weight;
      seen[node] += weight;
    }
  }
}

/** The estimate from the walkers' sums; a walker that has not stepped yet is ignored. */
function summary(sums: Float64Array, masses: Float64Array, seen: Float64Array, scale: number): SampledMean {
  const means = sums.map((sum, i) => (masses[i] > 0 ? sum / masses[i] : 0));
  const stepped = means.filter((_, i) => masses[i] > 0);
  const mean = stepped.reduce((a, b) => a + b, 0) / Math.max(1, stepped.length);
  const squares = stepped.reduce((sum, own) => sum + (own - mean) ** 2, 0);
  const error = stepped.length > 1 ? Math.sqrt(squares / (stepped.length - 1) / stepped.length) : 0;
  const total = seen.reduce((a, b) => a + b, 0);
  return {
    mean: mean * scale,
    standardError: error * scale,
    halfWidth: stepped.length > 1 ? studentQuantile(stepped.length - 1) * error * scale : 0,
    walkers: means.map((own) => own * scale),
    visited: seen.map((mass) => (total > 0 ? mass / total : 1 / seen.length)),
  };
}

const plainWalkOptions = { walkers, seed } as const satisfies OptionSpecs;
const selfRepellentOptions = /* @__PURE__ */ (({ alpha }: typeof sampleGraphOptions) =>
  ({ alpha, ...plainWalkOptions }) as const satisfies OptionSpecs)(sampleGraphOptions);

function walkSolver(
  walk: 'self-repellent' | 'metropolis-hastings' | 'simple' | 'non-backtracking',
  id: string,
  title: string,
  summary: string,
  paper: Paper,
) {
  return defineSolver({
    id: `graphs/${id}`,
    title,
    summary,
    problem: samplingProblem,
    role: walk === 'self-repellent' ? 'paper' : 'baseline',
    paper,
    cost: 'O(\\deg) \\text{ per step}',
    options: walk === 'self-repellent' ? selfRepellentOptions : plainWalkOptions,
    steps: (instance, options) => sampleGraphSteps(instance, { ...options, walk }),
  });
}

const independentSampling = /* @__PURE__ */ defineSolver({
  id: 'graphs/independent-sampling',
  title: 'Independent nodes',
  summary: 'Draws nodes independently from the target: impossible for a walk, but it shows the cost of walking.',
  problem: samplingProblem,
  role: 'baseline',
  paper: { title: 'The Monte Carlo method', year: 1949 },
  cost: 'O(\\log N) \\text{ per step}',
  options: plainWalkOptions,
  steps: (instance, given) => {
    const options = resolveOptions(plainWalkOptions, given);
    const random = new Random(options.seed);
    const sums = cumulative(instance.target);
    const draw = () => drawNode(sums, random.uniform());
    return walkerSteps(instance, new Array(options.walkers).fill(draw));
  },
});

/** The solvers of `graphs/graph-sampling`. */
export const samplingSolvers = [
  walkSolver(
    'self-repellent',
    'self-repellent-walk',
    'Self-repellent random walk',
    'Walkers avoid visited nodes, so averages over the graph have less variance.',
    srrwPaper,
  ),
  walkSolver(
    'metropolis-hastings',
    'metropolis-hastings-walk',
    'Metropolis-Hastings walk',
    'Proposes a neighbour and accepts it so that visits follow the target.',
    { title: 'Monte Carlo sampling methods using Markov chains and their applications', year: 1970 },
  ),
  walkSolver(
    'simple',
    'simple-walk',
    'Simple random walk, reweighted',
    'Moves to a uniform neighbour; averages are weighted by one over the degree. Best when few nodes can be visited.',
    { title: 'Walking in Facebook: a case study of unbiased sampling of OSNs', year: 2010 },
  ),
  walkSolver(
    'non-backtracking',
    'non-backtracking-walk',
    'Non-backtracking walk, reweighted',
    'Moves to a uniform neighbour except the previous node; averages are weighted by one over the degree.',
    {
      title: 'Beyond random walk and Metropolis-Hastings samplers: why you should not backtrack for unbiased graph sampling',
      arxiv: '1204.4140',
      year: 2012,
    },
  ),
  independentSampling,
];
