// The registered problem `bilevel/multi-block`: instances with many lower levels, metrics, and what `converged` must mean.
import {
  checkChoice,
  checkInteger,
  checkMatrix,
  checkNumber,
  checkVector,
  defineFamily,
  defineProblem,
  InvalidInputError,
  type Iterate,
  importData,
  type Problem,
  Random,
} from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { TargetRows } from '../models/regularisation.ts';
import type { OracleCalls } from '../oracles/bilevel-problem.ts';
import {
  type AucBlocks,
  aucBlocks,
  type BlockModel,
  type FoldBlocks,
  foldBlocks,
  type QuadraticBlocks,
  quadraticBlocks,
  type RankingBlocks,
  rankingBlocks,
  type TemperatureBlocks,
  temperatureBlocks,
} from './block-models.ts';
import { type ExactHypergradient, exactHypergradient } from './exact-hypergradient.ts';
import { checkMultiBlockProblem, type MultiBlockProblem } from './multi-block-problem.ts';
import type { Sequences } from './recurrent-encoder.ts';
import { drawnSequenceTasks, type SequenceBlocks, sequenceBlocks } from './sequence-tasks.ts';

/** Oracles that somebody wrote. */
interface FunctionBlocks {
  /** Which model. */
  readonly kind: 'functions';
  /** The oracles. */
  readonly problem: MultiBlockProblem;
}

/** What a multi-block problem is made of. */
export type MultiBlockSource =
  | QuadraticBlocks
  | TemperatureBlocks
  | AucBlocks
  | RankingBlocks
  | FoldBlocks
  | SequenceBlocks
  | FunctionBlocks;

/** A multi-block problem with a start. */
export interface MultiBlockInstance {
  /** What it is made of. */
  readonly source: MultiBlockSource;
  /** Where x starts; lower levels start at zero. */
  readonly x0: Float64Array;
}

/** What a method for many lower levels found. */
export interface MultiBlockSolution {
  /** The upper variables. */
  readonly x: Float64Array;
  /** The lower variables, m x q numbers. */
  readonly y: Float64Array;
  /** Calls of the oracles. */
  readonly calls: OracleCalls;
}

/** News of an iteration. */
export interface MultiBlockIterate extends Iterate<MultiBlockSolution> {
  /** Length of the direction in which x was last moved. */
  readonly direction: number;
}

/** The oracles of a valid instance, and what is known of it. */
export function blockModelOf({ source }: MultiBlockInstance): BlockModel {
  if (source.kind === 'functions') return { problem: source.problem };
  if (source.kind === 'quadratic') return quadraticBlocks(source);
  if (source.kind === 'temperatures') return temperatureBlocks(source);
  if (source.kind === 'auc') return aucBlocks(source);
  if (source.kind === 'ranking') return rankingBlocks(source);
  if (source.kind === 'sequences') return sequenceBlocks(source);
  return foldBlocks(source);
}

/** Drawn quadratics: A = QQ'/q + I with normal Q, B normal over √p, c and t normal. */
export function quadraticBlockInstance(
  sizes: { blocks: number; dimX: number; dimY: number; noise: number },
  seed: number,
): MultiBlockInstance {
  const { blocks, dimX, dimY, noise } = sizes;
  const random = new Random(seed);
  const a = new Float64Array(blocks * dimY * dimY);
  const draws = new Float64Array(dimY * dimY);
  for (let i = 0; i < blocks; i++) {
    random.normals(draws);
    for (let r = 0; r < dimY; r++) {
      for (let k = 0; k < dimY; k++) {
        let sum = 0;
        for (let j = 0; j < dimY; j++) sum += draws[r * dimY + j] * draws[k * dimY + j];
        a[(i * dimY + r) * dimY + k] = sum / dimY + (r === k ? 1 : 0);
      }
    }
  }
  const normals = (length: number, scale = 1) =>
    random.normals(new Float64Array(length)).map((t) => t * scale);
  return {
    source: {
      kind: 'quadratic',
      blocks,
      dimX,
      dimY,
      a,
      b: normals(blocks * dimY * dimX, 1 / Math.sqrt(dimX)),
      c: normals(blocks * dimY),
      t: normals(blocks * dimY),
      ridge: 0.1,
      noise,
      noiseSeed: seed,
    },
    x0: new Float64Array(dimX),
  };
}

/** Tumours, standardised, with an intercept: three of five rows train, the others validate. */
async function tumourTemperatures(blocks: number, wrong: number, seed: number): Promise<MultiBlockInstance> {
  const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
  const { features, labels } = loadBreastCancer();
  const random = new Random(seed);
  const part = (members: number[], flipped: number): TargetRows => ({
    design: standardised(features, members),
    targets: Float64Array.from(members, (r) => (labels[r] ? 1 : -1) * (random.uniform() < flipped ? -1 : 1)),
  });
  const members = Array.from({ length: features.rows }, (_, r) => r);
  const train = part(
    members.filter((r) => r % 5 < 3),
    wrong,
  );
  return {
    source: {
      kind: 'temperatures',
      temperatures: Float64Array.from({ length: blocks }, () => 1 + 10 * random.uniform()),
      train,
      validation: part(
        members.filter((r) => r % 5 >= 3),
        0,
      ),
      ridge: 1e-2,
    },
    x0: new Float64Array(train.design.rows),
  };
}

function standardised(
  { rows, cols, values }: { rows: number; cols: number; values: Float64Array },
  members: readonly number[],
) {
  const out = new Float64Array(members.length * (cols + 1));
  for (let j = 0; j < cols; j++) {
    let [mean, square] = [0, 0];
    for (let r = 0; r < rows; r++) mean += values[r * cols + j] / rows;
    for (let r = 0; r < rows; r++) square += (values[r * cols + j] - mean) ** 2 / rows;
    for (const [k, r] of members.entries())
      out[k * (cols + 1) + j] = (values[r * cols + j] - mean) / Math.sqrt(square);
  }
  for (let k = 0; k < members.length; k++) out[k * (cols + 1) + cols] = 1;
  return { rows: members.length, cols: cols + 1, values: out };
}

/** Adverts: one active entry in each of 14 groups, labels from a sparse model with about a quarter positive. */
function drawnAdverts(rows: number, blocks: number, seed: number): MultiBlockInstance {
  const random = new Random(seed);
  const cols = 124;
  const weights = Float64Array.from({ length: cols }, () =>
    random.uniform() < 0.3 ? 2 * random.normal() : 0,
  );
  const draw = (count: number): TargetRows => {
    const values = new Float64Array(count * cols);
    const targets = new Float64Array(count);
    for (let r = 0; r < count; r++) {
      let score = -1.8;
      for (let group = 0; group < 14; group++) {
        const from = Math.floor((group * cols) / 14);
        const at = from + random.integer(Math.floor(((group + 1) * cols) / 14) - from);
        values[r * cols + at] = 1;
        score += weights[at] * 0.7;
      }
      targets[r] = random.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : -1;
    }
    return { design: { rows: count, cols, values }, targets };
  };
  return {
    source: {
      kind: 'temperatures',
      temperatures: Float64Array.from({ length: blocks }, () => 1 + 10 * random.uniform()),
      train: draw(rows),
      validation: draw(Math.ceil(rows / 4)),
      ridge: 1e-2,
    },
    x0: new Float64Array(rows),
  };
}

/** Digits, odd against even, dealt to ten groups. */
async function digitsAuc(rows: number, seed: number): Promise<MultiBlockInstance> {
  const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
  const { images, labels } = loadDigits();
  const chosen = new Random(seed).sample(images.rows, Math.min(rows, images.rows));
  const cols = images.cols;
  const values = Float64Array.from(
    { length: chosen.length * cols },
    (_, k) => images.values[chosen[Math.floor(k / cols)] * cols + (k % cols)] / 16,
  );
  return {
    source: {
      kind: 'auc',
      design: { rows: chosen.length, cols, values },
      labels: Int32Array.from(chosen, (r) => labels[r] % 2),
      groups: 10,
      ridge: 1e-3,
    },
    x0: new Float64Array(cols),
  };
}

/** Queries whose relevance a hidden linear scorer and noise decide. */
function drawnQueries(queries: number, items: number, seed: number): MultiBlockInstance {
  const random = new Random(seed);
  const cols = 20;
  const hidden = random.normals(new Float64Array(cols)).map((t) => t / Math.sqrt(cols));
  const values = random.normals(new Float64Array(queries * items * cols));
  const scores = Float64Array.from({ length: queries * items }, (_, r) => {
    let sum = 0.5 * random.normal();
    for (let k = 0; k < cols; k++) sum += hidden[k] * values[r * cols + k];
    return sum;
  });
  const cuts = [0.3, 0.8, 1.3, 1.8];
  return {
    source: {
      kind: 'ranking',
      design: { rows: queries * items, cols, values },
      relevance: scores.map((score) => cuts.filter((cut) => score > cut).length),
      items,
      top: 10,
    },
    x0: random.normals(new Float64Array(cols)).map((t) => 0.1 * t),
  };
}

/** Tumours in folds. */
async function tumourFolds(folds: number): Promise<MultiBlockInstance> {
  const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
  const { features, labels } = loadBreastCancer();
  const members = Array.from({ length: features.rows }, (_, r) => r);
  const design = standardised(features, members);
  return {
    source: {
      kind: 'folds',
      loss: 'logistic',
      data: { design, targets: Float64Array.from(members, (r) => (labels[r] ? 1 : -1)) },
      folds,
    },
    x0: new Float64Array(design.cols).fill(-4),
  };
}

/** The truth at x, remembered by solution. */
const truths = new WeakMap<object, ExactHypergradient>();

function truthAt(
  instance: MultiBlockInstance,
  key: object,
  x: Float64Array,
  initial?: Float64Array,
): ExactHypergradient {
  const before = truths.get(key);
  if (before) return before;
  const made = exactHypergradient(blockModelOf(instance).problem, x, initial ? { initial } : {});
  truths.set(key, made);
  return made;
}

function reported(value: number): number {
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

/** Nothing over nothing is nothing. */
function ratio(a: number, b: number): number {
  return a === 0 ? 0 : a / b;
}

const blocks = { type: 'integer', min: 1, max: 200_000, default: 20, description: 'Lower levels' } as const;

/** Bilevel optimisation with many lower levels. */
export const multiBlockOptimisation: Problem<MultiBlockInstance, MultiBlockSolution, MultiBlockIterate> =
  defineProblem({
    id: 'bilevel/multi-block',
    title: 'Multi-block bilevel optimisation',
    statement: String.raw`Find
$$\min_x F(x) = \frac{1}{m} \sum_{i=1}^m f_i(x, y_i(x)), \qquad y_i(x) = \arg\min_y g_i(x, y),$$
where there are many lower levels, each strongly convex, and an iteration may look at a few of them and a few samples of each.`,
    families: {
      quadratic: defineFamily({
        title: 'Quadratics with noise',
        description: 'Drawn A, B, c, t; samples have noise in the Hessian, the linear term and the target.',
        real: false,
        params: {
          blocks,
          dimX: { type: 'integer', min: 1, max: 10_000, default: 8, description: 'p' },
          dimY: { type: 'integer', min: 1, max: 500, default: 5, description: 'q' },
          noise: {
            type: 'number',
            min: 0,
            max: 10,
            default: 0.5,
            description: 'Deviation of the noise of a sample',
          },
        },
        suites: {
          quick: [{ blocks: 6, dimX: 3, dimY: 2, noise: 0 }, {}],
          full: [{ blocks: 1000 }, { blocks: 64, dimY: 50, dimX: 200 }],
        },
        generate: (sizes, seed) => quadraticBlockInstance(sizes, seed),
      }),
      temperatures: defineFamily({
        title: 'Weights of samples over many temperatures',
        description:
          'A logistic model of the tumours at each temperature, some training labels wrong; one weight for each training sample, chosen by the mean validation loss.',
        real: true,
        params: {
          blocks,
          wrong: { type: 'number', min: 0, max: 0.5, default: 0.2, description: 'Share of wrong labels' },
        },
        suites: { quick: [{ blocks: 3 }], full: [{}, { blocks: 100 }] },
        generate: ({ blocks, wrong }, seed) => tumourTemperatures(blocks, wrong, seed),
      }),
      adverts: defineFamily({
        title: 'Adverts at many temperatures',
        description:
          'Rows with one active entry in each of 14 groups, 124 columns, about a quarter positive.',
        real: false,
        params: {
          blocks,
          rows: { type: 'integer', min: 8, max: 50_000, default: 2000, description: 'Training rows' },
        },
        suites: { quick: [{ blocks: 2, rows: 60 }], full: [{ blocks: 100, rows: 18_156 }] },
        generate: ({ blocks, rows }, seed) => drawnAdverts(rows, blocks, seed),
      }),
      auc: defineFamily({
        title: 'Area under the curve of ten groups',
        description:
          'Odd digits against even ones by one linear score, the images dealt to ten groups; the lower levels are the means of both sides of a group.',
        real: true,
        params: { rows: { type: 'integer', min: 20, max: 1797, default: 600, description: 'Images' } },
        suites: { quick: [{ rows: 100 }], full: [{}, { rows: 1797 }] },
        generate: ({ rows }, seed) => digitsAuc(rows, seed),
      }),
      ranking: defineFamily({
        title: 'Ranking of queries',
        description:
          'Items with 20 features and relevance 0 to 4; the lower level of a query is its smoothed tenth score.',
        real: false,
        params: {
          queries: { type: 'integer', min: 2, max: 10_000, default: 100, description: 'Queries' },
          items: { type: 'integer', min: 12, max: 1000, default: 50, description: 'Items of a query' },
        },
        suites: { quick: [{ queries: 4, items: 15 }], full: [{}, { queries: 500 }] },
        generate: ({ queries, items }, seed) => drawnQueries(queries, items, seed),
      }),
      sequences: defineFamily({
        title: 'Few-shot tasks over sequences',
        description:
          'Each task tells two Markov chains over 20 tokens apart from a few sequences of length 10 to 40; a recurrent encoder is shared, a logistic head a task is the lower level.',
        real: false,
        params: {
          tasks: { type: 'integer', min: 1, max: 1000, default: 40, description: 'Training tasks' },
          testTasks: { type: 'integer', min: 1, max: 1000, default: 20, description: 'Tasks that score' },
          hidden: { type: 'integer', min: 1, max: 128, default: 16, description: 'States of the encoder' },
          shots: {
            type: 'integer',
            min: 2,
            max: 200,
            default: 20,
            description: 'Sequences of a support or query part',
          },
        },
        suites: {
          quick: [
            { tasks: 3, testTasks: 2, hidden: 3, shots: 4 },
            { tasks: 20, hidden: 8 },
          ],
          full: [{ tasks: 400, testTasks: 50, hidden: 32 }],
        },
        generate: (sizes, seed) => drawnSequenceTasks(sizes, seed),
      }),
      folds: defineFamily({
        title: 'Regularisation weights by folds',
        description:
          'A logistic model of the tumours with one weight e^x a coefficient, judged by cross-validation: a lower level a fold.',
        real: true,
        params: { folds: { type: 'integer', min: 2, max: 569, default: 10, description: 'Folds' } },
        suites: { quick: [{ folds: 3 }], full: [{}, { folds: 569 }] },
        generate: ({ folds }) => tumourFolds(folds),
      }),
    },
    metrics: {
      hyperGradient: {
        title: 'Hyper-gradient',
        description:
          '|∇F(x)| with all lower levels solved, over the mean size of the blocks’ parts at the start.',
        unit: '',
        direction: 'minimise',
        targets: [0.3, 0.1, 0.03],
        compute: (instance: MultiBlockInstance, solution: MultiBlockSolution) =>
          reported(
            ratio(
              norm(truthAt(instance, solution, solution.x, solution.y).gradient),
              truthAt(instance, instance.x0, instance.x0).size,
            ),
          ),
      },
      hyperObjective: {
        title: 'Hyper-objective',
        description: 'F(x) with all lower levels solved.',
        unit: '',
        direction: 'minimise',
        compute: (instance: MultiBlockInstance, solution: MultiBlockSolution) =>
          reported(truthAt(instance, solution, solution.x, solution.y).value),
      },
      score: {
        title: 'Score',
        description:
          'Mean accuracy, area under the curve or NDCG@10, where the instance has one; 0 elsewhere.',
        unit: '',
        direction: 'maximise',
        compute: (instance: MultiBlockInstance, { x, y }: MultiBlockSolution) =>
          blockModelOf(instance).score?.(x, y) ?? 0,
      },
      calls: {
        title: 'Calls',
        description: 'Oracle calls for a block and a batch, as the solver counted them.',
        unit: '',
        direction: 'minimise',
        compute: (_: MultiBlockInstance, { calls }: MultiBlockSolution) =>
          Object.values(calls).reduce((a, b) => a + b, 0),
      },
    },
    primaryMetric: 'hyperGradient',
    success: {
      metric: 'hyperGradient',
      bound: (_, { options }) => {
        const tolerance = options['tolerance'];
        return typeof tolerance === 'number' ? tolerance * 1.001 + 1e-9 : undefined;
      },
    },
    plainData: ({ source, ...rest }: MultiBlockInstance) =>
      source.kind === 'functions' ? undefined : { source, ...rest },
    validate: checkInstance,
    badInstances: () => {
      const good = quadraticBlockInstance({ blocks: 2, dimX: 2, dimY: 1, noise: 0 }, 1);
      const source = good.source as QuadraticBlocks;
      return [
        {
          fault: 'a start of another length',
          instance: { ...good, x0: new Float64Array(1) },
          argument: 'x0',
        },
        { fault: 'no blocks', instance: { ...good, source: { ...source, blocks: 0 } }, argument: 'blocks' },
        {
          fault: 'too few matrices',
          instance: { ...good, source: { ...source, a: new Float64Array(1) } },
          argument: 'a',
        },
        {
          fault: 'a matrix with NaN',
          instance: { ...good, source: { ...source, b: source.b.map(() => Number.NaN) } },
          argument: 'b',
        },
        {
          fault: 'oracles that are missing',
          instance: {
            ...good,
            source: {
              kind: 'functions',
              problem: { blocks: 1, dimX: 2, dimY: 1 } as unknown as MultiBlockProblem,
            },
          },
          argument: 'problem.gradGy',
        },
      ];
    },
    hardInstances: () => [
      { hardness: 'huge lower levels', instance: scaledBlocks(1e150, 1) },
      { hardness: 'tiny lower levels', instance: scaledBlocks(1e-150, 1) },
      { hardness: 'flat upper levels', instance: scaledBlocks(1, 0) },
      {
        hardness: 'one block',
        instance: quadraticBlockInstance({ blocks: 1, dimX: 1, dimY: 1, noise: 0 }, 3),
      },
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
    x0: new Float64Array(1),
  };
}

function failing(): MultiBlockInstance {
  const { source, x0 } = scaledBlocks(1, 1);
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
    x0,
  };
}

/**
 * Checks an instance.
 *
 * @throws {InvalidInputError} naming the place at fault
 */
function checkInstance(instance: MultiBlockInstance): void {
  const { source, x0 } = instance ?? {};
  if (typeof source !== 'object' || source === null) {
    throw new InvalidInputError('expected an object', { argument: 'source', code: 'type' });
  }
  checkChoice(source.kind, 'kind', [
    'quadratic',
    'temperatures',
    'auc',
    'ranking',
    'folds',
    'sequences',
    'functions',
  ] as const);
  if (source.kind === 'functions') checkMultiBlockProblem(source.problem);
  else if (source.kind === 'quadratic') checkQuadratic(source);
  else if (source.kind === 'temperatures') {
    checkDoubles(source.temperatures, 'temperatures');
    const index = source.temperatures.findIndex((t) => !(t > 0));
    if (index >= 0)
      throw new InvalidInputError('must be positive', {
        argument: 'temperatures',
        code: 'out-of-range',
        index,
      });
    checkNumber(source.ridge, 'ridge', { above: 0 });
    checkTargets(source.train, 'train', true);
    checkTargets(source.validation, 'validation', true, source.train.design.cols);
  } else if (source.kind === 'auc') checkAuc(source);
  else if (source.kind === 'ranking') checkRanking(source);
  else if (source.kind === 'sequences') checkSequences(source);
  else {
    checkChoice(source.loss, 'loss', ['logistic', 'squares'] as const);
    checkTargets(source.data, 'data', source.loss === 'logistic');
    checkInteger(source.folds, 'folds', { min: 2, max: source.data.design.rows });
  }
  checkDoubles(x0, 'x0', blockModelOf(instance).problem.dimX);
}

function checkQuadratic(source: QuadraticBlocks): void {
  const { blocks, dimX, dimY, a, b, c, t } = source;
  checkInteger(blocks, 'blocks', { min: 1, max: 2 ** 28 });
  checkInteger(dimX, 'dimX', { min: 1, max: 2 ** 28 });
  checkInteger(dimY, 'dimY', { min: 1, max: 2 ** 14 });
  checkDoubles(a, 'a', blocks * dimY * dimY);
  checkDoubles(b, 'b', blocks * dimY * dimX);
  checkDoubles(c, 'c', blocks * dimY);
  checkDoubles(t, 't', blocks * dimY);
  checkNumber(source.ridge, 'ridge', { min: 0 });
  checkNumber(source.noise, 'noise', { min: 0 });
  checkInteger(source.noiseSeed, 'noiseSeed', { min: 0, max: Number.MAX_SAFE_INTEGER });
}

function checkAuc({ design, labels, groups, ridge }: AucBlocks): void {
  checkDense(design, 'design');
  checkInteger(groups, 'groups', { min: 1, max: design.rows });
  checkNumber(ridge, 'ridge', { above: 0 });
  if (!(labels instanceof Int32Array) || labels.length !== design.rows) {
    throw new InvalidInputError('expected an Int32Array with a label for every row', {
      argument: 'labels',
      code: 'shape',
    });
  }
  const index = labels.findIndex((label) => label !== 0 && label !== 1);
  if (index >= 0) {
    throw new InvalidInputError(`is ${labels[index]}, not 0 or 1`, {
      argument: 'labels',
      code: 'out-of-range',
      index,
    });
  }
  const counts = new Int32Array(2 * groups);
  for (let r = 0; r < labels.length; r++) counts[2 * (r % groups) + labels[r]]++;
  const missing = counts.indexOf(0);
  if (missing < 0) return;
  const problem = `has no row of class ${missing % 2} in group ${Math.floor(missing / 2)}`;
  throw new InvalidInputError(problem, { argument: 'labels', code: 'out-of-range' });
}

function checkSequences({ vocabulary, hidden, ridge, tasks, testTasks }: SequenceBlocks): void {
  checkInteger(vocabulary, 'vocabulary', { min: 1, max: 1e6 });
  checkInteger(hidden, 'hidden', { min: 1, max: 4096 });
  checkNumber(ridge, 'ridge', { above: 0 });
  for (const [name, list] of [
    ['tasks', tasks],
    ['testTasks', testTasks],
  ] as const) {
    if (!Array.isArray(list) || list.length === 0) {
      throw new InvalidInputError('expected a list of tasks', { argument: name, code: 'type' });
    }
    for (const [i, task] of list.entries()) {
      for (const part of ['support', 'query'] as const)
        checkPart(task?.[part], `${name}[${i}].${part}`, vocabulary);
    }
  }
}

function checkPart(part: Sequences | undefined, argument: string, vocabulary: number): void {
  const { tokens, pointers, labels } = part ?? {};
  const typed = [tokens, pointers, labels].every((entries) => entries instanceof Int32Array);
  if (!typed || !tokens || !pointers || !labels) {
    throw new InvalidInputError('expected tokens, pointers and labels as Int32Array', {
      argument,
      code: 'type',
    });
  }
  const count = labels.length;
  const rising = pointers.length === count + 1 && labels.every((_, i) => pointers[i + 1] > pointers[i]);
  if (count === 0 || !rising || pointers[0] !== 0 || pointers[count] !== tokens.length) {
    throw new InvalidInputError('must rise from 0 to the number of tokens', {
      argument: `${argument}.pointers`,
      code: 'shape',
    });
  }
  const token = tokens.findIndex((t) => t < 0 || t >= vocabulary);
  if (token >= 0) {
    throw new InvalidInputError(`is ${tokens[token]}, beyond the vocabulary`, {
      argument: `${argument}.tokens`,
      code: 'out-of-range',
      index: token,
    });
  }
  const label = labels.findIndex((t) => t !== 0 && t !== 1);
  if (label >= 0) {
    throw new InvalidInputError(`is ${labels[label]}, not 0 or 1`, {
      argument: `${argument}.labels`,
      code: 'out-of-range',
      index: label,
    });
  }
}

function checkRanking({ design, relevance, items, top }: RankingBlocks): void {
  checkDense(design, 'design');
  checkDoubles(relevance, 'relevance', design.rows);
  checkInteger(items, 'items', { min: 1, max: design.rows });
  checkInteger(top, 'top', { min: 1, max: items });
  const index = relevance.findIndex((t) => !(t >= 0 && t <= 50));
  if (index >= 0)
    throw new InvalidInputError('must be from 0 to 50', {
      argument: 'relevance',
      code: 'out-of-range',
      index,
    });
  if (design.rows % items === 0) return;
  throw new InvalidInputError(`has ${design.rows} rows, no multiple of ${items} items`, {
    argument: 'design',
    code: 'shape',
  });
}

function checkTargets(part: TargetRows, argument: string, labelled: boolean, cols?: number): void {
  if (typeof part !== 'object' || part === null) {
    throw new InvalidInputError('expected an object', { argument, code: 'type' });
  }
  checkDense(part.design, `${argument}.design`);
  checkDoubles(part.targets, `${argument}.targets`, part.design.rows);
  const index = labelled ? part.targets.findIndex((t) => t !== 1 && t !== -1) : -1;
  if (index >= 0) {
    throw new InvalidInputError(`is ${part.targets[index]}, not -1 or 1`, {
      argument: `${argument}.targets`,
      code: 'out-of-range',
      index,
    });
  }
  if (cols === undefined || part.design.cols === cols) return;
  throw new InvalidInputError(`has ${part.design.cols} columns, not ${cols}`, {
    argument: `${argument}.design`,
    code: 'shape',
  });
}

function checkDense(matrix: unknown, argument: string): void {
  checkMatrix(matrix, argument);
  checkDoubles(matrix.values, `${argument}.values`);
}

function checkDoubles(values: unknown, argument: string, length?: number): asserts values is Float64Array {
  checkVector(values, argument, length);
  if (values instanceof Float64Array) return;
  throw new InvalidInputError('expected a Float64Array', { argument, code: 'type' });
}
