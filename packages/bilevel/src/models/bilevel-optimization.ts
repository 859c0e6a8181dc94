// The registered problem `bilevel/optimization`: instances, metrics, and what `converged` must mean.
import type { Iterate, Outcome, Problem, Steps } from '@infimum/core';
import { defineFamily, defineProblem, fault, Random } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import { norm } from '@infimum/linalg/numerics';
import type { BilevelProblem, OracleCalls } from '../oracles/bilevel-problem.ts';
import { startOf } from '../oracles/bilevel-problem.ts';
import type { Judge } from '../oracles/judge.ts';
import { hyperGradientAt, judgeOf, lowerOracle, projection, proximalNorm } from '../oracles/judge.ts';
import { finish, minimiseByGradients } from '../oracles/minimize-by-gradients.ts';
import { digitsCleaning, tumourRegularization } from './data.ts';
import type { BilevelInstance } from './instance.ts';
import { checkInstance, modelOf } from './instance.ts';
import type { ToyName } from './toys.ts';
import { TOYS, toy } from './toys.ts';

/** The solution of a bilevel method. */
export interface BilevelSolution {
  /** The upper variables. */
  readonly x: Float64Array;
  /** The lower variables. */
  readonly y: Float64Array;
  /** Of penalty methods, the minimiser of g alone; empty for others. */
  readonly z: Float64Array;
  /** σ of penalty methods; 0 for others. */
  readonly sigma: number;
  /** Calls of the oracles. */
  readonly evaluations: OracleCalls;
}

/** The state of an iteration. */
export interface BilevelIterate extends Iterate<BilevelSolution> {
  /** Length of the direction in which x was last moved. */
  readonly direction: number;
}

/** What a method for one lower level returns. */
export type BilevelOutcome = Outcome<BilevelSolution, BilevelIterate>;

/** The steps of a method for one lower level. */
export type BilevelSteps = Steps<BilevelSolution, BilevelIterate>;

/** An instance of a toy. */
export function toyInstance(name: ToyName, { size = 5, offset = 10, noise = 0, noiseSeed = 0 } = {}): BilevelInstance {
  const { initial } = toy(name, size, offset);
  return { source: { kind: 'toy', name, size, offset, noise, noiseSeed }, initial };
}

/** A lower level with many solutions, drawn. */
export function quadraticInstance(q: number, seed: number): BilevelInstance {
  const random = new Random(seed);
  const rows = Math.max(1, Math.floor(q / 2));
  const draw = (length: number, scale: number) => random.normals(new Float64Array(length)).map((t) => t * scale);
  return {
    source: {
      kind: 'quadratic',
      c: { rows, cols: q, values: draw(rows * q, 1 / Math.sqrt(q)) },
      d: { rows, cols: q, values: draw(rows * q, 1 / Math.sqrt(q)) },
      target: draw(q, 1),
      ridge: 0.1,
    },
    initial: { x: new Float64Array(q), y: new Float64Array(q) },
  };
}

/** The true hyper-objective at x with its gradient: in closed form, or by a solve of the lower level to rounding. */
export function trueHyperObjective(instance: BilevelInstance, x: Float64Array, near: Float64Array = instance.initial.y) {
  const { problem, hyperObjective } = modelOf(instance);
  if (hyperObjective) return hyperObjective(x);
  const y = solvedLower(problem, x, near);
  const { gradient } = hyperGradientAt(problem, { x, y, z: new Float64Array(0), sigma: 0 }, 1e-12);
  return { value: problem.f?.(x, y) ?? 0, gradient };
}

function solvedLower(problem: BilevelProblem, x: Float64Array, near: Float64Array): Float64Array {
  const y = near.slice();
  const slope = new Float64Array(y.length);
  problem.gradGy(x, new Float64Array(y.length), slope);
  const tolerance = 1e-12 * norm(slope);
  finish(minimiseByGradients(lowerOracle(problem, x), y, { tolerance, maxIterations: 400 }));
  return y;
}

/** The parts of an instance that metrics need for every solution. */
interface Basis {
  readonly model: ReturnType<typeof modelOf>;
  readonly judge: Judge;
  /** 1 + |∇F(x₀)|. */
  readonly scale: number;
}

const bases = new WeakMap<BilevelInstance, Basis>();

function basisOf(instance: BilevelInstance): Basis {
  const before = bases.get(instance);
  if (before) return before;
  const model = modelOf(instance);
  // Methods start at the projection onto the sets.
  const { x, y } = startOf(model.problem, instance.initial);
  const made = { model, judge: judgeOf(model.problem, { x, y }), scale: 1 + norm(trueHyperObjective(instance, x).gradient) };
  bases.set(instance, made);
  return made;
}

/** Lower levels and hyper-objectives of the metrics by solution: several metrics use the same. */
const known = new WeakMap<object, { value: number; gradient: Float64Array; y: Float64Array }>();

function evaluated(instance: BilevelInstance, solution: BilevelSolution) {
  const before = known.get(solution);
  if (before) return before;
  const found = trueHyperObjective(instance, solution.x, solution.y);
  const { problem, testError } = modelOf(instance);
  const made = { ...found, y: testError ? solvedLower(problem, solution.x, solution.y) : solution.y };
  known.set(solution, made);
  return made;
}

/** A finite number to report. */
function reported(value: number): number {
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

/** Bilevel optimisation with one lower level. */
export const bilevelOptimization: Problem<BilevelInstance, BilevelSolution, BilevelIterate> = defineProblem({
  id: 'bilevel/optimization',
  title: 'Bilevel optimisation',
  statement: String.raw`Given $f$ and $g$ with their gradients, possibly products with second derivatives of $g$, and sets $X$ and $Y$, find
$$\min_{x \in X} F(x), \qquad F(x) = \min_{y \in S(x)} f(x, y), \qquad S(x) = \arg\min_{y \in Y} g(x, y).$$`,
  families: {
    toys: defineFamily({
      title: 'Known hyper-objectives',
      description:
        'One or two variables per level: a follower; lines, circles and segments of lower solutions; boxes on both levels; ill-conditioned lower levels; optionally with noise.',
      real: false,
      params: {
        name: { type: 'choice', choices: TOYS, default: 'follow', description: 'Which' },
        noise: { type: 'number', min: 0, max: 10, default: 0, description: 'Standard deviation of sample gradients' },
      },
      suites: { quick: [{}, { name: 'circle' }], full: TOYS.map((name) => ({ name })) },
      generate: ({ name, noise }, seed) => toyInstance(name as ToyName, { noise, noiseSeed: seed }),
    }),
    noisy: defineFamily({
      title: 'The follower under noise',
      description: 'f = (x−1)²/2 + (y−3)²/2, g = (y−2x)²/2, Gaussian noise on every gradient of a sample.',
      real: false,
      params: { noise: { type: 'number', above: 0, max: 10, default: 0.1, description: 'Its deviation' } },
      suites: { quick: [{}], full: [{}, { noise: 1 }] },
      generate: ({ noise }, seed) => toyInstance('follow', { noise, noiseSeed: seed }),
    }),
    unbounded: defineFamily({
      title: 'Unbounded smoothness',
      description: 'f = Σ cosh(y − c), whose second derivative grows with its gradient; from x = y = 0.',
      real: false,
      params: {
        size: { type: 'integer', min: 1, max: 100_000, default: 5, description: 'Variables per level' },
        offset: { type: 'number', min: 0, max: 20, default: 10, description: 'c' },
        noise: { type: 'number', min: 0, max: 100, default: 0, description: 'Standard deviation of sample gradients' },
      },
      suites: { quick: [{ offset: 3 }], full: [{}, { size: 50 }, { size: 500 }] },
      generate: ({ size, offset, noise }, seed) => toyInstance('cosh', { size, offset, noise, noiseSeed: seed }),
    }),
    quadratic: defineFamily({
      title: 'Many lower solutions',
      description: 'g = |Cy − Dx|²/2 with half as many rows as columns, all entries normal; f = |y − t|²/2 + |x|²/20.',
      real: false,
      params: { q: { type: 'integer', min: 2, max: 2000, default: 10, description: 'Variables per level' } },
      suites: { quick: [{}], full: [{ q: 50 }, { q: 100 }, { q: 1000 }] },
      generate: ({ q }, seed) => quadraticInstance(q, seed),
    }),
    cleaning: defineFamily({
      title: 'Wrong labels among digits',
      description:
        'Scanned digits of 8 x 8 pixels, with some training labels moved to another class; a weight sig(x) for each sample, chosen on clean data; a third set for tests.',
      real: true,
      params: {
        train: { type: 'integer', min: 10, max: 1700, default: 1000, description: 'Training samples' },
        validation: { type: 'integer', min: 5, max: 1000, default: 297, description: 'Clean samples' },
        wrong: { type: 'number', min: 0, max: 1, default: 0.3, description: 'Share of wrong labels' },
        ridge: { type: 'number', above: 0, max: 10, default: 0.01, description: 'μ' },
      },
      suites: { quick: [{ train: 60, validation: 30 }], full: [{ train: 400 }, {}] },
      generate: (options, seed) => digitsCleaning(options, seed),
    }),
    regularization: defineFamily({
      title: 'Regularisation of a tumour model',
      description:
        'Logistic regression on 30 standardised measurements of 569 tumours: one weight e^x, or one for each coefficient, tuned on a validation set; bounds −10 and 5.',
      real: true,
      params: {
        shared: { type: 'boolean', default: false, description: 'One weight for all' },
        split: { type: 'choice', choices: ['thirds', 'halves'], default: 'thirds', description: 'Whether to use a test set' },
      },
      suites: { quick: [{ shared: true }], full: [{}, { split: 'halves' }] },
      generate: ({ shared, split }) => tumourRegularization(shared, split as 'thirds' | 'halves'),
    }),
  },
  metrics: {
    hyperGradient: {
      title: 'Hyper-gradient',
      description: '|∇F(x)| at the exact lower solution, projected if there is a set, relative to 1 + |∇F(x₀)|.',
      unit: '',
      direction: 'minimize',
      targets: [1e-1, 1e-2, 1e-3],
      compute: (instance: BilevelInstance, solution: BilevelSolution) => {
        const { model, scale } = basisOf(instance);
        const now = proximalNorm(solution.x, evaluated(instance, solution).gradient, projection(model.problem.setX));
        return reported(now / scale);
      },
    },
    hyperObjective: {
      title: 'Hyper-objective',
      description: 'F(x) at the exact lower solution.',
      unit: '',
      direction: 'minimize',
      compute: (instance: BilevelInstance, solution: BilevelSolution) => reported(evaluated(instance, solution).value),
    },
    residual: {
      title: 'Residual',
      description:
        'The largest residual of the method’s own equations: the hyper-gradient (of the penalised problem if σ > 0), the lower level, the linear system, each relative to its terms.',
      unit: '',
      direction: 'minimize',
      compute: (instance: BilevelInstance, solution: BilevelSolution) =>
        reported(basisOf(instance).judge.judge(solution).worst),
    },
    testError: {
      title: 'Test error',
      description:
        'On data not used in either level, after a solve of the lower level: share of wrong classes, or mean loss; 0 without such data.',
      unit: '',
      direction: 'minimize',
      compute: (instance: BilevelInstance, solution: BilevelSolution) =>
        reported(basisOf(instance).model.testError?.(evaluated(instance, solution).y) ?? 0),
    },
    foundBad: {
      title: 'F1 of bad labels',
      description: 'F1 score of ‘weight below one half’ as a detector of wrong labels; 0 if none are known.',
      unit: '',
      direction: 'maximize',
      compute: (instance: BilevelInstance, { x }: BilevelSolution) => basisOf(instance).model.foundBad?.(x) ?? 0,
    },
    gradients: {
      title: 'Gradients',
      description: 'Gradients and products, as counted by the solver, regardless of batch size.',
      unit: '',
      direction: 'minimize',
      compute: (_: BilevelInstance, { evaluations }: BilevelSolution) => Object.values(evaluations).reduce((a, b) => a + b, 0),
    },
  },
  primaryMetric: 'hyperGradient',
  unproved: 'The hypergradient is only measured: the levels are functions, which no checker can read.',
  success: {
    metric: 'residual',
    bound: (_, { options }) => {
      const tolerance = options['tolerance'];
      return typeof tolerance === 'number' ? tolerance * (1 + 1e-9) : undefined;
    },
  },
  plainData: ({ source, ...rest }: BilevelInstance) => (source.kind === 'functions' ? undefined : { source, ...rest }),
  validate: checkInstance,
  instanceFile: {
    description:
      'A JSON object with the `train`, `validation` and optionally `test` part of a linear model, each `{ design, targets }` (rows, and numbers or labels −1 and 1), the `loss` (`squares` or `logistic`), whether one weight is `shared`, and bounds `lower` and `upper` of the logarithms of the weights. Methods start at x = 0, y = 0.',
    example: {
      loss: 'squares',
      shared: true,
      lower: -5,
      upper: 5,
      train: { design: [[1], [2], [3]], targets: [1, 3, 2] },
      validation: { design: [[1], [4]], targets: [1, 2] },
    },
    parse: (json) => {
      const fields = ['loss', 'shared', 'lower', 'upper', 'train', 'validation', 'test'];
      const { loss, shared, lower = -10, upper = 10, train, validation, test } = readObject(json, 'instance', fields);
      const part = (value: unknown, argument: string) => {
        const { design, targets } = readObject(value, argument, ['design', 'targets']);
        return { design: readMatrix(design, `${argument}.design`), targets: readVector(targets, `${argument}.targets`) };
      };
      const parts = {
        train: part(train, 'train'),
        validation: part(validation, 'validation'),
        ...(test !== undefined && { test: part(test, 'test') }),
      };
      const q = parts.train.design.cols;
      return {
        source: { kind: 'regularization', loss, shared, lower, upper, ...parts } as BilevelInstance['source'],
        initial: { x: new Float64Array(shared === true ? 1 : q), y: new Float64Array(q) },
      };
    },
  },
  badInstances: () => {
    const good = toyInstance('line');
    const quadratic = quadraticInstance(4, 1);
    const half = { design: { rows: 2, cols: 1, values: Float64Array.of(1, 2) }, targets: Float64Array.of(1, 3) };
    const regularization = {
      source: {
        kind: 'regularization',
        loss: 'logistic',
        train: half,
        validation: half,
        shared: true,
        lower: -1,
        upper: 1,
      } as const,
      initial: { x: new Float64Array(1), y: new Float64Array(1) },
    };
    const source = quadratic.source as Extract<BilevelInstance['source'], { kind: 'quadratic' }>;
    return [
      {
        fault: 'a start of another length',
        instance: { ...good, initial: { ...good.initial, x: new Float64Array(3) } },
        argument: 'initial.x',
      },
      {
        fault: 'a start that is not a number',
        instance: { ...good, initial: { ...good.initial, y: Float64Array.of(0, Number.NaN) } },
        argument: 'initial.y',
      },
      {
        fault: 'an unknown toy',
        instance: { ...good, source: { ...good.source, name: 'none' } as unknown as BilevelInstance['source'] },
        argument: 'name',
      },
      {
        fault: 'matrices of different rows',
        instance: { ...quadratic, source: { ...source, d: { rows: 1, cols: 2, values: Float64Array.of(1, 2) } } },
        argument: 'd',
      },
      { fault: 'targets that are not labels', instance: regularization, argument: 'train.targets' },
      {
        fault: 'an oracle that is missing',
        instance: { ...good, source: { kind: 'functions', problem: { dimX: 1, dimY: 2 } as unknown as BilevelProblem } },
        argument: 'problem.gradFx',
      },
    ];
  },
  hardInstances: () => [
    { hardness: 'a huge lower level', instance: scaledFollower(1, 1e150) },
    { hardness: 'a tiny lower level', instance: scaledFollower(1, 1e-150) },
    { hardness: 'a huge upper level', instance: scaledFollower(1e150, 1) },
    { hardness: 'an upper level of denormals', instance: scaledFollower(1e-310, 1) },
    { hardness: 'a flat upper level', instance: scaledFollower(0, 1) },
    { hardness: 'a flat lower level', instance: scaledFollower(1, 0) },
    { hardness: 'a line of lower solutions', instance: toyInstance('line') },
    { hardness: 'a hyper-objective that jumps', instance: toyInstance('jump') },
    { hardness: 'an upper level that grows exponentially', instance: toyInstance('cosh', { offset: 300 }) },
    { hardness: 'gradients that become NaN half-way', instance: failing() },
  ],
});

/** The follower with both levels scaled, as functions. */
function scaledFollower(upper: number, lower: number): BilevelInstance {
  const put = (out: Float64Array, value: number) => {
    out[0] = value;
  };
  return {
    source: {
      kind: 'functions',
      problem: {
        dimX: 1,
        dimY: 1,
        f: ([x], [y]) => (upper * ((x - 1) ** 2 + (y - 3) ** 2)) / 2,
        g: ([x], [y]) => (lower * (y - 2 * x) ** 2) / 2,
        gradFx: ([x], _, out) => put(out, upper * (x - 1)),
        gradFy: (_, [y], out) => put(out, upper * (y - 3)),
        gradGx: ([x], [y], out) => put(out, -2 * lower * (y - 2 * x)),
        gradGy: ([x], [y], out) => put(out, lower * (y - 2 * x)),
        hvpGyy: (_x, _y, [v], out) => put(out, lower * v),
        jvpGxy: (_x, _y, [v], out) => put(out, -2 * lower * v),
      },
    },
    initial: { x: new Float64Array(1), y: new Float64Array(1) },
  };
}

/** Gradients that are numbers near the start only. */
function failing(): BilevelInstance {
  const { source, initial } = scaledFollower(1, 1);
  const { problem } = source as { problem: BilevelProblem };
  return {
    source: {
      kind: 'functions',
      problem: {
        ...problem,
        gradGy: (x, y, out) => {
          problem.gradGy(x, y, out);
          if (x[0] > 0.7) out.fill(Number.NaN);
        },
      },
    },
    initial,
  };
}

/** For messages of solvers that need something the instance lacks. */
export function declinesSets(instance: BilevelInstance): string | undefined {
  const { problem } = modelOf(instance);
  if (problem.setY) return 'this method does not support constraints on the lower level; penalty methods do';
  if (!problem.hvpGyy || !problem.jvpGxy) return 'this method needs products with second derivatives';
  return undefined;
}

/** Refuses a lower set where a method has none. */
export function refuseLowerSet({ setY }: BilevelProblem): void {
  if (!setY) return;
  throw fault('is not supported by this method; penalty methods take one', 'problem.setY', 'unsupported');
}
