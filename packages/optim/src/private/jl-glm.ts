// Private stationary points of generalised linear losses in few dimensions: records are projected at random (Johnson and
// Lindenstrauss), a private method runs there, and its weights are lifted back, so that the rate does not depend on d.
//
// R. Arora, R. Bassily, T. González, C. Guzmán, M. Menart, E. Ullah (2022, arXiv 2206.00846), algorithm 4.
import type { OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkInteger, checkObject, Random, resolveOptions, runWith } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { createAccountant } from './accountant.ts';
import { noiseSource } from './noise.ts';
import { privateStationary as paper } from './papers.ts';
import type { LinkName } from './private-loss.ts';
import { linearLoss, linkLoss, links, shortenedRows } from './private-loss.ts';
import type { PrivateIterate, PrivateSolution } from './private-run.ts';
import { adjacency, output, publicSize, unpaid } from './private-run.ts';
import { definePrivateSolver, privateOptions } from './private-solver.ts';
import { privateSpiderBoostSteps } from './private-spider-boost.ts';
import { privateSpiderTreeSteps } from './private-spider-tree.ts';
import { recursiveRegularizationSteps } from './recursive-regularization.ts';

/** Options of `jlGlm`. */
const jlGlmOptions = /* @__PURE__ */ privateOptions({
  adjacency,
  publicSize,
  method: {
    type: 'choice',
    choices: ['spider-boost', 'spider-tree', 'recursive-regularization'],
    default: 'spider-boost',
    description: 'Method for the projected records; recursive regularisation for convex losses',
  },
  dimension: {
    type: 'integer',
    min: 1,
    description: 'Dimension k to project to; by default that of the theory, (n ε)^(4/5) or more',
  },
  rank: { type: 'integer', min: 1, description: 'Rank of the records, if it is public knowledge' },
  steps: { type: 'integer', min: 1, max: 1e6, description: 'Steps of spider-boost' },
  output,
});

/** Options of `jlGlm`. */
export type JlGlmOptions = OptionsOf<typeof jlGlmOptions> & RunOptions<PrivateIterate>;

/** Records of a generalised linear loss. */
export interface LinearRecords {
  /** Rows x_i. */
  readonly points: DenseMatrix;
  /** y_i. */
  readonly targets: Float64Array;
  /** The loss of w . x. */
  readonly loss: LinkName;
  /** A bound of |x_i| from public knowledge; longer rows are shortened. */
  readonly bound: number;
}

/** The dimension from theory for spider-boost: no projection where d is not larger. */
export function projectedDimension(n: number, d: number, epsilon: number, delta: number, rank = Infinity): number {
  const logarithm = Math.log((2 * n) / delta);
  const wanted = Math.min((n * epsilon) ** 0.8, rank * logarithm);
  return Math.min(d, Math.max(Math.ceil(8 * logarithm), Math.ceil(wanted)));
}

/**
 * Finds weights with a small gradient of a generalised linear loss in many dimensions: Φ x_i with Φ of k x d normal numbers
 * of variance 1/k, shortened to twice the bound, the private method on them with constants 2 L0 X and 4 L1 X², and w = Φ'u.
 * Φ does not depend on the data and is drawn twice rather than stored. O(n d k) for the projection.
 *
 * @throws {InvalidInputError} where the budget is spent, naming `epsilon`, and for records and options out of range
 *
 * @example
 * ```ts
 * import { jlGlm } from '@infimum/optim/private';
 *
 * const points = { rows: 1000, cols: 500, values: new Float64Array(500_000).fill(0.04) };
 * const records = { points, targets: new Float64Array(1000).fill(1), loss: 'logistic', bound: 1 } as const;
 * const { w } = jlGlm(records, { epsilon: 4, delta: 1e-5, dimension: 20, steps: 10 });
 * console.log(w.length); // 500
 * ```
 */
export function jlGlm(records: LinearRecords, options: JlGlmOptions): Outcome<PrivateSolution, PrivateIterate> {
  return runWith(jlGlmOptions, options, jlGlmSteps(records, options));
}

/** Multiplications of the projection between two iterates. */
const TURN = 2 ** 28;

/** The steps of `jlGlm`: long projections pause, and every pause is an iteration. */
export function* jlGlmSteps(records: LinearRecords, options: JlGlmOptions): Steps<PrivateSolution, PrivateIterate> {
  const { method, dimension, rank, steps, ...settings } = resolveOptions(jlGlmOptions, options);
  checkObject(records, 'records');
  const { loss, bound, targets } = records;
  const { points, ...original } = linearLoss(records.points, targets, loss, bound);
  const { rows: n, cols: d } = points;
  const k = dimension ?? projectedDimension(settings.publicSize ?? n, d, settings.epsilon, settings.delta, rank);
  checkInteger(k, 'dimension', { min: 1, max: d });
  const { output: rule, publicSize: size, ...budget } = settings;
  const isProjected = k < d;
  const key = isProjected ? Math.floor(noiseSource(settings.seed).uniform() * 2 ** 50) : 0;
  const { maxIterations: _, ...unlimited } = budget;
  const plain = { ...unlimited, accountant: budget.accountant ?? createAccountant(budget) };
  let pauses = 0;
  let inner: ReturnType<typeof linkLoss> = original;
  if (isProjected) {
    const rows = new Float64Array(n * k);
    const piece = Math.max(1, Math.floor(TURN / (n * d)));
    project(points, k, key, rows, 0, piece);
    for (let r = piece; r < k; r += piece) {
      const solution = () => unpaid(plain.accountant, d);
      yield { iteration: pauses++, noisyGradientNorm: 0, solution };
      project(points, k, key, rows, r, r + piece);
    }
    const values = shortenedRows({ rows: n, cols: k, values: rows }, 2 * bound);
    inner = linkLoss({ rows: n, cols: k, values }, targets, links[loss], 2 * bound);
  }
  const runOf = (): Steps<PrivateSolution, PrivateIterate> => {
    if (method === 'spider-tree') return privateSpiderTreeSteps(inner, plain);
    if (method === 'recursive-regularization') return recursiveRegularizationSteps(inner, plain);
    return privateSpiderBoostSteps(inner, { ...plain, output: rule, steps, publicSize: size });
  };
  const lifted = (solution: PrivateSolution): PrivateSolution =>
    isProjected ? { ...solution, w: lift(solution.w, d, key) } : solution;
  const run = runOf();
  for (let step = run.next(); ; step = run.next()) {
    if (step.done) return { ...step.value, solution: lifted(step.value.solution) };
    const iterate = step.value;
    const iteration = iterate.iteration + pauses;
    yield { ...iterate, iteration, solution: () => lifted(iterate.solution()) };
  }
}

/** Row r of Φ, d normal numbers of variance 1/k. */
function projectionRow(r: number, k: number, key: number, out: Float64Array): void {
  new Random(key, r).normals(out);
  const size = 1 / Math.sqrt(k);
  for (let j = 0; j < out.length; j++) out[j] *= size;
}

/** Rows Φ x_i, or those of their entries that a range of rows of Φ makes. */
export function project(
  { rows, cols, values }: DenseMatrix,
  k: number,
  key: number,
  out = new Float64Array(rows * k),
  from = 0,
  to = k,
): Float64Array {
  const row = new Float64Array(cols);
  for (let r = from; r < Math.min(to, k); r++) {
    projectionRow(r, k, key, row);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0, at = i * cols; j < cols; j++, at++) sum += values[at] * row[j];
      out[i * k + r] = sum;
    }
  }
  return out;
}

/** Φ'u. */
export function lift(u: Float64Array, d: number, key: number): Float64Array {
  const out = new Float64Array(d);
  const row = new Float64Array(d);
  for (let r = 0; r < u.length; r++) {
    projectionRow(r, u.length, key, row);
    for (let j = 0; j < d; j++) out[j] += u[r] * row[j];
  }
  return out;
}

/** As registered. */
export const jlGlmSolver = /* @__PURE__ */ definePrivateSolver({
  id: 'optim/jl-glm',
  title: 'Projected private SpiderBoost',
  summary: 'A random projection before the private method: for linear losses in many dimensions.',
  role: 'paper',
  paper,
  cost: 'O(n d k)',
  options: jlGlmOptions,
  declines: ({ loss }) => (loss in links ? undefined : 'the loss is not a function of w . x'),
  steps: (instance, options) =>
    jlGlmSteps(
      { points: instance.points, targets: instance.targets, loss: instance.loss as LinkName, bound: instance.bound },
      options,
    ),
});
