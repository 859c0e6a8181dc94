// The registered problem of training two-layer ReLU networks: instances, metrics and file format of `learn/two-layer-relu`.
import type { BadInstance, HardInstance, Problem } from '@infimum/core';
import { defineProblem } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import type { ReluSolution } from './convex-program.ts';
import { ReluProgram } from './convex-program.ts';
import { enumeratePatterns } from './patterns.ts';
import { planarRegression, reluFamilies } from './relu-families.ts';
import type { ReluInstance, ReluLoss } from './relu-network.ts';
import { attackRelu, checkRelu, isSmall, lossOf, predictRelu, reluObjective } from './relu-network.ts';
import { mostCells } from './two-layer-relu-checker.ts';

/** Training of a two-layer ReLU network. */
export const reluProblem: Problem<ReluInstance, ReluSolution> = defineProblem<
  ReluInstance,
  ReluSolution,
  'objective' | 'gap' | 'attackedLoss'
>({
  id: 'learn/two-layer-relu',
  title: 'Two-layer ReLU networks',
  statement: String.raw`Given samples $X \in \mathbb{R}^{n \times d}$ and targets $y$, find units $u_j$ and weights $\alpha_j$ that minimise
$$F(u, \alpha) = \ell\Big(\sum_j \max(0, X u_j)\, \alpha_j,\; y\Big) + \frac{\beta}{2} \sum_j \big(|u_j|^2 + \alpha_j^2\big),$$
or, with radii, the loss under the worst change of every sample within its box. With patches, the rows of $X$ are a sample’s patches, over which predictions are averaged: a convolution with average pooling.`,
  families: reluFamilies,
  metrics: {
    objective: {
      title: 'Value',
      description: 'F of the network: loss plus penalty.',
      unit: '',
      direction: 'minimize',
      compute: (instance: ReluInstance, network: ReluSolution) => Math.min(reluObjective(instance, network), Number.MAX_VALUE),
    },
    gap: {
      title: 'Gap',
      description:
        'Relative difference of F and the dual value from its predictions: over all patterns for few samples of at most three columns, otherwise 1.',
      unit: '',
      direction: 'minimize',
      targets: [1e-2, 1e-4, 1e-6],
      compute: (instance, network) => gapOf(instance, network),
    },
    attackedLoss: {
      title: 'Attacked loss',
      description:
        'The loss after 40 signed gradient steps against every sample, within the radii; without radii, the loss itself.',
      unit: '',
      direction: 'minimize',
      compute: (instance, network) => attackedLoss(instance, network),
    },
  },
  primaryMetric: 'objective',
  success: {
    metric: 'gap',
    bound: (instance, { variant, options }) => {
      const { tolerance, patterns } = options as { tolerance?: number; patterns?: string };
      const isProved = variant === 'nominal' && patterns !== undefined && patterns !== 'sampled';
      // The suggested dual point is as near to the best as the root of the gap.
      return isProved && isSmall(instance.points) && tolerance !== undefined ? 10 * Math.sqrt(tolerance) + ROUNDING : undefined;
    },
  },
  certificates: {
    optimum: {
      title: 'The least cost of any network',
      statement: String.raw`For the given doubles: this network has $F \le$ *objective*, no network of any width has
$F$ below the lower end of *leastObjective*, and $F$ exceeds the minimum by at most *gap* relative to $F$. All activation
patterns are enumerated in integers; for each a combination of the rows bounds $\nu \cdot \max(0, X u)$ over its units.`,
      about: 'optimum',
      figures: ['gap', 'objective', 'leastObjective'],
      cost: 'O(P n d)',
      always: false,
      declines: ({ points, radii }) => {
        if (radii) return 'the worst case over boxes is bounded by the method itself';
        return mostCells(points.rows, points.cols) > MOST_PROVED
          ? `there may be more than ${MOST_PROVED} activation patterns`
          : undefined;
      },
      prover: () => import('./two-layer-relu-prover.ts'),
      checker: () => import('./two-layer-relu-checker.ts'),
    },
    relaxation: {
      title: 'A bound on the least cost of any network',
      statement: String.raw`As above, from a dual point $\nu$ whose $|\nu \cdot \max(0, X u)|$ is bounded over all units by convex
majorants of $|x_k \cdot u|$ instead of patterns: for data of any size. *gap* is the remaining gap, which may be large because of the relaxation.`,
      about: 'optimum',
      figures: ['gap', 'objective', 'leastObjective'],
      cost: 'O(n d^2)',
      always: false,
      declines: ({ radii }) => (radii ? 'the worst case over boxes is bounded by the method itself' : undefined),
      prover: () => import('./relaxed-bound.ts'),
      checker: () => import('./relaxed-relu-checker.ts'),
    },
  },
  validate: checkRelu,
  badInstances,
  hardInstances,
  instanceFile: {
    description:
      '`points`: one row per sample, with a column of ones for a bias; `targets`; `loss`: "squared", "logistic" or "hinge"; `beta`; `radii`: optional, the largest change of each column; `patches`: optional, number of rows per sample.',
    example: { points: [[1], [-1], [2]], targets: [1, 2, 2], loss: 'squared', beta: 0.1 },
    parse: (json) => {
      const fields = ['points', 'targets', 'loss', 'beta', 'radii', 'patches'];
      const { points, targets, loss = 'squared', beta, radii, patches } = readObject(json, 'instance', fields);
      const instance: ReluInstance = {
        points: readMatrix(points, 'points'),
        targets: readVector(targets, 'targets'),
        loss: loss as ReluLoss,
        beta: beta as number,
        ...(radii !== undefined && { radii: readVector(radii, 'radii') }),
        ...(patches !== undefined && { patches: patches as number }),
      };
      checkRelu(instance);
      return instance;
    },
  },
});

/** The largest number of patterns for which a certificate is made. */
const MOST_PROVED = 20_000;

/** The difference of the value and its bound that rounding alone may cause: a share of the value, of sums over at most 4500 terms. */
const ROUNDING = 1e-12;

function gapOf(instance: ReluInstance, network: ReluSolution): number {
  if (!isSmall(instance.points)) return 1;
  const value = reluObjective(instance, network);
  if (!Number.isFinite(value)) return 1;
  const program = new ReluProgram(instance, enumeratePatterns(instance.points));
  const scale = Math.sqrt(program.valueScale);
  const { patches = 1 } = instance;
  const predictions = predictRelu({ ...network, patches }, instance.points).map((f) => f / scale);
  const bound = program.dualValue(program.dualPoint(predictions)) * program.valueScale;
  return value > 0 ? Math.max(0, value - bound) / value : 0;
}

function attackedLoss(instance: ReluInstance, network: ReluSolution): number {
  const { points, targets, loss, radii, patches = 1 } = instance;
  const judged = { ...network, patches };
  const attacked = radii && loss !== 'squared' ? attackRelu(judged, points, targets, radii) : points;
  return Math.min(lossOf(loss, predictRelu(judged, attacked), targets), Number.MAX_VALUE);
}

const points = { rows: 2, cols: 1, values: Float64Array.of(1, 2) };
const targets = Float64Array.of(1, -1);

function badInstances(): BadInstance<ReluInstance>[] {
  const bad = (fault: string, argument: string, change: object) => ({
    fault,
    argument,
    instance: { points, targets, loss: 'squared', beta: 0.1, ...change } as ReluInstance,
  });
  return [
    bad('NaN', 'points', { points: { rows: 2, cols: 1, values: Float64Array.of(1, Number.NaN) } }),
    bad('half a patch', 'patches', { patches: 0.5 }),
    bad('rows that are not a multiple of the patches', 'points', { patches: 3 }),
    bad('targets of another length', 'targets', { targets: Float64Array.of(1) }),
    bad('an unknown loss', 'loss', { loss: 'absolute' }),
    bad('a class 2', 'targets', { loss: 'hinge', targets: Float64Array.of(1, 2) }),
    bad('no penalty', 'beta', { beta: 0 }),
    bad('a negative radius', 'radii', { radii: Float64Array.of(-1) }),
    bad('radii of another length', 'radii', { radii: Float64Array.of(1, 1) }),
  ];
}

function hardInstances(): HardInstance<ReluInstance>[] {
  const base = planarRegression(5, 4, 0.1);
  const scaled = (x: number, y: number): ReluInstance => ({
    points: { ...base.points, values: base.points.values.map((value) => value * x) },
    targets: base.targets.map((value) => value * y),
    loss: 'squared',
    beta: 0.1 * x * y,
  });
  const with_ = (change: Partial<ReluInstance>): ReluInstance => ({ ...base, ...change });
  return [
    { hardness: 'samples of size 1e120', instance: scaled(1e120, 1) },
    { hardness: 'samples of size 1e-120', instance: scaled(1e-120, 1) },
    { hardness: 'targets of size 1e120', instance: scaled(1, 1e120) },
    { hardness: 'targets of size 1e-120', instance: scaled(1, 1e-120) },
    { hardness: 'samples of zeros', instance: with_({ points: { rows: 5, cols: 2, values: new Float64Array(10) } }) },
    { hardness: 'targets of zeros', instance: with_({ targets: new Float64Array(5) }) },
    {
      hardness: 'samples that are all the same',
      instance: with_({ points: { rows: 5, cols: 2, values: new Float64Array(10).fill(1) } }),
    },
    { hardness: 'a penalty that kills every unit', instance: with_({ beta: 1e12 }) },
    { hardness: 'hardly a penalty', instance: with_({ beta: 1e-9 }) },
  ];
}
