// Families of instances with many lower levels: drawn ones, tumours, digits, adverts, queries and sequences.
import { defineFamily, Random } from '@infimum/core';
import { importData } from '@infimum/core/data';
import { rowDot } from '@infimum/linalg/numerics';
import type { TargetRows } from '../models/regularization.ts';
import type { MultiBlockInstance } from './multi-block-instance.ts';
import { drawnSequenceTasks } from './sequence-tasks.ts';

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
        a[(i * dimY + r) * dimY + k] = rowDot(draws, r * dimY, draws, k * dimY, dimY) / dimY + (r === k ? 1 : 0);
      }
    }
  }
  const normals = (length: number, scale = 1) => random.normals(new Float64Array(length)).map((t) => t * scale);
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
    initial: new Float64Array(dimX),
  };
}

/** Tumours, standardised, with an intercept: three of five rows train, the others validate. */
async function tumourTemperatures(blocks: number, wrong: number, seed: number): Promise<MultiBlockInstance> {
  const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
  const { features, labels } = loadBreastCancer();
  const random = new Random(seed);
  const part = (members: number[], flipped: number): TargetRows => ({
    design: standardized(features, members),
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
    initial: new Float64Array(train.design.rows),
  };
}

function standardized(
  { rows, cols, values }: { rows: number; cols: number; values: Float64Array },
  members: readonly number[],
) {
  const out = new Float64Array(members.length * (cols + 1));
  for (let j = 0; j < cols; j++) {
    let [mean, square] = [0, 0];
    for (let r = 0; r < rows; r++) mean += values[r * cols + j] / rows;
    for (let r = 0; r < rows; r++) square += (values[r * cols + j] - mean) ** 2 / rows;
    for (const [k, r] of members.entries()) out[k * (cols + 1) + j] = (values[r * cols + j] - mean) / Math.sqrt(square);
  }
  for (let k = 0; k < members.length; k++) out[k * (cols + 1) + cols] = 1;
  return { rows: members.length, cols: cols + 1, values: out };
}

/** Adverts: one active entry in each of 14 groups, labels from a sparse model with about a quarter positive. */
function drawnAdverts(rows: number, blocks: number, seed: number): MultiBlockInstance {
  const random = new Random(seed);
  const cols = 124;
  const weights = Float64Array.from({ length: cols }, () => (random.uniform() < 0.3 ? 2 * random.normal() : 0));
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
    initial: new Float64Array(rows),
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
    initial: new Float64Array(cols),
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
    initial: random.normals(new Float64Array(cols)).map((t) => 0.1 * t),
  };
}

/** Tumours in folds. */
async function tumourFolds(folds: number): Promise<MultiBlockInstance> {
  const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
  const { features, labels } = loadBreastCancer();
  const members = Array.from({ length: features.rows }, (_, r) => r);
  const design = standardized(features, members);
  return {
    source: {
      kind: 'folds',
      loss: 'logistic',
      data: { design, targets: Float64Array.from(members, (r) => (labels[r] ? 1 : -1)) },
      folds,
    },
    initial: new Float64Array(design.cols).fill(-4),
  };
}

const blocks = { type: 'integer', min: 1, max: 200_000, default: 20, description: 'Lower levels' } as const;

/** The families of `bilevel/multi-block`. */
export const multiBlockFamilies = {
  quadratic: defineFamily({
    title: 'Quadratics with noise',
    description: 'Random A, B, c, t; samples have noise in the Hessian, the linear term and the target.',
    real: false,
    params: {
      blocks,
      dimX: { type: 'integer', min: 1, max: 10_000, default: 8, description: 'p' },
      dimY: { type: 'integer', min: 1, max: 500, default: 5, description: 'q' },
      noise: { type: 'number', min: 0, max: 10, default: 0.5, description: 'Standard deviation of the sample noise' },
    },
    suites: {
      quick: [{ blocks: 6, dimX: 3, dimY: 2, noise: 0 }],
      full: [{}, { blocks: 1000 }, { blocks: 64, dimY: 50, dimX: 200 }],
    },
    generate: (sizes, seed) => quadraticBlockInstance(sizes, seed),
  }),
  temperatures: defineFamily({
    title: 'Weights of samples over many temperatures',
    description:
      'A logistic model of the tumours at each temperature, some training labels wrong; one weight for each training sample, chosen by the mean validation loss.',
    real: true,
    params: { blocks, wrong: { type: 'number', min: 0, max: 0.5, default: 0.2, description: 'Share of wrong labels' } },
    suites: { quick: [{ blocks: 3 }], full: [{}, { blocks: 100 }] },
    generate: ({ blocks, wrong }, seed) => tumourTemperatures(blocks, wrong, seed),
  }),
  adverts: defineFamily({
    title: 'Adverts at many temperatures',
    description: 'Rows with one active entry in each of 14 groups, 124 columns, about a quarter positive.',
    real: false,
    params: { blocks, rows: { type: 'integer', min: 8, max: 50_000, default: 2000, description: 'Training rows' } },
    suites: { quick: [{ blocks: 2, rows: 60 }], full: [{ blocks: 100, rows: 18_156 }] },
    generate: ({ blocks, rows }, seed) => drawnAdverts(rows, blocks, seed),
  }),
  auc: defineFamily({
    title: 'Area under the curve of ten groups',
    description:
      'Odd against even digits by one linear score, with the images divided into ten groups; the lower levels are the means of both classes of a group.',
    real: true,
    params: { rows: { type: 'integer', min: 20, max: 1797, default: 600, description: 'Images' } },
    suites: { quick: [{ rows: 100 }], full: [{}, { rows: 1797 }] },
    generate: ({ rows }, seed) => digitsAuc(rows, seed),
  }),
  ranking: defineFamily({
    title: 'Ranking of queries',
    description: 'Items with 20 features and relevance 0 to 4; the lower level of a query is its smoothed tenth score.',
    real: false,
    params: {
      queries: { type: 'integer', min: 2, max: 10_000, default: 100, description: 'Queries' },
      items: { type: 'integer', min: 12, max: 1000, default: 50, description: 'Items per query' },
    },
    suites: { quick: [{ queries: 4, items: 15 }], full: [{}, { queries: 500 }] },
    generate: ({ queries, items }, seed) => drawnQueries(queries, items, seed),
  }),
  sequences: defineFamily({
    title: 'Few-shot tasks over sequences',
    description:
      'Each task distinguishes two Markov chains over 20 tokens from a few sequences of length 10 to 40; a recurrent encoder is shared, and each task’s logistic head is a lower level.',
    real: false,
    params: {
      tasks: { type: 'integer', min: 1, max: 1000, default: 40, description: 'Training tasks' },
      testTasks: { type: 'integer', min: 1, max: 1000, default: 20, description: 'Tasks for scoring' },
      hidden: { type: 'integer', min: 1, max: 128, default: 16, description: 'States of the encoder' },
      shots: { type: 'integer', min: 2, max: 200, default: 20, description: 'Sequences of a support or query part' },
    },
    suites: {
      quick: [{ tasks: 3, testTasks: 2, hidden: 3, shots: 4 }],
      full: [
        { tasks: 20, hidden: 8 },
        { tasks: 400, testTasks: 50, hidden: 32 },
      ],
    },
    generate: (sizes, seed) => drawnSequenceTasks(sizes, seed),
  }),
  folds: defineFamily({
    title: 'Regularisation weights by folds',
    description:
      'A logistic model of the tumours with one weight e^x per coefficient, judged by cross-validation: one lower level per fold.',
    real: true,
    params: { folds: { type: 'integer', min: 2, max: 569, default: 10, description: 'Folds' } },
    suites: { quick: [{ folds: 3 }], full: [{}, { folds: 569 }] },
    generate: ({ folds }) => tumourFolds(folds),
  }),
};
