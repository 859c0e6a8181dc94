// Bandits: one of several arms is chosen in every round, and only its reward is seen.
import type { Iterate } from '@infimum/core';
import { checkMatrix, checkVector, defineFamily, defineProblem, fault, Random } from '@infimum/core';
import { importData, readMatrix, readObject } from '@infimum/core/data';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { checkInstance } from '../check-instance.ts';

/** Rounds to be played: the reward of every arm in each; only the chosen arm's is shown. */
export interface BanditInstance {
  /** Rewards in [0, 1], one round a row, one arm a column. */
  readonly rewards: DenseMatrix;
  /** Expected rewards, of the same shape, where they are known: regrets are measured by them. */
  readonly means?: DenseMatrix;
  /** The context before each choice, one round a row. */
  readonly contexts?: DenseMatrix;
  /** Features of every arm, one arm a row, of norm 1 at most: rewards are linear in them. */
  readonly features?: DenseMatrix;
}

/** What was played. */
export interface BanditPlay {
  /** The arm of every round played. */
  readonly arms: Int32Array;
  /** The probability with which it was chosen. */
  readonly probabilities: Float64Array;
  /** The smallest estimate of a loss so far, where methods estimate all losses from one. */
  readonly leastEstimate?: number;
}

/** A round. */
export interface BanditIterate extends Iterate<BanditPlay> {
  /** Mean reward so far. */
  readonly reward: number;
}

/** Entries of a context. A choice without a context is one with the context 1. */
export function contextDimension({ contexts }: BanditInstance): number {
  return contexts?.cols ?? 1;
}

/** The smallest and the largest number. */
export function rangeOf(values: Float64Array | Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

const arms = { type: 'integer', min: 1, max: 10_000, description: 'Arms' } as const;
const rounds = { type: 'integer', min: 1, max: 10_000_000, description: 'Rounds' } as const;

/** The problem. */
export const banditProblem = /* @__PURE__ */ defineProblem({
  id: 'bandits-rl/bandit',
  title: 'Bandit',
  statement:
    'In round $t$ a context $x_t$ is shown, an arm $a_t$ is chosen, and only its reward $r_t(a_t) \\in [0, 1]$ is observed. Maximise $\\sum_t r_t(a_t)$.',
  families: {
    bernoulli: defineFamily({
      title: 'Bernoulli arms',
      description: 'Rewards of 0 or 1; the first arm pays with probability ½, the others with ½ minus a gap.',
      real: false,
      params: {
        arms: { ...arms, default: 10 },
        rounds: { ...rounds, default: 1000 },
        gap: { type: 'number', min: 0, max: 0.5, default: 0.1, description: 'Gap of the other arms' },
      },
      suites: { quick: [{ arms: 3, rounds: 60 }, { rounds: 10_000 }], full: [{ rounds: 20_000 }, { rounds: 200_000 }] },
      generate: ({ arms = 10, rounds = 1000, gap = 0.1 }, seed): BanditInstance => {
        const means = filled(rounds, arms, (_, a) => (a === 0 ? 0.5 : 0.5 - gap));
        return { rewards: flips(means, seed), means };
      },
    }),
    switching: defineFamily({
      title: 'Switching arms',
      description: 'The best arm changes after a third of the rounds; the best fixed arm is not the one that leads at first.',
      real: false,
      params: { arms: { ...arms, default: 5, min: 2 }, rounds: { ...rounds, default: 1000 } },
      suites: { quick: [{ rounds: 100 }, { rounds: 10_000 }], full: [{ rounds: 200_000 }] },
      generate: ({ arms = 5, rounds = 1000 }, seed): BanditInstance => {
        const means = filled(rounds, arms, (t, a) => (a === (3 * t < rounds ? 0 : 1) ? 0.8 : 0.4));
        return { rewards: flips(means, seed), means };
      },
    }),
    linear: defineFamily({
      title: 'Linear arms',
      description: 'Features on the unit sphere, a constant appended; rewards of 0 or 1 whose means are linear in them.',
      real: false,
      params: {
        arms: { ...arms, default: 16 },
        dimension: { type: 'integer', min: 1, max: 1000, default: 4, description: 'Features in addition to the constant' },
        rounds: { ...rounds, default: 1000 },
      },
      suites: {
        quick: [{ rounds: 100 }, { rounds: 16_000 }],
        full: [{ rounds: 160_000 }, { arms: 256, dimension: 16, rounds: 50_000 }],
      },
      generate: ({ arms = 16, dimension = 4, rounds = 1000 }, seed): BanditInstance =>
        linearBandit(arms, dimension, rounds, seed),
    }),
    smooth: defineFamily({
      title: 'Smooth in a context',
      description: 'A number is shown before every choice; every arm has a bump of rewards at its own position.',
      real: false,
      params: { arms: { ...arms, default: 5 }, rounds: { ...rounds, default: 1000 } },
      suites: { quick: [{ rounds: 100 }, { rounds: 10_000 }], full: [{ rounds: 100_000 }] },
      generate: ({ arms = 5, rounds = 1000 }, seed): BanditInstance => {
        const contexts = { rows: rounds, cols: 1, values: new Random(seed, 1).uniforms(new Float64Array(rounds)) };
        const means = filled(rounds, arms, (t, a) => {
          const place = arms > 1 ? a / (arms - 1) : 0.5;
          return 0.2 + 0.6 / (1 + 8 * (contexts.values[t] - place) ** 2);
        });
        return { rewards: flips(means, seed), means, contexts };
      },
    }),
    irises: defineFamily({
      title: 'Iris classification',
      description:
        'Which of three species is it? The reward tells only whether the guess was right; 150 flowers, drawn repeatedly.',
      real: true,
      params: { rounds: { ...rounds, default: 1000 } },
      suites: { quick: [{ rounds: 60 }, { rounds: 3000 }], full: [{ rounds: 30_000 }] },
      generate: async ({ rounds = 1000 }, seed): Promise<BanditInstance> => {
        const { loadIris } = await importData(() => import('@infimum/datasets/iris'));
        const { features, labels } = loadIris();
        return replay(features, labels, 3, rounds, seed);
      },
    }),
    digits: defineFamily({
      title: 'Digit classification',
      description: 'Which of ten digits is it? The reward tells only whether the guess was right; 1797 images of 8 x 8 pixels.',
      real: true,
      params: { rounds: { ...rounds, default: 1000 } },
      suites: { quick: [{ rounds: 60 }, { rounds: 3000 }], full: [{ rounds: 20_000 }] },
      generate: async ({ rounds = 1000 }, seed): Promise<BanditInstance> => {
        const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
        const { images, labels } = loadDigits();
        return replay(images, labels, 10, rounds, seed);
      },
    }),
  },
  metrics: {
    gap: {
      title: 'Gap to the best',
      description: 'Mean over the rounds of the expected reward of the best arm in that round minus that of the chosen one.',
      unit: 'reward',
      direction: 'minimize',
      targets: [0.1, 0.03, 0.01],
      compute: (instance: BanditInstance, { arms }: BanditPlay) => {
        const { means = instance.rewards } = instance;
        let sum = 0;
        for (let t = 0; t < arms.length; t++) {
          let best = -Infinity;
          for (let a = 0; a < means.cols; a++) best = Math.max(best, means.values[t * means.cols + a]);
          sum += best - means.values[t * means.cols + arms[t]];
        }
        return arms.length > 0 ? sum / arms.length : 1;
      },
    },
    regret: {
      title: 'Regret',
      description:
        'Mean over the rounds of the expected reward of the best fixed arm minus that of the chosen one; negative if rewards change and the choices follow them.',
      unit: 'reward',
      direction: 'minimize',
      compute: (instance: BanditInstance, { arms }: BanditPlay) => regretOf(instance, arms) / Math.max(1, arms.length),
    },
    reward: {
      title: 'Reward',
      description: 'Mean reward of the rounds played.',
      unit: 'reward',
      direction: 'maximize',
      compute: ({ rewards }: BanditInstance, { arms }: BanditPlay) => {
        let sum = 0;
        for (let t = 0; t < arms.length; t++) sum += rewards.values[t * rewards.cols + arms[t]];
        return sum / Math.max(1, arms.length);
      },
    },
  },
  primaryMetric: 'gap',
  unproved: 'Rewards are random: the regret of a run is only measured; bounds on its expectation are theorems.',
  validate,
  badInstances: () => {
    const rewards = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
    const matrix = (rows: number, cols: number, fill = 0) => ({ rows, cols, values: new Float64Array(rows * cols).fill(fill) });
    return [
      {
        fault: 'a reward above one',
        instance: { rewards: { ...rewards, values: Float64Array.of(0, 2, 1, 0) } },
        argument: 'rewards',
      },
      {
        fault: 'a reward that is not a number',
        instance: { rewards: { ...rewards, values: Float64Array.of(0, Number.NaN, 1, 0) } },
        argument: 'rewards',
      },
      { fault: 'means of another shape', instance: { rewards, means: matrix(1, 2) }, argument: 'means' },
      { fault: 'a mean below zero', instance: { rewards, means: matrix(2, 2, -1) }, argument: 'means' },
      { fault: 'too few contexts', instance: { rewards, contexts: matrix(1, 3) }, argument: 'contexts' },
      { fault: 'a context beyond all scales', instance: { rewards, contexts: matrix(2, 1, 1e200) }, argument: 'contexts' },
      { fault: 'features of another number of arms', instance: { rewards, features: matrix(3, 2) }, argument: 'features' },
      { fault: 'features longer than one', instance: { rewards, features: matrix(2, 2, 1) }, argument: 'features' },
    ];
  },
  hardInstances: () => {
    const still = (rows: number, cols: number, fill: number) => ({
      rows,
      cols,
      values: new Float64Array(rows * cols).fill(fill),
    });
    return [
      { hardness: 'one arm', instance: { rewards: still(50, 1, 0.3) } },
      { hardness: 'arms that are all the same', instance: { rewards: still(50, 4, 0.5) } },
      { hardness: 'no reward ever', instance: { rewards: still(50, 3, 0), contexts: still(50, 1, 0) } },
      { hardness: 'denormal rewards', instance: { rewards: still(50, 3, 5e-324) } },
      { hardness: 'full rewards', instance: { rewards: still(50, 3, 1) } },
      { hardness: 'large contexts', instance: { rewards: still(50, 2, 0.5), contexts: still(50, 2, 1e50) } },
      { hardness: 'tiny contexts', instance: { rewards: still(50, 2, 0.5), contexts: still(50, 1, 1e-300) } },
      { hardness: 'features of zero', instance: { rewards: still(50, 2, 0.5), features: still(2, 3, 0) } },
      { hardness: 'equal features', instance: { rewards: still(50, 5, 0.5), features: still(5, 2, 0.7) } },
    ];
  },
  instanceFile: {
    description:
      '`rewards`: rounds by arms, each in [0, 1]. If known: `means` of the same shape, `contexts` (one row per round), `features` (one row per arm, of norm at most 1). Every field may be lists of numbers or a `.npy` file.',
    example: {
      rewards: [
        [1, 0],
        [0, 1],
        [1, 0],
      ],
    },
    parse: (json): BanditInstance => {
      const fields = ['rewards', 'means', 'contexts', 'features'];
      const given = readObject(json, 'instance', fields);
      const read = (name: string) => (given[name] === undefined ? {} : { [name]: readMatrix(given[name], name) });
      return { rewards: readMatrix(given['rewards'], 'rewards'), ...read('means'), ...read('contexts'), ...read('features') };
    },
  },
});

/** Sum over the rounds played of the best fixed arm's expected reward, less the chosen ones'. */
export function regretOf(instance: BanditInstance, arms: Int32Array): number {
  const { means = instance.rewards } = instance;
  const totals = new Float64Array(means.cols);
  let own = 0;
  for (let t = 0; t < arms.length; t++) {
    for (let a = 0; a < means.cols; a++) totals[a] += means.values[t * means.cols + a];
    own += means.values[t * means.cols + arms[t]];
  }
  return rangeOf(totals)[1] - own;
}

/** The spec's linear bandit: features on the sphere and a constant ½, a fixed direction, mean losses ½ + ¼ φ·θ. */
export function linearBandit(arms: number, dimension: number, rounds: number, seed: number): BanditInstance {
  const next = mulberry32(seed);
  const sphere = () => {
    const x = Float64Array.from(
      { length: dimension },
      () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    );
    const norm = Math.hypot(...x);
    return x.map((value) => value / norm);
  };
  const direction = sphere();
  // Of norm 1 together with the constant: √¾ and ½.
  const features = { rows: arms, cols: dimension + 1, values: new Float64Array(arms * (dimension + 1)) };
  const losses = new Float64Array(arms);
  for (let a = 0; a < arms; a++) {
    const x = sphere();
    features.values.set(
      x.map((value) => value * Math.sqrt(0.75)),
      a * (dimension + 1),
    );
    features.values[a * (dimension + 1) + dimension] = 0.5;
    losses[a] = 0.5 + 0.25 * x.reduce((sum, value, i) => sum + value * direction[i], 0);
  }
  const means = filled(rounds, arms, (_, a) => 1 - losses[a]);
  return { rewards: flips(means, seed), means, features };
}

/** A labelled data set as a bandit: the reward says whether the guess was right. Contexts are scaled to [0, 1], a constant added. */
function replay(
  data: { readonly rows: number; readonly cols: number; readonly values: ArrayLike<number> },
  labels: Uint8Array,
  classes: number,
  rounds: number,
  seed: number,
): BanditInstance {
  const random = new Random(seed);
  const cols = data.cols + 1;
  const values = Float64Array.from(data.values);
  for (let j = 0; j < data.cols; j++) {
    const [low, high] = rangeOf(values.filter((_, at) => at % data.cols === j));
    for (let i = 0; i < data.rows; i++) {
      const at = i * data.cols + j;
      values[at] = high > low ? (values[at] - low) / (high - low) : 0;
    }
  }
  const contexts = { rows: rounds, cols, values: new Float64Array(rounds * cols) };
  const rewards = { rows: rounds, cols: classes, values: new Float64Array(rounds * classes) };
  for (let t = 0; t < rounds; t++) {
    const row = random.integer(data.rows);
    contexts.values.set(values.subarray(row * data.cols, (row + 1) * data.cols), t * cols);
    contexts.values[t * cols + data.cols] = 1;
    rewards.values[t * classes + labels[row]] = 1;
  }
  return { rewards, contexts };
}

/** A matrix from a formula. */
function filled(rows: number, cols: number, entry: (row: number, col: number) => number): DenseMatrix {
  const values = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) values[i * cols + j] = entry(i, j);
  return { rows, cols, values };
}

/** Rewards of 0 or 1 with these means. */
function flips(means: DenseMatrix, seed: number): DenseMatrix {
  const random = new Random(seed, 2);
  return { ...means, values: Float64Array.from(means.values, (mean) => (random.uniform() < mean ? 1 : 0)) };
}

/** Contexts beyond this would overflow where they are squared and summed. */
export const LARGEST_CONTEXT = 1e60;

function validate(instance: BanditInstance): void {
  checkInstance(instance);
  const { rewards, means, contexts, features } = instance;
  checkShares(rewards, 'rewards');
  if (means !== undefined) {
    checkShares(means, 'means');
    checkSize(means, 'means', rewards.rows, rewards.cols);
  }
  if (contexts !== undefined) {
    checkMatrix(contexts, 'contexts');
    checkSize(contexts, 'contexts', rewards.rows, contexts.cols);
    const index = contexts.values.findIndex((value) => Math.abs(value) > LARGEST_CONTEXT);
    if (index >= 0) throw fault(`is beyond ${LARGEST_CONTEXT} at index ${index}`, 'contexts', 'out-of-range', index);
  }
  if (features !== undefined) {
    checkMatrix(features, 'features');
    checkSize(features, 'features', rewards.cols, features.cols);
    checkFeatureNorms(features, 'features');
  }
}

/** Checks that no row is longer than one. */
export function checkFeatureNorms({ rows, cols, values }: DenseMatrix, argument: string): void {
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let j = 0; j < cols; j++) square += values[i * cols + j] ** 2;
    if (square > 1 + 1e-9) {
      throw fault(`row ${i} has norm ${Math.sqrt(square)}; divide all by the largest`, argument, 'out-of-range', i);
    }
  }
}

function checkShares(matrix: DenseMatrix, argument: string): void {
  checkMatrix(matrix, argument);
  checkVector(matrix.values, argument);
  const index = matrix.values.findIndex((value) => value < 0 || value > 1);
  if (index < 0) return;
  throw fault(`is ${matrix.values[index]} at index ${index}, outside [0, 1]`, argument, 'out-of-range', index);
}

function checkSize(matrix: DenseMatrix, argument: string, rows: number, cols: number): void {
  if (matrix.rows === rows && matrix.cols === cols) return;
  throw fault(`expected ${rows}x${cols}, got ${matrix.rows}x${matrix.cols}`, argument, 'shape');
}
